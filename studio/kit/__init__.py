"""What every feature uses and none of them owns. Knows no feature and no HTTP."""
