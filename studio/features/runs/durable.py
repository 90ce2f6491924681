"""DBOS: what lets segments be worked on, each once, under the id `<run>:<segment>`.

It is imported and launched when the first segment is handed to it, in a thread, and ended where nothing was at work for
a while: it looks into its database every second. It keeps no journal of steps: ours
decides what is done and what is not, and a segment that is no longer the newest of its run does nothing. So nothing is
lost with what it knows of segments that ended, and that is removed from its database now and then.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import Context
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from studio.kit.background import attempt

log = logging.getLogger(__name__)

VERSION = "1"
"""What DBOS takes for the version of the program: pinned, or it would not take up what an older one left."""

CLOSING_SECONDS = 4.0

FORGET_AFTER = 200
"""After how many segments those that ended are removed from its database."""

FORGOTTEN_AT_ONCE = 500

LARGEST_BYTES = 16 * 1024 * 1024
"""How large a file of SQLite may be that is taken over from an earlier start."""

ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
"""How a segment stands in its database that it will do nothing for any more."""

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[[str, int], Awaitable[None]]


class Durable:
    """The queue of segments, in a database of its own."""

    def __init__(self, address: str, work: Work, *, executor: str = "local") -> None:
        self._address = address
        self._executor = executor
        self._work = work
        # Of its own: the event loop waits for its other threads in the end, and these may wait for a database for ever.
        self._threads = ThreadPoolExecutor(thread_name_prefix="durable")
        self._lock = asyncio.Lock()
        self._submit: Callable[[str, int], None] | None = None
        self._dbos: Any = None
        self._at_work = _AtWork()
        self._handed_over = count()
        self._was_used = False
        self._was_launched = False
        self._is_closed = False

    @property
    def is_launched(self) -> bool:
        """Whether DBOS runs."""
        return self._submit is not None

    async def submit(self, run_id: str, segment: int) -> None:
        """Let a segment be worked on. One that was handed over before is not worked on twice."""
        self._was_used = True
        async with self._lock:
            if self._is_closed:
                return
            submit = self._submit
            if submit is None:
                launching = self._aside(self._launch, asyncio.get_running_loop())
                submit = self._submit = await _to_its_end(launching)
        await self._aside(submit, run_id, segment)
        if next(self._handed_over) % FORGET_AFTER == 0 and not self._is_closed:
            await attempt(self._aside(self._forget), what="Forgetting segments that ended")

    async def end_if_idle(self, is_needed: Callable[[], Awaitable[bool]]) -> None:
        """End DBOS where nothing was handed over since this was called last, and nothing is at work.

        `is_needed` says whether something is, while nothing can be handed over. The next segment launches it anew.
        """
        async with self._lock:
            was_used, self._was_used = self._was_used, False
            if self._submit and not was_used and not await is_needed():
                await self._end()

    async def close(self) -> None:
        """End DBOS, if it runs. What it has not begun stays for the next start, and so does what it cannot write."""
        self._is_closed = True
        with suppress(TimeoutError):
            async with asyncio.timeout(2 * CLOSING_SECONDS), self._lock:
                # What is being launched is up first: nobody would end it later.
                await self._end()
        self._threads.shutdown(wait=False)

    async def _end(self) -> None:
        if self._dbos is None:
            return
        dbos, self._dbos, self._submit = self._dbos, None, None
        # Its threads would wait for ever for what nobody works on any more, and the process for them.
        self._at_work.end()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self._aside(dbos.destroy, workflow_completion_timeout_sec=0)

    def _aside(self, do: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> asyncio.Future[T]:
        """Do what takes its time on a thread."""
        return asyncio.get_running_loop().run_in_executor(self._threads, partial(do, *arguments, **named))

    def _launch(self, loop: asyncio.AbstractEventLoop) -> Callable[[str, int], None]:
        """Import and launch DBOS; takes a second or two, and must not be called on the event loop."""
        from dbos import DBOS, SetWorkflowID  # noqa: PLC0415 -- 44 MB and a second: only who has work for it pays

        # It speaks of every start, and warns of SQLite, which one process on one machine is well served by.
        logging.getLogger("dbos").setLevel(logging.CRITICAL)
        if not self._was_launched:
            # This start has numbered anew what was at work, so nothing in it is wanted.
            _remove_large(self._address)
        self._was_launched = True
        self._dbos = DBOS(
            config={
                "name": "studio",
                "system_database_url": self._address,
                "application_version": VERSION,
                "executor_id": self._executor,
                "log_level": "CRITICAL",
                "enable_otlp": False,
            }
        )

        at_work = self._at_work = _AtWork()

        def segment(run_id: str, number: int) -> None:
            # Ending, Studio ends its segments: the next start begins others in their place.
            with suppress(concurrent.futures.CancelledError):
                at_work.wait_for(lambda: self._work(run_id, number), loop)

        workflow: Any = DBOS.workflow(name="studio.segment")(segment)
        DBOS.launch()

        def submit(run_id: str, number: int) -> None:
            with SetWorkflowID(f"{run_id}:{number}"):
                DBOS.start_workflow(workflow, run_id, number)

        return submit

    def _forget(self) -> None:
        """Remove what is known of our segments that ended, some at a time; takes its time."""
        from dbos import DBOS  # noqa: PLC0415 -- it is launched

        has_more = True
        while has_more and self.is_launched:
            ended = DBOS.list_workflows(
                status=ENDED,
                executor_id=self._executor,
                limit=FORGOTTEN_AT_ONCE,
                load_input=False,
                load_output=False,
            )
            DBOS.delete_workflows([one.workflow_id for one in ended])
            has_more = len(ended) == FORGOTTEN_AT_ONCE


class _AtWork:
    """What threads of DBOS wait for, each a segment that the event loop of Studio works on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._futures = set[concurrent.futures.Future[None]]()
        self._is_over = False

    def wait_for(self, work: Callable[[], Awaitable[None]], loop: asyncio.AbstractEventLoop) -> None:
        """Have a segment worked on, and wait for its end; called on a thread of DBOS.

        Raises:
            CancelledError: it was ended, with Studio or before it began.
        """
        with self._lock:
            if self._is_over:
                raise concurrent.futures.CancelledError
            # In a context of its own: what it starts in turn would else count as a part of this workflow of DBOS.
            future = Context().run(asyncio.run_coroutine_threadsafe, _awaited(work()), loop)
            self._futures.add(future)
        try:
            future.result()
        finally:
            with self._lock:
                self._futures.discard(future)

    def end(self) -> None:
        """Let no thread wait any longer, and none begin to."""
        with self._lock:
            self._is_over = True
            for future in list(self._futures):
                future.cancel()


def _remove_large(address: str) -> None:
    """Remove a file of SQLite that grew large, with its companions, so that it is made anew."""
    file = Path(address.removeprefix("sqlite:///"))
    if address.startswith("sqlite:") and file.exists() and file.stat().st_size > LARGEST_BYTES:
        for ending in ("-wal", "-shm", ""):
            # Whoever still holds it, on Windows, keeps it as it is.
            with suppress(OSError):
                file.with_name(f"{file.name}{ending}").unlink(missing_ok=True)


async def _to_its_end(work: asyncio.Future[T]) -> T:
    """Wait for what a thread does, for a while also when cancelled: the thread goes on all the same."""
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait({work}, timeout=CLOSING_SECONDS)
        raise


async def _awaited(work: Awaitable[None]) -> None:
    await work
