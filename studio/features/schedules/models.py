"""A schedule, the moments it comes to, and what came of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol

from pydantic import ConfigDict, Field, JsonValue

from studio.kit.clock import Timestamp
from studio.kit.json_values import JsonObject
from studio.kit.models import Model

CatchUp = Literal["skip", "latest", "all"]
Cause = Literal["schedule", "person"]
State = Literal["waiting", "begun", "missed", "overlapped", "failed"]
OutcomeState = Literal["running", "awaiting_approval", "completed", "failed", "cancelled"]

Name = Annotated[str, Field(min_length=1, max_length=300)]
Id = Annotated[str, Field(min_length=1, max_length=100)]
Request = Annotated[JsonObject, Field(max_length=20)]


class CronTrigger(Model):
    """Moments of the clock on the wall in a time zone, as five fields of cron or a word such as `@daily`.

    Where the clock is put forward or back, it does what Debian's cron does: what falls into an hour that is left out
    comes right after it, and what falls into one that comes twice comes once, unless it comes at any hour or minute.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["cron"]
    expression: str = Field(min_length=1, max_length=200)
    time_zone: str = Field(default="UTC", min_length=1, max_length=64)


class IntervalTrigger(Model):
    """A moment every so many seconds, counted from `start_at`; where that is not given, from when it was written."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["interval"]
    seconds: int = Field(ge=60, le=366 * 86_400)
    start_at: Timestamp | None = Field(default=None, max_length=100)


Trigger = Annotated[CronTrigger | IntervalTrigger, Field(discriminator="kind")]
AnyTrigger = CronTrigger | IntervalTrigger


class ScheduleDraft(Model):
    """A schedule to be kept.

    `target` is the kind of thing that is begun, `subject` which one, and `request` what it is given: of a workflow
    `input` and the `profile` of what its runs may do, which is nothing where it is left out. `catch_up` says what is
    done about moments that were missed; with `all` each has its run, one after another where they may not overlap.
    """

    model_config = ConfigDict(extra="forbid")

    name: Name
    target: Id = "workflow"
    subject: Id
    request: Request = Field(default_factory=dict[str, JsonValue])
    trigger: Trigger
    catch_up: CatchUp = "skip"
    may_overlap: bool = False
    is_enabled: bool = True


class Schedule(ScheduleDraft):
    """A schedule as it is kept. `error` says why it was switched off where nobody did that."""

    id: str
    next_at: Timestamp | None
    error: str | None = None
    created_at: Timestamp
    updated_at: Timestamp


class Occasion(Model):
    """One moment of a schedule, or one at which a person had it begun, and what came of it.

    `waiting`: it is about to be begun, or what was begun before is not over. `overlapped`: it was left out for that.
    """

    schedule_id: str
    due_at: Timestamp
    cause: Cause
    state: State
    run_id: str | None = None
    note: str | None = None
    over_at: Timestamp | None = None


class Outcome(Model):
    """How that stands which was begun. `error` says why it failed."""

    state: OutcomeState
    error: str | None = None
    finished_at: Timestamp | None = None


class OccasionView(Occasion):
    """An occasion with how that stands which was begun; with no `outcome` where it is gone, or nobody can say now."""

    outcome: Outcome | None = None


class ScheduleView(Schedule):
    """A schedule with the moments that come next, the last one that was, and how many were missed in a month."""

    upcoming: list[Timestamp]
    last: OccasionView | None
    missed: int


class ScheduleList(Model):
    """Schedules, those that come next first."""

    schedules: list[ScheduleView]


class ScheduleFilter(Model):
    """Which schedules: all, or those of one target or subject."""

    target: Id | None = None
    subject: Id | None = None


class OccasionList(Model):
    """What came of a schedule, the newest first."""

    occasions: list[OccasionView]


class Coming(Model):
    """A moment that comes."""

    schedule_id: str
    name: str
    target: str
    subject: str
    due_at: Timestamp


class NotDone(Coming):
    """A moment that nothing was done at, and why."""

    state: State
    note: str | None


class Begun(Coming):
    """A moment that something was begun at. `error` says why it failed."""

    run_id: str
    error: str | None = None


class Agenda(Model):
    """What comes next of all schedules, and what was missed or failed in a month, the newest first."""

    coming: list[Coming]
    missed: list[NotDone]
    failed: list[Begun]


class TriggerDraft(Model):
    """When something would be begun."""

    trigger: Trigger


class Moments(Model):
    """The next moments of a trigger; none where it cannot be read or never comes, and why."""

    moments: list[Timestamp]
    problem: str | None = None


class Target(Protocol):
    """What schedules can begin. Its names are those of the schedules' `target`."""

    async def check(self, subject: str, request: dict[str, Any]) -> dict[str, Any]:
        """Return a request as it is kept.

        Raises:
            NotFound, InvalidInput: it could not be begun like this.
        """
        ...

    async def begin(self, occasion_id: str, subject: str, request: dict[str, Any], *, origin: str) -> str:
        """Begin it, unless it was begun for this occasion before. Return the id of what was begun.

        Raises:
            NotFound: there is no such subject any more.
            InvalidInput: it could not be begun.
            Unavailable, StorageFull: not now.
        """
        ...

    async def until_over(self, run_id: str) -> None:
        """Wait until what was begun is over, or gone."""
        ...

    async def list_outcomes(self, run_ids: Sequence[str]) -> Mapping[str, Outcome]:
        """Return how what was begun stands, by its id, but for what is gone.

        Raises:
            Unavailable: not now.
        """
        ...


# What is never told: plain values.


@dataclass(frozen=True, slots=True)
class Passed:
    """The moments that passed while nobody looked, the newest of them, and whether there were others before."""

    moments: list[datetime]
    has_more: bool = False
