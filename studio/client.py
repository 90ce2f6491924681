"""A client of the running server, for the command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from studio.kit.paths import DataFolder

if TYPE_CHECKING:
    import httpx

PATIENCE_SECONDS = 10.0
AGAIN_SECONDS = 0.02


class NotRunning(RuntimeError):
    """No server runs on the data folder."""


class Refused(RuntimeError):
    """The server answered that it will not; the message is its own, `status` that of HTTP."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


async def find_server(folder: DataFolder, *, patience_seconds: float = PATIENCE_SECONDS) -> str:
    """Return the address of the server that runs on `folder`.

    Its lock tells whether one runs; `server.json` alone may be left over from one that was killed, and its port may
    belong to another program by now. One that is starting is waited for.

    Raises:
        NotRunning: none does.
    """
    tries = int(patience_seconds / AGAIN_SECONDS)
    for _ in range(max(1, tries)):
        if not is_held(folder):
            break
        try:
            return str(json.loads(folder.server.read_text(encoding="utf-8"))["address"])
        except (OSError, ValueError, KeyError):
            await asyncio.sleep(AGAIN_SECONDS)
    raise NotRunning(f"No Studio runs on '{folder.path}'. Start it with `studio`.")


def is_held(folder: DataFolder) -> bool:
    """Return whether a server has the folder now."""
    return folder.is_held()


class Client:
    """Speaks to a server as its owner."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def ask(self, method: str, path: str, body: object = None, *, patient: bool = False) -> Any:  # noqa: ANN401 -- whatever it answers
        """Return the JSON that a request is answered with. `patient`: a model answers, which takes as long as it takes.

        Raises:
            Refused: the answer is an error.
        """
        return (await self._ask(method, path, body, seconds=None if patient else PATIENCE_SECONDS * 3)).json()

    async def text(self, path: str) -> str:
        """Return the text that a request is answered with.

        Raises:
            Refused: the answer is an error.
        """
        return (await self._ask("GET", path, None, seconds=PATIENCE_SECONDS * 3)).text

    async def download(self, path: str, body: object) -> bytes:
        """Return the file that a request is answered with.

        Raises:
            Refused: the answer is an error.
        """
        return (await self._ask("POST", path, body, seconds=PATIENCE_SECONDS * 3)).content

    async def upload(self, path: str, archive: bytes) -> Any:  # noqa: ANN401 -- whatever it answers
        """Send a zip archive. Return the JSON that it is answered with.

        Raises:
            Refused: the answer is an error.
        """
        headers = {"Content-Type": "application/zip"}
        answer = await self._http.post(path, content=archive, headers=headers, timeout=PATIENCE_SECONDS * 3)
        return _accepted(answer).json()

    async def _ask(self, method: str, path: str, body: object, *, seconds: float | None) -> httpx.Response:
        return _accepted(await self._http.request(method, path, json=body, timeout=seconds))

    async def stream(self, method: str, path: str, body: object = None) -> AsyncGenerator[dict[str, Any], None]:
        """Yield what a stream of server-sent events says.

        Raises:
            Refused: there is no stream.
        """
        async with self._http.stream(method, path, json=body, timeout=None) as answer:
            if answer.status_code >= 400:
                await answer.aread()
                raise Refused(_reason(answer), status=answer.status_code)
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    yield json.loads(line[6:])


def _accepted(answer: httpx.Response) -> httpx.Response:
    if answer.status_code >= 400:
        raise Refused(_reason(answer), status=answer.status_code)
    return answer


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        return f"The server answered with status {answer.status_code}."


@asynccontextmanager
async def connected(address: str, token: str) -> AsyncGenerator[Client, None]:
    """Yield a client of the server at `address`."""
    import ssl  # noqa: PLC0415 -- 160 ms with the next, that `studio serve` need not spend

    import httpx  # noqa: PLC0415 -- as above

    headers = {"Authorization": f"Bearer {token}"}
    # No server on this machine has a certificate, and to read whom the system trusts takes 20 ms.
    nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Never by a proxy: the token is for this machine only.
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=30, trust_env=False, verify=nobody) as http:
        try:
            yield Client(http)
        except httpx.ConnectError as error:
            raise NotRunning(f"Nothing answers at {address}. Start Studio with `studio`.") from error
        except httpx.TransportError as error:
            raise NotRunning(f"The connection to {address} broke off. `studio doctor` says how it stands.") from error
