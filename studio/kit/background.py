"""Tasks that outlive the request that started them, watched and ended with the program."""

import asyncio
import logging
from collections.abc import Awaitable, Coroutine
from typing import Any

from studio.kit.errors import StudioError

log = logging.getLogger(__name__)


async def attempt(work: Awaitable[object], *, what: str) -> None:
    """Wait for one step of a task that goes on for ever. What goes wrong is logged: the next step may go well."""
    try:
        await work
    except StudioError as error:
        log.warning("%s failed: %s", what, error.message)
    except Exception:
        log.exception("%s failed", what)


class Background:
    """The running tasks. One that fails is logged, never lost without a word."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        """Run `work` on its own."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("Background task %s failed", task.get_name(), exc_info=error)

    async def close(self) -> None:
        """End every task and wait until all have ended."""
        while tasks := [task for task in self._tasks if task is not asyncio.current_task()]:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
