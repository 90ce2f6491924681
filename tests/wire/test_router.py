"""The router, the binding and the dialects, with tables of their own."""

import asyncio
import logging
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.kit.errors import Conflict, NotFound
from studio.kit.events import Bus
from studio.kit.models import Model
from studio.kit.pages import Page
from studio.kit.principals import Principal, Principals, digest
from studio.kit.tickets import Tickets
from studio.wire.access import Access
from studio.wire.binding import Services
from studio.wire.dialects.enveloped import Enveloped
from studio.wire.dialects.flat import Flat
from studio.wire.dialects.typed_error import TypedError
from studio.wire.gate import Gate
from studio.wire.router import Router
from studio.wire.sockets import Doorman
from studio.wire.static import Pages
from studio.wire.table import Dialect, Row, Table, delete, get, post, put, socket
from tests.support.app import ADDRESS, PORT, RunningApp
from tests.support.clock import FakeClock

pytestmark = pytest.mark.anyio


class Note(Model):
    text: str
    stars: int = 0


class Notes:
    async def echo(self, note: Note) -> Note:
        return note


async def word(word: str) -> str:
    return f"parameter {word}"


async def literal() -> str:
    return "literal"


async def whoami(principal: Principal, number: int) -> list[object]:
    return [principal.id, number]


class Stars(Model):
    stars: int = 3


async def rate(body: Stars) -> int:
    return body.stars


async def break_validation() -> Note:
    return Note.model_validate({})


async def fail() -> None:
    raise Conflict("It is so.", detail={"held_by": "Ada"})


async def pages() -> Page[Note]:
    return Page([Note(text="a"), Note(text="b")], total=5, number=2, size=2)


def services() -> Services:
    bus = Bus()
    principals = Principals(bus)
    for name, kind in (("o", "owner"), ("a", "agent"), ("u", "user")):
        principals.admit(digest(name), kind, kind)
    access = Access(principals, port=PORT)
    return Services(access, Doorman(access, bus, Tickets(time.monotonic)), Notes())


def router(*tables: Table) -> Router:
    return Router(tables, services(), dialect=Flat(), pages=Pages(Path("/nowhere"), address=ADDRESS))


async def ask(
    rows: Row | list[Table], path: str, method: str = "", *, credential: str = "o", **more: Any
) -> httpx.Response:
    tables = rows if isinstance(rows, list) else [Table("", Flat(), [rows])]
    found = router(*tables)
    gate = Gate(found, port=PORT, largest_body=found.largest_body, is_page=found.is_page, policy="default-src 'self'")
    headers = {"Authorization": f"Bearer {credential}"} if credential else {}
    headers |= more.pop("headers", {})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url=ADDRESS) as client:
        chosen = method or (rows.method if isinstance(rows, Row) else "GET")
        return await client.request(chosen, path, headers=headers, **more)


LITERAL = get("/words/next", literal, access="anyone")
PARAMETER = get("/words/{word}", word, access="anyone")
DEEPER = get("/words/{word}/copy", word, access="anyone")


@pytest.mark.parametrize("rows", [[LITERAL, PARAMETER, DEEPER], [DEEPER, PARAMETER, LITERAL]])
async def test_a_literal_beats_a_parameter_whatever_the_order(rows: list[Row]) -> None:
    tables = [Table("/api", Flat(), [row]) for row in rows]
    assert (await ask(tables, "/api/words/next")).json() == "literal"
    assert (await ask(tables, "/api/words/other")).json() == "parameter other"
    assert (await ask(tables, "/api/words/next/copy")).json() == "parameter next"


def test_a_path_claimed_twice_does_not_start() -> None:
    other = get("/words/{id}", literal)
    with pytest.raises(ValueError, match=r"GET /api/words/\{id\} is claimed twice"):
        router(Table("/api", Flat(), [PARAMETER]), Table("/api", Enveloped(), [other]))
    router(Table("/api", Flat(), [PARAMETER]), Table("/api", Enveloped(), [post("/words/{id}", literal)]))


