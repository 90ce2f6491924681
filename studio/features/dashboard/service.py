"""What the page is told as it happens."""

from collections.abc import AsyncGenerator
from typing import Any

from studio.features.dashboard.announcements import KINDS, announce
from studio.kit.events import Bus, Dropped


class Dashboard:
    """The page's view of everything that happens."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def watch(self) -> AsyncGenerator[dict[str, Any], None]:
        """Yield what happens, from now on. Ends when the listener fell behind: it must look at everything again."""
        with self._bus.listen(*KINDS) as events:
            yield {"type": "ready", "data": {}}
            while not isinstance(event := await events.get(), Dropped):
                yield announce(event)
