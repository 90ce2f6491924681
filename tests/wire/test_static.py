"""The built page: what is served, how, and that nothing else is."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from studio.wire.gate import Gate
from studio.wire.static import Pages
from tests.support.app import ADDRESS, PORT

pytestmark = pytest.mark.anyio

SCRIPT = "\n  start();\n"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    page = tmp_path / "static"
    (page / "_app" / "immutable").mkdir(parents=True)
    (page / "index.html").write_text(f"<!doctype html><script>{SCRIPT}</script>")
    (page / "favicon.svg").write_text("<svg/>")
    (page / "_app" / "immutable" / "app.js").write_text("let a = 1;" * 100)
    (page / "_app" / "immutable" / "app.js.br").write_bytes(b"brotli")
    (page / "_app" / "immutable" / "app.js.gz").write_bytes(b"gzip")
    (tmp_path / "secret.txt").write_text("canary")
    return page


def serve(folder: Path) -> Gate:
    pages = Pages(folder, address=ADDRESS)
    return Gate(pages, port=PORT, largest_body=1, is_page=lambda path: True, policy=" ".join(pages.script_hashes))


@pytest.fixture
async def visitor(built: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(serve(built)), base_url=ADDRESS) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/index.html", "/chat/conv_1", "/settings/providers"])
async def test_every_place_inside_the_page_is_the_page(visitor: httpx.AsyncClient, path: str) -> None:
    answer = await visitor.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["cache-control"] == "no-cache"
    assert SCRIPT in answer.text


async def test_the_policy_names_the_script_inside_the_page(visitor: httpx.AsyncClient) -> None:
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert (await visitor.get("/")).headers["content-security-policy"] == f"sha256-{digest}"


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("gzip, deflate, br", "br", b"brotli"),
        ("gzip", "gzip", b"gzip"),
        ("identity", None, None),
        ("br;q=0", None, None),
    ],
)
async def test_assets_are_kept_for_ever_and_come_compressed(
    built: Path, accepted: str, encoding: str | None, body: bytes | None
) -> None:
    transport = httpx.ASGITransport(serve(built))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        request = client.build_request("GET", "/_app/immutable/app.js", headers={"Accept-Encoding": accepted})
        answer = await client.send(request, stream=True)
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers.get("content-encoding") == encoding
    assert raw == (body or b"let a = 1;" * 100)


async def test_what_did_not_change_is_not_sent_again(visitor: httpx.AsyncClient) -> None:
    first = await visitor.get("/favicon.svg")
    again = await visitor.get("/favicon.svg", headers={"If-None-Match": first.headers["etag"]})
    assert (first.headers["content-type"], again.status_code, again.content) == ("image/svg+xml", 304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing.js",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/_app/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/%00",
        "/.env",
    ],
)
async def test_nothing_outside_is_served(built: Path, path: str) -> None:
    """Spelled as raw bytes: a client library would tidy such paths up."""
    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    decoded = (
        httpx.URL(f"http://x{path}").raw_path.decode()
        if "%" not in path
        else re.sub("%([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), path)
    )
    scope = {"type": "http", "method": "GET", "path": decoded, "raw_path": path.encode(), "query_string": b""}
    await serve(built)(scope | {"headers": [(b"host", f"127.0.0.1:{PORT}".encode())]}, None, send)
    assert sent[0]["status"] == 404
    assert b"canary" not in b"".join(bytes(message.get("body", b"")) for message in sent)


async def test_other_names_of_this_machine_are_sent_to_the_page(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/chat/conv_1?a=b", headers={"Host": f"localhost:{PORT}"})
    assert (answer.status_code, answer.headers["location"]) == (307, f"{ADDRESS}/chat/conv_1?a=b")
    tricky = await visitor.get(f"{ADDRESS}//evil", headers={"Host": f"localhost:{PORT}"})
    assert tricky.headers["location"] == f"{ADDRESS}/evil"


async def test_only_reading_is_answered(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.post("/")).status_code == 404
    head = await visitor.head("/favicon.svg")
    assert head.headers["content-length"] == "6"


async def test_without_a_built_page_a_sentence_says_so(tmp_path: Path) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(serve(tmp_path)), base_url=ADDRESS) as client:
        answer = await client.get("/")
    assert (answer.status_code, answer.text.partition(",")[0]) == (503, "The page is not built")


async def test_a_file_that_vanished_is_told(visitor: httpx.AsyncClient, built: Path) -> None:
    (built / "favicon.svg").unlink()
    assert (await visitor.get("/favicon.svg")).status_code == 503