async def test_a_miss_is_told_in_the_dialect_of_the_nearest_table() -> None:
    tables = [
        Table("/api", Flat(), [get("/flat", literal)]),
        Table("/api", Enveloped(FakeClock()), [get("/words/{word}", word)]),
        Table("/v1", TypedError(), [get("/models", literal)]),
    ]
    flat = await ask(tables, "/api/nothing")
    assert (flat.status_code, flat.json()) == (404, {"error": "Nothing is at '/api/nothing'.", "code": "not_found"})
    enveloped = (await ask(tables, "/api/words/a/b")).json()
    assert enveloped["error"] == {"code": "not_found", "message": "Nothing is at '/api/words/a/b'."}
    assert (enveloped["success"], enveloped["meta"]["timestamp"]) == (False, "2026-11-22T12:00:00.000Z")
    typed = (await ask(tables, "/v1/nothing")).json()
    assert typed["error"] | {"message": ""} == {"type": "not_found", "message": "", "code": "NOT_FOUND", "details": {}}


async def test_what_is_no_place_of_the_page_is_missed_as_json(studio: RunningApp) -> None:
    """Also under the paths of documents of which nothing is there yet, in their dialects."""
    keys = {
        "/cloud/api/workflows": {"error", "code"},
        "/api/nothing": {"error", "code"},
        "/api/v1/task/schedulers": {"detail"},
        "/api/agents/a": {"error"},
        "/v1/nothing": {"error"},
        "/app/key": {"success", "error", "meta"},
        "/nowhere.txt": {"error", "code"},
    }
    async with studio.owner() as owner:
        for path, found in keys.items():
            # A browser that goes there is no exception.
            answer = await owner.get(path, headers={"Accept": "text/html"})
            assert (answer.status_code, set(answer.json())) == (404, found), path
        for method, path in (("POST", "/cloud/api/workflows"), ("DELETE", "/nowhere"), ("POST", "/chat")):
            answer = await owner.request(method, path, json={})
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
        asked = await owner.get("/chat", headers={"Accept": "application/json"})
        assert (asked.status_code, asked.json()["code"]) == (404, "not_found")


async def test_a_wrong_method_is_told_which_are_right() -> None:
    rows = [PARAMETER, post("/words/{id}", literal)]
    answer = await ask([Table("/api", Enveloped(), rows)], "/api/words/a", "DELETE")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert answer.json()["error"]["message"] == "This path answers GET, POST, not DELETE."


async def test_a_path_for_sockets_answers_nothing_else() -> None:
    assert (await ask([Table("", Flat(), [socket("/s", literal)])], "/s")).status_code == 404


async def test_a_row_may_name_a_method_of_a_service() -> None:
    shown = {"text": "hi", "stars": 2}
    made = await ask(post("/notes", Notes.echo, status=201), "/notes", json=shown)
    assert (made.status_code, made.json()) == (201, shown)
    assert (await ask(get("/notes", Notes.echo), "/notes?text=hi&stars=2")).json() == shown


async def test_a_bad_request_is_the_clients_fault() -> None:
    problem = {"type": "missing", "loc": ["text"], "msg": "Field required"}
    refused = {"error": "'text' is not valid: field required.", "code": "invalid_input", "problems": [problem]}
    for answer in (
        await ask(post("/notes", Notes.echo), "/notes", json={}),
        await ask(get("/notes", Notes.echo), "/notes"),
    ):
        assert (answer.status_code, answer.json()) == (422, refused)
    assert (await ask(get("/n/{number}", whoami), "/n/x")).status_code == 422
    broken = await ask(
        put("/notes", Notes.echo), "/notes", content=b"{", headers={"Content-Type": "application/json; charset=utf-8"}
    )
    assert (broken.status_code, broken.json()["code"]) == (400, "bad_request")


