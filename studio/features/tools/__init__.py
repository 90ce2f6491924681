"""Tools: what a model may call, who is asked first and who is told afterwards.

Answers workbench: tool/call, tools/list.
"""
