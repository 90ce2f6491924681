"""Chat: the loop in which a model answers and calls tools. Answers workbench: chat."""
