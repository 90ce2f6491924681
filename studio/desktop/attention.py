"""When a person is told: once for what is new, while they look elsewhere, and no longer once it is answered."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from studio.desktop.notices import NoNotices, Notices
from studio.desktop.words import Words

log = logging.getLogger(__name__)


class Attention:
    """Asks for a person's attention. `open_notices` is called with the first notice; the others say how things are."""

    def __init__(
        self,
        words: Words,
        *,
        open_notices: Callable[[], Notices],
        is_in_front: Callable[[], bool],
        is_wanted: Callable[[], bool],
    ) -> None:
        self._words = words
        self._open_notices = open_notices
        self._is_in_front = is_in_front
        self._is_wanted = is_wanted
        self._notices: Notices | None = None
        self._is_mute = False
        self._known = frozenset[str]()
        self._told = frozenset[str]()
        """What the notice that is shown tells of."""
        self._lock = threading.Lock()

    def see(self, waiting: frozenset[str], failed: frozenset[str] = frozenset()) -> None:
        """Take note of the questions that wait now, and of the runs that failed unseen, by their ids."""
        with self._lock:
            asks, fails = bool(waiting - self._known), bool(failed - self._known)
            self._known = waiting | failed
            if self._is_mute:
                return
            try:
                if self._notices and self._told and not self._told & self._known:
                    self._told = frozenset[str]()
                    self._notices.take_back()
                elif (asks or fails) and not self._is_in_front() and self._is_wanted():
                    self._notices = self._notices or self._open_notices()
                    self._told = (waiting if asks else frozenset[str]()) | (failed if fails else frozenset[str]())
                    self._notices.tell(*self._words.news(len(waiting) * asks, len(failed) * fails))
            except NoNotices as reason:
                self._is_mute = True
                log.info("Nobody is told of questions and failed runs: %s", reason)
