"""A running language server for one folder: the documents it knows, and what it says of them."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import studio
from studio.features.files.models import LARGEST_TEXT
from studio.features.lsp.connection import Connection
from studio.features.lsp.errors import ServerGone, ServerRefused, ServerSilent
from studio.features.lsp.languages import files_changed
from studio.features.lsp.models import Known
from studio.features.lsp.shapes import as_object, as_objects
from studio.features.lsp.text import to_path, to_uri
from studio.kit import processes

START_SECONDS = 30.0
ANSWER_SECONDS = 20.0
SETTLE_SECONDS = 0.4
"""How long to wait for more after a server said what is wrong with a text: some say it in parts."""

CREATED, CHANGED, DELETED = 1, 2, 3
"""What the protocol calls what became of a file."""

MOST_DOCUMENTS = 100
"""Documents open in one server at a time; the one used longest ago is closed first."""

CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "configuration": True,
        "workspaceFolders": True,
        "didChangeConfiguration": {"dynamicRegistration": False},
        "workspaceEdit": {"documentChanges": True},
        "symbol": {},
    },
    "textDocument": {
        "synchronization": {"didSave": True},
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": False},
        "diagnostic": {"dynamicRegistration": False},
        "definition": {"linkSupport": True},
        "references": {},
        "hover": {"contentFormat": ["plaintext", "markdown"]},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "rename": {"prepareSupport": False},
    },
    "window": {"workDoneProgress": True},
}


@dataclass(slots=True)
class Document:
    """A text that the server knows. `published` counts how often it said what is wrong with it."""

    version: int
    text: str
    diagnostics: Sequence[Mapping[str, Any]] = ()
    said_version: int | None = None
    published: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)


class LanguageServer:
    """One server, started and greeted. Paths are real ones."""

    def __init__(self, known: Known, root: Path) -> None:
        self.known = known
        self.root = root
        self.capabilities: Mapping[str, Any] = {}
        self._documents: dict[Path, Document] = {}
        self._connection: Connection | None = None
        self._is_closed = False
        self._turn = asyncio.Lock()
        self._refreshed = time.time_ns()

    @property
    def connection(self) -> Connection:
        """Its connection.

        Raises:
            ServerGone: it was not started.
        """
        if self._connection is None:
            raise ServerGone(f"{self.known.title} was not started.")
        return self._connection

    @property
    def pid(self) -> int | None:
        """The leader of its process group, None before it was started."""
        return self._connection.pid if self._connection else None

    @property
    def open_documents(self) -> int:
        """How many texts it knows."""
        return len(self._documents)

    async def start(self, argv: Sequence[str], *, seconds: float | None = None) -> None:
        """Start the program and greet it.

        Raises:
            ServerGone, ServerSilent, ServerRefused: it cannot be used; nothing of it is left.
        """
        connection = await Connection.open(
            argv,
            name=self.known.title,
            cwd=self.root,
            environment=processes.clean_environment({"NO_UPDATE_NOTIFIER": "1", "DO_NOT_TRACK": "1"}),
            handle=self._heed,
        )
        self._connection = connection
        try:
            await self._greet(connection, seconds or START_SECONDS)
        except BaseException:
            await connection.kill()
            raise

    async def _greet(self, connection: Connection, seconds: float) -> None:
        if self._is_closed:
            raise ServerGone(f"{self.known.title} was ended.")
        answer = await connection.request("initialize", self._greeting(), seconds=seconds)
        self.capabilities = as_object(as_object(answer).get("capabilities"))
        await connection.notify("initialized", {})
        await connection.notify("workspace/didChangeConfiguration", {"settings": dict(self.known.settings)})

    def _greeting(self) -> dict[str, Any]:
        uri = to_uri(self.root)
        return {
            "processId": os.getpid(),
            "clientInfo": {"name": "Studio", "version": studio.__version__},
            "rootUri": uri,
            "rootPath": str(self.root),
            "workspaceFolders": [{"uri": uri, "name": self.root.name}],
            "capabilities": CAPABILITIES,
            "initializationOptions": self.known.initialization,
        }

    async def sync(self, path: Path, text: str) -> Document:
        """Let the server know the text of a file as it is now.

        Raises:
            ServerGone, ServerSilent: it does not hear.
        """
        async with self._turn:
            document = self._documents.pop(path, None)
            if document is None:
                document = self._documents[path] = Document(1, text)
                await self._open(path, text)
            else:
                # Used last, closed last.
                self._documents[path] = document
                if document.text != text:
                    document.version, document.text = document.version + 1, text
                    document.news.clear()
                    await self._change(to_uri(path), document)
            await self._close_others()
        return document

    async def _open(self, path: Path, text: str) -> None:
        item = {"uri": to_uri(path), "languageId": self.known.language_of(path), "version": 1, "text": text}
        await self.connection.notify("textDocument/didOpen", {"textDocument": item})

    async def _change(self, uri: str, document: Document) -> None:
        named = {"uri": uri, "version": document.version}
        await self.connection.notify(
            "textDocument/didChange", {"textDocument": named, "contentChanges": [{"text": document.text}]}
        )
        await self.connection.notify("textDocument/didSave", {"textDocument": {"uri": uri}, "text": document.text})

    async def _close_others(self) -> None:
        while len(self._documents) > MOST_DOCUMENTS:
            path = next(iter(self._documents))
            del self._documents[path]
            await self._did_close(path)

    async def _did_close(self, path: Path) -> None:
        await self.connection.notify("textDocument/didClose", {"textDocument": {"uri": to_uri(path)}})

    async def diagnose(self, path: Path, text: str, *, seconds: float) -> Sequence[Mapping[str, Any]] | None:
        """Return what is wrong with a text, as the protocol's Diagnostics; None where the server does not say in time.

        Raises:
            ServerGone, ServerSilent: it is not there any more.
        """
        document = await self.sync(path, text)
        version = document.version
        if self.capabilities.get("diagnosticProvider"):
            return await self._pull(path, seconds=seconds)
        saying = asyncio.create_task(self._until_said(document, version))
        ending = asyncio.create_task(self.connection.wait())
        try:
            await asyncio.wait({saying, ending}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if ending.done():
                raise ServerGone(ending.result())
            return document.diagnostics if saying.done() else None
        finally:
            saying.cancel()
            ending.cancel()

    async def _until_said(self, document: Document, version: int) -> None:
        while not _speaks_of(document, version):
            await document.news.wait()
            document.news.clear()
        seen = -1
        while document.published != seen:
            seen = document.published
            await asyncio.sleep(SETTLE_SECONDS)

    async def _pull(self, path: Path, *, seconds: float) -> Sequence[Mapping[str, Any]] | None:
        try:
            answer = await self.ask("textDocument/diagnostic", path, seconds=seconds)
        except (ServerSilent, ServerRefused):
            return None
        return as_objects(as_object(answer).get("items"))

    async def ask(
        self, method: str, path: Path, params: Mapping[str, Any] | None = None, *, seconds: float = ANSWER_SECONDS
    ) -> Any:  # noqa: ANN401 -- any JSON
        """Ask about a text that the server knows.

        Raises:
            ServerGone, ServerSilent, ServerRefused: there is no answer.
        """
        named = {"textDocument": {"uri": to_uri(path)}, **(params or {})}
        return await self.connection.request(method, named, seconds=seconds)

    async def refresh(self) -> None:
        """Let the server know what became of the files that it knows, and which others are new or changed since.

        Raises:
            ServerGone, ServerSilent: it does not hear.
        """
        since, self._refreshed = self._refreshed, time.time_ns()
        known = {path: document.text for path, document in self._documents.items()}
        now = await asyncio.to_thread(_read_anew, known)
        for path, text in now.items():
            if text is None:
                async with self._turn:
                    if self._documents.pop(path, None):
                        await self._did_close(path)
            else:
                await self.sync(path, text)
        changed = await asyncio.to_thread(files_changed, self.known, self.root, since)
        gone = [path for path, text in now.items() if text is None]
        changes = [{"uri": to_uri(path), "type": CHANGED} for path in changed]
        changes += [{"uri": to_uri(path), "type": CREATED} for path in changed if path not in known]
        changes += [{"uri": to_uri(path), "type": DELETED} for path in gone]
        if changes:
            await self.connection.notify("workspace/didChangeWatchedFiles", {"changes": changes})

    def text_of(self, path: Path) -> str | None:
        """Return the text of a file as the server knows it, None where it reads it by itself."""
        document = self._documents.get(path)
        return document.text if document else None

    def can(self, capability: str) -> bool:
        """Return whether the server says that it can do something, such as `renameProvider`."""
        return bool(self.capabilities.get(capability))

    async def close(self) -> None:
        """End the server, or its start."""
        self._is_closed = True
        if self._connection:
            await self._connection.close()
        for document in self._documents.values():
            document.news.set()

    def _heed(self, method: str, params: Any) -> Any:  # noqa: ANN401 -- any JSON
        match method:
            case "textDocument/publishDiagnostics":
                self._publish(as_object(params))
            case "workspace/configuration":
                return [self._setting(item) for item in as_objects(as_object(params).get("items"))]
            case "workspace/workspaceFolders":
                return [{"uri": to_uri(self.root), "name": self.root.name}]
            case "workspace/applyEdit":
                # Whoever wants to change a file asks the person, through a tool.
                return {"applied": False, "failureReason": "Files are changed by tools only."}
            case "client/registerCapability" | "client/unregisterCapability" | "window/workDoneProgress/create":
                return None
            case _:
                raise LookupError(method)
        return None

    def _setting(self, item: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- any JSON
        value: Any = self.known.settings
        for part in filter(None, str(item.get("section") or "").split(".")):
            value = as_object(value).get(part)
        return value or None

    def _publish(self, params: Mapping[str, Any]) -> None:
        # Each server spells addresses in its own way.
        path = to_path(str(params.get("uri")))
        document = self._documents.get(path) if path else None
        if document is None:
            return
        version = params.get("version")
        document.diagnostics = as_objects(params.get("diagnostics"))
        # Where it does not say of which version it speaks, it is the one it was told last.
        document.said_version = version if isinstance(version, int) else document.version
        document.published += 1
        document.news.set()


def _read_anew(known: Mapping[Path, str]) -> dict[Path, str | None]:
    """Return the texts of files that are not what they were; None for one that is not there any more."""
    changed = dict[Path, str | None]()
    for path, before in known.items():
        try:
            text = path.read_text(encoding="utf-8", errors="replace") if path.stat().st_size <= LARGEST_TEXT else before
        except OSError:
            changed[path] = None
            continue
        if text != before:
            changed[path] = text
    return changed


def _speaks_of(document: Document, version: int) -> bool:
    return document.said_version is not None and document.said_version >= version
