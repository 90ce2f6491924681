"""Everything at a glance."""

from __future__ import annotations

from typing import Literal

from studio.features.approvals.models import Approval
from studio.features.conversations.models import ConversationSummary
from studio.features.programs.models import Program
from studio.features.providers.models import Provider
from studio.features.runs.models import WorkflowSummary
from studio.features.system.models import Info, Machine, Metrics
from studio.kit.clock import Timestamp
from studio.kit.models import Model


class OpenTerminal(Model):
    """A terminal that is open. It is active while something runs in it."""

    id: str
    name: str
    kind: str
    status: Literal["active", "idle"]
    cwd: str
    created_at: Timestamp


class Status(Model):
    """What Studio knows of this machine and of the work on it: what each part answers for itself, in one answer.

    `conversations` are the five used last; `workflows` the runs that are at work or wait, each as its workflow.
    """

    info: Info
    system: Machine
    metrics: Metrics
    tools: list[Program]
    providers: list[Provider]
    approvals: list[Approval]
    terminals: list[OpenTerminal]
    workflows: list[WorkflowSummary]
    conversations: list[ConversationSummary]
