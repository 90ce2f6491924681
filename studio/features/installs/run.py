"""A run: one installation under way, and what it prints. Followers come and go, and cost no memory."""

from __future__ import annotations

import asyncio
import codecs
import re
from collections.abc import AsyncGenerator
from typing import Any

from studio.features.installs.models import Installation, InstallationLog, Told
from studio.kit.processes import HeadAndTail

MOST_BYTES = 256 * 1024

PERCENT = re.compile(rb"(?<![\d.])(100|\d{1,2}(?:\.\d+)?) ?%")
LONGEST_PERCENT = len(b"99.9999 %")

utf8_decoder = codecs.getincrementaldecoder("utf-8")


class Run:
    """One installation, told to everybody who follows it from its beginning."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.over = asyncio.Event()
        self._output = HeadAndTail(MOST_BYTES)
        self._end_of_output = b""
        self._news = asyncio.Event()

    @property
    def log(self) -> InstallationLog:
        """The installation with what was kept of its output."""
        return InstallationLog(**dict(self.installation), output=self._output.text())

    def change(self, **changes: Any) -> None:  # noqa: ANN401 -- fields of Installation
        """Let followers know that it stands differently now."""
        self.installation = self.installation.model_copy(update=changes)
        if self.installation.is_over:
            self.over.set()
        self._wake()

    def take(self, chunk: bytes) -> None:
        """Take in more output, and how far it says it is."""
        self._output.add(chunk)
        text = self._end_of_output + chunk
        self._end_of_output = text[-LONGEST_PERCENT:]
        if found := PERCENT.findall(text):
            self.installation = self.installation.model_copy(update={"percent": float(found[-1])})
        self._wake()

    async def follow(self) -> AsyncGenerator[Told, None]:
        """Yield what was printed so far, then what comes, to the end."""
        heard, told = 0, None
        decoder = utf8_decoder(errors="replace")
        while True:
            news, installation = self._news, self.installation
            kept = self._output.after(heard)
            heard = self._output.seen
            text = decoder.decode(kept.head)
            if kept.left_out:
                decoder.reset()
                text += f"\n… {kept.left_out} bytes left out …\n"
            text += decoder.decode(kept.tail)
            if text or installation is not told:
                told = installation
                yield Told(output=text, installation=installation)
            elif installation.is_over:
                return
            else:
                await news.wait()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
