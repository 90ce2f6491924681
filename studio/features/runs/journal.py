"""What a segment needs of the disk: it reads and writes the journal of its run through this, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from studio.features.runs.models import Run, StepAttempt, StepRecord
from studio.kit.clock import Timestamp


class Journal(Protocol):
    """The journal of one run, as long as the segment is its newest.

    All that write raise SegmentOver where it is not, and all JournalAway where the database would not do it.
    """

    async def load(self, *, anew: bool) -> tuple[Run | None, list[StepRecord]]:
        """Return the run and its lines, in the order of the plan.

        Unless `anew`, what others wrote since that was last asked for may be missing.
        """
        ...

    async def save(self, *records: StepRecord, told: bool = True, to_disk: bool = False) -> None:
        """Write lines; `to_disk`: wait until they would outlive a power cut."""
        ...

    async def start_child(self, record: StepRecord, workflow_id: str, given: dict[str, Any]) -> None:
        """Write down that a step is a run of another workflow, and begin that."""
        ...

    async def leave_child(self, record: StepRecord) -> None:
        """Write down that a step waits no longer for the run that it is, and end that."""
        ...

    async def find(self, step_id: str) -> StepRecord | None:
        """Return one line as it is now, or None."""
        ...

    async def end(self) -> bool:
        """End the segment, unless something could be done now. Return whether it ended."""
        ...

    async def tell(self, event: dict[str, Any]) -> None:
        """Tell those who listen of something that is no line of the journal."""
        ...

    async def list_talk(self, step_id: str) -> list[dict[str, Any]]:
        """Return what was said in a chat step."""
        ...

    async def add_talk(self, step_id: str, position: int, said: dict[str, Any]) -> None:
        """Add something that was said."""
        ...

    async def put_talk(self, step_id: str, position: int, said: dict[str, Any]) -> None:
        """Replace something that was said."""
        ...

    async def forget_talk(self, step_id: str) -> None:
        """Forget what was said."""
        ...

    async def keep_attempt(self, step_id: str, attempt: StepAttempt) -> None:
        """Write down what an attempt at a step printed so far, or came to. Also where the run is over by now."""
        ...

    async def forget_attempt(self, step_id: str, *, started_at: str) -> None:
        """Forget an attempt: the line of its step says what came of it."""
        ...

    async def list_attempts(self, step_id: str) -> list[StepAttempt]:
        """Return the attempts at a step of which something is kept, the oldest first."""
        ...

    async def spent(self) -> int | None:
        """Return what the run and all it is a part of took, in millionths of a US dollar; None: not known."""
        ...

    async def sleep_until(self, moment: Timestamp) -> None:
        """Wait until a moment has come."""
        ...

    def now(self, *, after_seconds: float = 0) -> Timestamp:
        """Return the moment, or one after it."""
        ...


Lines = Sequence[StepRecord]
