"""What a model is told when it is to plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from studio.features.plans.models import PlanRequest

SHAPE = """\
You plan workflows for Studio. Call submit_plan once, with {"name": short title, "inputs": {what the person gives},
"defaults": {"cwd": a folder for all steps}, "steps": [step, ...]} or, only if you cannot plan without knowing more,
ask_person with {"questions": [{"id": "q1", "question": "..."}, ...]}, at most three.
If you have no such tool, answer with that JSON object and nothing else.

Every step: {"id": letters, digits and _, "title", "kind", "depends_on": [ids of steps before it], "approval": true if a
person must agree before it runs, "timeout_seconds"}. Kinds, with what each needs:
- "command": "command" (one line for bash), "cwd" (a folder, by its full path)
- "tool": "tool" (a name below), "args" (object), "cwd"
- "chat": "prompt", "tools" (names it may call), "cwd": a model works on a prompt
- "agent": "agent" ("claude", "crush", "codex" or "opencode"), "task", "cwd": a coding program works on a task
- "ask": "question", "choices" (optional list): a question to the person
- "condition": "left", "operator" (equals, not_equals, contains, not_contains, less, greater, empty, not_empty), "right"
- "foreach": "items" (a list, or a reference), "step" (one command, tool, chat or agent step; "{{ item }}" is the item)
- "wait": "seconds", or "until" (ISO 8601), or "event" (a name)
A step with "when": {"id of a condition": true or false} runs only then. Steps after one that failed are skipped, but
for those with "run_when": "failure" (to undo, only if something they depend on failed, at any distance) or "always" (to
clean up, whatever happened). With "continue_on_error": true a failure is passed over.

A later step uses what an earlier one gave by a reference: {{ id.output }}, never computed, and only of steps it depends
on. In a command a reference stands outside quotes; it is quoted for you. What the person gives is {{ input.name }}, and
is declared in "inputs": {"name": {"description", "type": text, folder, list or choice, "required": true, "default",
"choices": [texts, for a choice]}}. A step that names no "cwd" works in that of "defaults", which may be
{{ input.folder }}; without either, in the home folder.
Prefer few steps. Ask for approval before anything is deleted, sent, published or paid."""


def write_system(tools: Mapping[str, str]) -> str:
    """Return the system prompt, with the tools there are."""
    lines = [f"- {name}: {description.partition('.')[0]}" for name, description in sorted(tools.items())]
    return f"{SHAPE}\n\nTools that steps may name, and that you cannot call:\n" + "\n".join(lines[:100])


def write_question(request: PlanRequest) -> str:
    """Return what the model is asked."""
    parts = [f"Goal: {request.goal}"]
    if request.context:
        parts.append(f"Context: {request.context}")
    if request.answers:
        parts.append(f"The person answered your questions: {orjson.dumps(request.answers).decode()}")
        parts.append("Ask nothing more.")
    return "\n\n".join(parts)


def write_repair(problems: Sequence[str]) -> str:
    """Return what the model is told of a plan that could not be run."""
    listed = "\n".join(f"- {problem}" for problem in problems[:20])
    return f"This plan cannot be run:\n{listed}\n\nHand in the whole plan, corrected, in the same way."