async def test_a_validation_error_inside_a_handler_is_ours(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = await ask(get("/x", break_validation), "/x")
    sentence = "Something went wrong inside Studio. Its log says more."
    assert (answer.status_code, answer.json()) == (500, {"error": sentence, "code": "internal_error"})
    assert "Unhandled error in GET /x" in caplog.text


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_must_say_that_it_is_json(kind: str) -> None:
    answer = await ask(post("/notes", Notes.echo), "/notes", content=b'{"text":"hi"}', headers={"Content-Type": kind})
    assert answer.status_code == 415


async def test_a_body_of_which_every_field_is_optional_may_be_missing() -> None:
    row, kind = post("/notes", rate, may_be_missing=True), {"Content-Type": "application/json"}
    for answer in (await ask(row, "/notes"), await ask(row, "/notes", headers=kind), await ask(row, "/notes", json={})):
        assert (answer.status_code, answer.json()) == (200, 3)
    assert (await ask(row, "/notes", json={"stars": 5})).json() == 5
    for content in (b"", b"{}"):
        for other in ("text/plain", "application/x-www-form-urlencoded"):
            assert (await ask(row, "/notes", content=content, headers={"Content-Type": other})).status_code == 415
    assert (await ask(row, "/notes", content=b"{}", headers={})).status_code == 415
    assert (await ask(row, "/notes", content=b" ", headers=kind)).status_code == 400
    assert (await ask(post("/notes", rate), "/notes")).status_code == 415


@pytest.mark.parametrize(
    ("row", "statuses"),
    [
        (get("/n/{number}", whoami), {"o": 200, "a": 403, "u": 403, "": 401, "?": 401}),
        (get("/n/{number}", whoami, access="agent"), {"o": 200, "a": 200, "u": 403, "": 401, "?": 401}),
        (get("/n/{number}", whoami, access="user"), {"o": 200, "a": 403, "u": 200, "": 401, "?": 401}),
        (get("/n/{number}", whoami, access="anyone"), {"o": 200, "a": 200, "u": 200, "": 200, "?": 200}),
    ],
)
async def test_every_row_says_who_may_call_it(row: Row, statuses: dict[str, int]) -> None:
    assert {who: (await ask(row, "/n/1", credential=who)).status_code for who in statuses} == statuses


async def test_a_handler_may_ask_who_calls() -> None:
    assert (await ask(get("/n/{number}", whoami), "/n/7")).json() == ["owner", 7]


@pytest.mark.parametrize(
    ("dialect", "body"),
    [
        (Flat(), {"error": "It is so.", "code": "conflict", "held_by": "Ada"}),
        (
            TypedError(),
            {
                "error": {
                    "type": "conflict_error",
                    "message": "It is so.",
                    "code": "CONFLICT",
                    "details": {"held_by": "Ada"},
                }
            },
        ),
    ],
)
async def test_each_dialect_spells_an_error(dialect: Dialect, body: dict[str, Any]) -> None:
    answer = await ask([Table("", dialect, [get("/x", fail)])], "/x")
    assert (answer.status_code, answer.json()) == (409, body)


async def test_each_dialect_spells_a_page() -> None:
    items = [{"text": "a", "stars": 0}, {"text": "b", "stars": 0}]
    flat = await ask([Table("", Flat(), [get("/x", pages)])], "/x")
    assert flat.json() == {"items": items, "total": 5}
    enveloped = (await ask([Table("", Enveloped(), [get("/x", pages)])], "/x")).json()
    pagination = {"current_page": 2, "last_page": 3, "per_page": 2, "total": 5}
    assert (enveloped["success"], enveloped["data"], enveloped["meta"]["pagination"]) == (True, items, pagination)


async def test_a_body_over_the_limit_of_its_row_is_refused() -> None:
    row = post("/notes", Notes.echo, body_limit=100)
    wide = post("/wide", Notes.echo, body_limit=10_000)
    body = {"text": "x" * 200}
    refused = await ask([Table("", Flat(), [row, wide])], "/notes", "POST", json=body)
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    assert refused.headers["connection"] == "close"
    assert (await ask([Table("", Flat(), [row, wide])], "/wide", "POST", json=body)).status_code == 200


def test_an_unknown_service_does_not_start() -> None:
    async def handler(nobody: Model) -> None: ...

    handler.__annotations__["nobody"] = NotFound
    for row in (get("/x", handler), get("/x", FakeClock.sleep_until), delete("/x", handler)):
        with pytest.raises(TypeError, match="No feature provides"):
            router(Table("", Flat(), [row]))


async def test_a_request_that_the_server_ends_is_answered() -> None:
    begun = asyncio.Event()

    async def stay() -> None:
        begun.set()
        await asyncio.Event().wait()

    asking = asyncio.create_task(ask(get("/stay", stay), "/stay"))
    await begun.wait()
    asking.cancel()
    answer = await asking
    assert (answer.status_code, answer.json()["error"]) == (503, "Studio is ending, so this was not finished.")
