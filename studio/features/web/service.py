"""What can be done with the web."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urljoin

from studio import __version__
from studio.features.settings.service import Settings
from studio.features.web.reader import Material, read_as_text
from studio.kit.addresses import Target, read_url, resolve
from studio.kit.errors import InvalidInput, NotAllowed, TooLarge, UpstreamFailed

LARGEST_PAGE = 5 * 1024 * 1024
FETCH_SECONDS = 30.0
"""How long all of it may take, redirects and reading included."""
MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
TEXTUAL = (
    "text/",
    "application/json",
    "application/xml",
    "application/xhtml",
    "application/javascript",
    "application/yaml",
)


MayFollow = Callable[[str], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read. `address` is where it was in the end."""

    address: str
    status: int
    title: str
    text: str


class Web:
    """The world outside, as far as pages go."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def fetch(self, text: str, *, may_follow: MayFollow) -> Page:
        """Read a page. Every address on the way is judged when it is dialled, redirects among them.

        `may_follow` says whether a page may send on to the address it names.

        Raises:
            InvalidInput, NotAllowed, TooLarge, UpstreamFailed: there is no page to be had.
        """
        url = read_url(text)
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                return await self._fetch(url, may_follow)
        except TimeoutError as error:
            raise UpstreamFailed(f"{text} was not there after {FETCH_SECONDS:.0f} seconds.") from error

    async def _fetch(self, url: SplitResult, may_follow: MayFollow) -> Page:
        # 162 ms: only those who read a page pay for it.
        import httpx  # noqa: PLC0415

        allowed = (await self._settings.get()).profile.private_hosts
        first = url.geturl()
        try:
            # What the environment says of proxies does not count: a proxy would dial for us, and not look.
            async with httpx.AsyncClient(timeout=FETCH_SECONDS, follow_redirects=False, trust_env=False) as client:
                for _ in range(MOST_REDIRECTS + 1):
                    target = await resolve(url, allowed=allowed)
                    answer, body = await _get(client, target)
                    if answer.status_code not in REDIRECTS or "location" not in answer.headers:
                        return await _read(answer, body, url.geturl())
                    following = _follow(url, answer.headers["location"])
                    if not await may_follow(following.geturl()):
                        raise NotAllowed(
                            f"{url.geturl()} sends on to {following.geturl()}, which was not asked for. "
                            "Ask for that address itself if you need it."
                        )
                    url = following
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UpstreamFailed(f"{url.geturl()} cannot be read: {error or type(error).__name__}.") from error
        raise UpstreamFailed(f"{first} redirects more than {MOST_REDIRECTS} times.")


def _follow(url: SplitResult, location: str) -> SplitResult:
    """Return where a page sends us.

    Raises:
        InvalidInput: nowhere.
    """
    try:
        return read_url(urljoin(url.geturl(), location))
    except ValueError as error:
        raise InvalidInput(f"{url.geturl()} redirects to {location!r}, which is no address of a page.") from error


async def _get(client: Any, target: Target) -> tuple[Any, bytes]:  # noqa: ANN401 -- httpx is not imported here
    """Ask the address that was judged, under the name that was meant."""
    host = f"[{target.address}]" if ":" in target.address else target.address
    port = f":{target.url.port}" if target.url.port else ""
    dialled = target.url._replace(netloc=f"{host}{port}", fragment="").geturl()
    headers = {
        "Host": target.url.netloc,
        "User-Agent": f"Studio/{__version__}",
        "Accept": "text/html,text/plain,application/json;q=0.9,*/*;q=0.5",
    }
    request = client.build_request("GET", dialled, headers=headers, extensions={"sni_hostname": target.host})
    answer = await client.send(request, stream=True)
    try:
        body = bytearray()
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > LARGEST_PAGE:
                raise TooLarge(f"{target.url.geturl()} has more than {LARGEST_PAGE // 1048576} MB.")
    finally:
        await answer.aclose()
    return answer, bytes(body)


async def _read(answer: Any, body: bytes, address: str) -> Page:  # noqa: ANN401 -- as above
    kind = answer.headers.get("content-type", "text/plain").partition(";")[0].strip().lower()
    if not kind.startswith(TEXTUAL) and not kind.endswith(("+json", "+xml")):
        raise InvalidInput(f"{address} is no text but {kind} ({len(body)} bytes).")
    material = Material(body, answer.charset_encoding or "utf-8", address)
    title, text = await read_as_text(material, is_html="html" in kind)
    return Page(address, answer.status_code, title, text)
