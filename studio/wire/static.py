"""The built page: a fixed list of files, read from disk as asked for, and its first file for places of the page.

A request only ever chooses among names that were found when the server started, so no spelling of a path leads out.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from studio.wire.head import head_of

STATIC = Path(__file__).parents[1] / "static"

INDEX = "index.html"
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
FOR_EVER = "public, max-age=31536000, immutable"

NOT_BUILT = (
    "The page is not built, so Studio answers programs only. In a checkout, `make run` builds it and starts Studio.\n"
)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the page. `variants` are its compressed copies, by encoding."""

    path: Path
    media_type: str
    etag: str
    variants: dict[str, Path]


class Pages:
    """The page as an ASGI app. `address` is where it lives: a visit by another name of this machine is sent there."""

    def __init__(self, folder: Path, *, address: str) -> None:
        self._address = address
        self._assets = _list_assets(folder)
        self.script_hashes = _hash_scripts(folder / INDEX) if INDEX in self._assets else []

    def has(self, scope: Scope) -> bool:
        """Return whether a request is for one of the files, or of a browser that goes to a place inside the page."""
        if scope["method"] not in {"GET", "HEAD"}:
            return False
        name = scope["path"].removeprefix("/")
        return (name in self._assets and name != INDEX) or (_is_place(name) and _takes_html(scope))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file."""
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        if not self.has(scope):
            return PlainTextResponse("There is no such file.\n", 404)
        name = scope["path"].removeprefix("/")
        if name in self._assets and name != INDEX:
            return _serve(self._assets[name], scope, keep="immutable" in name)
        return self._show(scope)

    def _show(self, scope: Scope) -> Response:
        """Answer with the page itself."""
        if INDEX not in self._assets:
            return PlainTextResponse(NOT_BUILT, 503)
        if f"http://{head_of(scope)[b'host']}" != self._address:
            return RedirectResponse(self._address + _spelled(scope), 307)
        return _serve(self._assets[INDEX], scope, keep=False)


def _is_place(name: str) -> bool:
    """Return whether a path names a place inside the page, not a file: no segment of it has a dot."""
    return name == INDEX or not ({".", "\\", "\0"} & set(name))


def _takes_html(scope: Scope) -> bool:
    """Return whether whoever asks takes a page: browsers that go somewhere say so, and who says nothing takes all."""
    accepted = Headers(scope=scope).get("accept", "*/*").lower()
    return any(one.partition(";")[0].strip() in {"text/html", "text/*", "*/*"} for one in accepted.split(","))


def _spelled(scope: Scope) -> str:
    # One slash at the front: two would name another host.
    path = "/" + scope["raw_path"].decode("latin-1").lstrip("/\\")
    query = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _list_assets(folder: Path) -> dict[str, Asset]:
    files = {file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()}
    endings = tuple(ending for _, ending in ENCODINGS)
    return {name: _describe(name, file, files) for name, file in files.items() if not name.endswith(endings)}


def _describe(name: str, file: Path, files: dict[str, Path]) -> Asset:
    variants = {encoding: files[name + ending] for encoding, ending in ENCODINGS if name + ending in files}
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if media_type.startswith("text/") or media_type in {"application/javascript", "application/json"}:
        media_type += "; charset=utf-8"
    status = file.stat()
    return Asset(file, media_type, f'"{status.st_mtime_ns:x}-{status.st_size:x}"', variants)


def _hash_scripts(index: Path) -> list[str]:
    """Return the hashes of the scripts inside the page, for the policy that lets only those run."""
    scripts = INLINE_SCRIPT.findall(index.read_text(encoding="utf-8"))
    return [f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}" for text in scripts]


def _serve(asset: Asset, scope: Scope, *, keep: bool) -> Response:
    headers = Headers(scope=scope)
    own = {"etag": asset.etag, "cache-control": FOR_EVER if keep else "no-cache", "vary": "Accept-Encoding"}
    if headers.get("if-none-match") == asset.etag:
        return Response(status_code=304, headers=own)
    path, accepted = asset.path, headers.get("accept-encoding", "")
    for encoding, variant in asset.variants.items():
        if re.search(rf"\b{encoding}\b(?!;q=0)", accepted):
            path, own = variant, own | {"content-encoding": encoding}
            break
    try:
        return Response(path.read_bytes(), media_type=asset.media_type, headers=own)
    except OSError:
        # The page was built anew while the server ran.
        return PlainTextResponse("The page changed on disk. Restart Studio.\n", 503)
