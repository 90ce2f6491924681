"""The other Studio processes that share runs with this one, and which of them are silent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

BEAT_SECONDS = 2.0
"""How often each says that it lives, and looks what others did."""

SILENT_SECONDS = 15.0
"""After how long somebody who says nothing is taken for dead."""


@dataclass(frozen=True, slots=True)
class _Heard:
    beats: int
    at: float


class Peers:
    """How far each other has counted, and when that was noticed: by one's own clock, so that no two need agree."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._heard: dict[str, _Heard] = {}
        self._looked_at = monotonic()

    def list_silent(self, beats: Mapping[str, int]) -> list[tuple[str, int]]:
        """Return those who have not counted on for too long, and how far they came."""
        now = self._monotonic()
        if now - self._looked_at > SILENT_SECONDS:
            # It was us who did not listen.
            self.forget()
        self._looked_at, before = now, self._heard
        self._heard = {
            peer: known if (known := before.get(peer)) and known.beats == count else _Heard(count, now)
            for peer, count in beats.items()
        }
        return [(peer, one.beats) for peer, one in self._heard.items() if now - one.at >= SILENT_SECONDS]

    def forget(self) -> None:
        """Listen anew: where nobody can count on, as the database is away, nobody is silent."""
        self._heard = {}
