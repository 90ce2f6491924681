"""What tests share: the app in this process, the program in another, and a clock that waits for nobody."""
