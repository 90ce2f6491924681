"""Programs in place of coding programs, which say what codex 0.169.0 and opencode 1.18.33 say in runs without a person.

A task that begins with `fail` or `crash` goes wrong as it does with them; one that begins with `wait` never ends.
"""

from __future__ import annotations

import sys
from pathlib import Path

CODEX = f"""#!{sys.executable}
import json, sys, time
def tell(kind, **more):
    print(json.dumps({{"type": kind, **more}}), flush=True)
if sys.argv[-1] != "-":
    sys.exit("the task is to come by standard input")
print("Reading prompt from stdin...", file=sys.stderr, flush=True)
task = sys.stdin.read()
tell("thread.started", thread_id="01a208cc-cd65-77e0-837f-227c6f2dab19")
tell("item.completed", item={{"id": "item_0", "type": "error", "message": "Model metadata not found."}})
tell("turn.started")
tell("error", message="Reconnecting... 1/5")
ran = {{"id": "item_1", "type": "command_execution", "command": "bash -lc ls", "aggregated_output": "a"}}
tell("item.started", item=ran)
if task.startswith("wait"):
    time.sleep(600)
tell("item.completed", item=ran)
tell("item.completed", item={{"type": "file_change", "changes": [{{"path": "/work/a.py", "kind": "update"}}]}})
tell("item.completed", item={{"type": "agent_message", "text": "Looking."}})
if task.startswith("crash"):
    sys.exit("codex lost its way")
if task.startswith("fail"):
    tell("turn.failed", error={{"message": "The model is not there."}})
    sys.exit(1)
tell("item.completed", item={{"type": "agent_message", "text": f"Did: {{task}} {{sys.argv[1:]}}"}})
usage = {{"input_tokens": 200, "cached_input_tokens": 80, "output_tokens": 14, "reasoning_output_tokens": 6}}
tell("turn.completed", usage=usage)
"""

OPENCODE = f"""#!{sys.executable}
import json, sys, time
def tell(kind, **more):
    print(json.dumps({{"type": kind, "timestamp": 1, "sessionID": "ses_1", **more}}), flush=True)
task = sys.stdin.read()
tell("step_start", part={{"type": "step-start"}})
if task.startswith("wait"):
    time.sleep(600)
tell("text", part={{"type": "text", "text": "I will write it."}})
state = {{"status": "completed", "input": {{"filePath": "a"}}, "output": "Wrote file successfully."}}
tell("tool_use", part={{"type": "tool", "tool": "write", "state": state}})
taken = {{"total": 15, "input": 10, "output": 5, "reasoning": 0, "cache": {{"write": 0, "read": 2}}}}
tell("step_finish", part={{"type": "step-finish", "tokens": taken, "cost": 0.125}})
if task.startswith("crash"):
    sys.exit("opencode lost its way")
if task.startswith("fail"):
    tell("error", error={{"name": "APIError", "data": {{"message": "The model is not there."}}}})
    sys.exit(1)
print("! permission requested: external_directory (/x); auto-rejecting")
tell("step_start", part={{"type": "step-start"}})
tell("text", part={{"type": "text", "text": f"Did: {{task}} {{sys.argv[1:]}}"}})
if task.startswith("long"):
    for _ in range(3):
        tell("tool_use", part={{"type": "tool", "tool": "read", "state": {{"output": "x" * 2_000_000}}}})
tell("step_finish", part={{"type": "step-finish", "tokens": taken, "cost": 0.125}})
"""


def put_programs(folder: Path) -> None:
    """Write both into a folder of the search path."""
    for name, text in (("codex", CODEX), ("opencode", OPENCODE)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
