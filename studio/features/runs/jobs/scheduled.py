"""Runs that are begun by a schedule."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from pydantic import ConfigDict, Field, JsonValue

from studio.features.runs import capabilities
from studio.features.runs.models import RunProfile, RunRequest
from studio.features.runs.service import Runs
from studio.features.schedules.models import Outcome
from studio.features.workflows.models import Values
from studio.features.workflows.service import Workflows
from studio.kit.models import Model, read


class ScheduledRun(Model):
    """How a schedule runs a workflow. Nobody watches, so there is always a profile, which allows nothing by itself."""

    model_config = ConfigDict(extra="forbid")

    input: Values = Field(default_factory=dict[str, JsonValue])
    profile: RunProfile = Field(default_factory=RunProfile)


class WorkflowTarget:
    """Workflows, as schedules begin them."""

    def __init__(self, workflows: Workflows, runs: Runs) -> None:
        self._workflows = workflows
        self._runs = runs

    async def check(self, subject: str, request: dict[str, Any]) -> dict[str, Any]:
        """Return how a workflow is run, as it is kept.

        Raises:
            NotFound: no workflow has this id.
            InvalidInput: it could not be run, or not like this.
        """
        wanted = read(ScheduledRun.model_validate, request)
        await self._workflows.settle(await self._workflows.get(subject), wanted.input)
        capabilities.check(wanted.profile)
        return wanted.model_dump(mode="json")

    async def begin(self, occasion_id: str, subject: str, request: dict[str, Any], *, origin: str) -> str:
        """Begin the run of an occasion, unless it was begun before. Return its id.

        Raises:
            NotFound: the workflow is gone.
            InvalidInput: it could not be run.
            Unavailable, StorageFull: not now.
        """
        wanted = ScheduledRun.model_validate(request)
        body = RunRequest(input=wanted.input, profile=wanted.profile)
        run = await self._runs.start(subject, body, origin=origin, run_id=f"exec_{occasion_id}")
        return run.id

    async def until_over(self, run_id: str) -> None:
        """Wait until a run is over, or gone."""
        async for _ in self._runs.follow(run_id, after=sys.maxsize):
            pass

    async def list_outcomes(self, run_ids: Sequence[str]) -> dict[str, Outcome]:
        """Return how runs stand, by their ids, but for those that are gone.

        Raises:
            Unavailable: the database does not answer.
        """
        found = await self._runs.list_results(run_ids)
        return {
            run_id: Outcome(state=one.status, error=one.error, finished_at=one.finished_at)
            for run_id, one in found.items()
        }
