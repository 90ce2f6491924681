"""The search: what is found, how it is shown, and what is found no longer."""

import asyncio
import html
import re
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.features.conversations.search import MARK_BEGIN, MARK_END, read_query, spell_snippet
from studio.kit.db import MIGRATIONS, open_database
from tests.provider import Fault, FixtureProvider, Round, Say
from tests.provider.script import call, say
from tests.support.app import RunningApp, running
from tests.support.program import program, start

pytestmark = pytest.mark.anyio


async def tell(owner: httpx.AsyncClient, message: str, **more: str) -> str:
    """Say something. Return the id of the conversation."""
    return (await owner.post("/api/chat", json={"message": message, **more})).json()["conversation_id"]


async def search(owner: httpx.AsyncClient, q: str, **more: int) -> dict[str, Any]:
    answer = await owner.get("/api/conversations/search", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def found(owner: httpx.AsyncClient, q: str) -> list[str]:
    """Return the snippets."""
    return [one["snippet"] for one in (await search(owner, q))["conversations"]]


@pytest.fixture
async def talker(owner: httpx.AsyncClient, with_provider: FixtureProvider) -> httpx.AsyncClient:
    """Somebody whose provider answers every message with one word."""
    with_provider.script = [say("Understood.") for _ in range(20)]
    return owner


async def test_a_conversation_is_found_by_what_either_side_said(
    studio: RunningApp, owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [say("A lighthouse warns ships.", usage=(30, 7))]
    conversation = await tell(owner, "Tell me about towers by the sea")
    messages = (await owner.get("/api/chat/history")).json()["messages"]
    [listed] = (await owner.get("/api/conversations")).json()["conversations"]
    [asked] = (await search(owner, "towers"))["conversations"]
    [answered] = (await search(owner, "lighthouse"))["conversations"]
    assert asked == listed | {
        "message_id": messages[0]["id"],
        "snippet": "Tell me about <mark>towers</mark> by the sea",
        "rank": asked["rank"],
    }
    assert answered["message_id"] == messages[1]["id"]
    assert (answered["id"], answered["total_tokens"], answered["message_count"]) == (conversation, 37, 2)
    assert answered["rank"] < 0


ELEVE = "L\u2019élève naïf a mangé ÇA à Noël"


@pytest.mark.parametrize(
    ("q", "marked"),
    [
        ("eleve", ["élève"]),
        ("ÉLÈVE", ["élève"]),
        ("l'élève", ["L\u2019élève"]),
        ("ca noel", ["ÇA", "Noël"]),
        ("naif man", ["naïf", "mangé"]),
        ('"naif a mange"', ["naïf a mangé"]),
        ('"naif a man', ["naïf a mangé"]),
        ("naive", None),
        ("man naif", None),
        ('"a naif"', None),
        ('"naif a man"', None),
    ],
)
async def test_accents_beginnings_and_phrases(talker: httpx.AsyncClient, q: str, marked: list[str] | None) -> None:
    await tell(talker, ELEVE)
    snippet = ELEVE
    for text in marked or []:
        snippet = snippet.replace(text, f"<mark>{text}</mark>")
    assert await found(talker, q) == ([] if marked is None else [snippet])


async def test_a_snippet_can_be_shown_as_it_is(talker: httpx.AsyncClient) -> None:
    await tell(talker, 'Is <mark>one</mark> & "two" <img src=x onerror=alert(1)> safe?')
    assert await found(talker, "onerror") == [
        "Is &lt;mark&gt;one&lt;/mark&gt; &amp; &quot;two&quot; &lt;img src=x <mark>onerror</mark>=alert(1)&gt; safe?"
    ]


async def test_the_marks_of_a_snippet_are_pairs(talker: httpx.AsyncClient) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    await tell(talker, words + " end")
    [snippet] = await found(talker, f'"{words}" "end"')
    assert re.findall("</?mark>", snippet) == ["<mark>", "</mark>"]
    await tell(talker, "before\0lantern after")
    assert await found(talker, '"before lantern"') == ["<mark>before</mark> after"]


async def test_a_long_message_is_cut_around_what_was_found(talker: httpx.AsyncClient) -> None:
    await tell(talker, " ".join([*["before"] * 500, "needle", *["after"] * 500]))
    [snippet] = await found(talker, "needle")
    assert re.fullmatch(r"…(before )+<mark>needle</mark>( after)+…", snippet)
    assert len(snippet) < 250


async def test_each_conversation_comes_once_the_one_with_the_newest_match_first(
    studio: RunningApp, talker: httpx.AsyncClient
) -> None:
    ids = [await tell(talker, f"The comet number {number}") for number in range(4)]
    await tell(talker, "Another comet", conversation_id=ids[1])
    await tell(talker, "Nothing about the sky", conversation_id=ids[0])
    everything = await search(talker, "comet")
    assert [one["id"] for one in everything["conversations"]] == [ids[1], ids[3], ids[2], ids[0]]
    assert everything["conversations"][0]["snippet"] == "Another <mark>comet</mark>"
    assert everything["total"] == 4
    part = await search(talker, "comet", limit=2, offset=1)
    assert part == {"conversations": everything["conversations"][1:3], "total": 4}
    assert await search(talker, "comet", offset=4) == {"conversations": [], "total": 4}


async def test_what_is_deleted_or_cleared_is_found_no_longer(studio: RunningApp, talker: httpx.AsyncClient) -> None:
    deleted, cleared, kept = [await tell(talker, f"A fox named {name}") for name in ("Ann", "Bob", "Cy")]
    await talker.delete(f"/api/conversations/{deleted}")
    await talker.post("/api/chat/clear", json={"conversation_id": cleared})
    assert [one["id"] for one in (await search(talker, "fox"))["conversations"]] == [kept]
    rows = [("conversation_numbers", 1), ("message_numbers", 2), ("message_texts", 2)]
    with sqlite3.connect(studio.folder.path / "studio.db") as db:
        assert [(table, db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table, _ in rows] == rows
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab (main, message_texts, row)")
        words = {row[0] for row in db.execute("SELECT term FROM temp.words")}
    assert {"ann", "bob", "cy"} & words == {"cy"}


async def test_a_running_answer_is_not_found_and_a_stopped_one_is(
    owner: httpx.AsyncClient, with_provider: FixtureProvider
) -> None:
    with_provider.script = [Round([Say(["Half a pelican. "]), Fault("stall")])]
    turn = asyncio.create_task(owner.post("/api/chat", json={"message": "A bird", "stream": True}))
    while not with_provider.received:
        await asyncio.sleep(0.01)
    [asked] = (await search(owner, "bird"))["conversations"]
    assert await found(owner, "pelican") == []
    await owner.post("/api/chat/stop", json={"conversation_id": asked["id"]})
    await turn
    assert await found(owner, "pelican") == ["Half a <mark>pelican</mark>. "]


async def test_an_interrupted_answer_is_found_and_again_with_all_it_says_once_it_went_on(
    tmp_path: Path, provider: FixtureProvider
) -> None:
    body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small"}
    first = Round([Say(["Wait for the ferry."]), *call(("terminal", {"command": "echo x"})).parts])
    provider.script = [first, say("The ferry sails.")]
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        await owner.put("/api/config/provider", json=body)
        turn = asyncio.create_task(owner.post("/api/chat", json={"message": "Go", "stream": True}))
        while not (inbox := (await owner.get("/api/approvals")).json()["approvals"]):
            await asyncio.sleep(0.01)
    await turn
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        assert await found(owner, "ferry") == ["Wait for the <mark>ferry</mark>."]
        await owner.post("/api/approvals", json={"approval_ids": [inbox[0]["approval_id"]], "decision": "allow"})
        while (await owner.get("/api/chat/history")).json()["messages"][-1]["status"] != "complete":
            await asyncio.sleep(0.01)
        assert await found(owner, "sails") == ["Wait for the ferry.\n\nThe ferry <mark>sails</mark>."]
        assert (await search(owner, "ferry"))["total"] == 1


async def test_what_an_answer_said_before_a_crash_is_found(tmp_path: Path, provider: FixtureProvider) -> None:
    first = Round([Say(["Mind the walrus."]), *call(("terminal", {"command": "echo x"})).parts])
    provider.script = [first]
    server = start(tmp_path)
    async with server.client() as owner:
        body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small"}
        await owner.put("/api/config/provider", json=body)
        turn = asyncio.create_task(owner.post("/api/chat", json={"message": "Go", "stream": True}))
        while not (await owner.get("/api/approvals")).json()["approvals"]:
            await asyncio.sleep(0.01)
        server.kill()
        await asyncio.gather(turn, return_exceptions=True)
    with program(tmp_path) as again:
        async with again.client() as owner:
            assert await found(owner, "walrus") == ["Mind the <mark>walrus</mark>."]


async def test_what_was_said_before_there_was_a_search_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "migrations"
    old.mkdir()
    for file in MIGRATIONS.glob("*.sql"):
        if file.name < "0012":
            (old / file.name).write_text(file.read_text())
    (tmp_path / "data").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr("studio.kit.db.MIGRATIONS", old)
        async with open_database(tmp_path / "data" / "studio.db") as db:
            await db.write(lambda c: [c.execute(sql) for sql in BEFORE_THE_SEARCH.split(";")])
    async with running(tmp_path / "data") as studio, studio.owner() as owner:
        assert await found(owner, "heron") == ["A grey <mark>heron</mark>.\n\nOn one leg."]
        assert (await search(owner, "leg"))["conversations"][0]["message_id"] == "msg_1"


BEFORE_THE_SEARCH = """
INSERT INTO conversations VALUES ('conv_1', 'Birds', '/', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO messages (id, conversation_id, position, role, status, created_at)
VALUES ('msg_1', 'conv_1', 1, 'assistant', 'complete', '2026-01-01T00:00:00.000Z');
INSERT INTO steps (message_id, position, round, kind, content)
VALUES ('msg_1', 1, 0, 'text', 'On one leg.'), ('msg_1', 0, 0, 'text', 'A grey heron.');
"""


@pytest.mark.parametrize(
    ("q", "status"), [("", 422), ("x" * 501, 422), (None, 422), ("++ -- ()", 200), ('"', 200), ("\0", 200)]
)
async def test_a_search_for_nothing(owner: httpx.AsyncClient, q: str | None, status: int) -> None:
    answer = await owner.get("/api/conversations/search", params={} if q is None else {"q": q})
    assert answer.status_code == status
    if status == 200:
        assert answer.json() == {"conversations": [], "total": 0}


PIECES = st.sampled_from(
    ['"', "'", "*", "(", ")", "NEAR(", "AND", "OR", "NOT", "^", ":", "text:", "{", "}", "+", "-", "a", "é", " ", "\0"]
)
TYPED = st.lists(PIECES | st.text(max_size=5), max_size=60).map("".join)


def table() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.execute('CREATE VIRTUAL TABLE texts USING fts5 (text, prefix = "2 3")')
    return db


@given(typed=TYPED)
def test_nothing_one_types_is_a_syntax_error(typed: str) -> None:
    table().execute("SELECT * FROM texts WHERE texts MATCH ?", (read_query(typed),)).fetchall()


@given(words=st.lists(st.sampled_from(["AND", "near", "not", "text", "a-b", "c++", "x:y", "*", "^z"]), min_size=1))
def test_whatever_is_in_a_message_finds_it(words: list[str]) -> None:
    db, text = table(), " ".join(["a", *words])
    db.execute("INSERT INTO texts VALUES (?)", (text,))
    assert db.execute("SELECT * FROM texts WHERE texts MATCH ?", (read_query(text),)).fetchall() == [(text,)]


def test_the_longest_query_is_read() -> None:
    table().execute("SELECT * FROM texts WHERE texts MATCH ?", (read_query("a " * 250),)).fetchall()


@pytest.mark.parametrize("word", ["needle" + "x" * 100_000, "x" * 100_000 + " needle", "needle " + "<" * 100_000])
async def test_snippets_of_endless_words_are_short(talker: httpx.AsyncClient, word: str) -> None:
    await tell(talker, word)
    [snippet] = await found(talker, "needle")
    assert "<mark>needle" in snippet
    assert len(html.unescape(re.sub("</?mark>", "", snippet))) <= 502


@given(st.lists(st.sampled_from([MARK_BEGIN, MARK_END, "a" * 300, "<&>", "word "]), max_size=12))
def test_a_cut_snippet_is_whole_html(pieces: list[str]) -> None:
    snippet = spell_snippet("".join(pieces))
    assert MARK_BEGIN not in snippet
    assert MARK_END not in snippet
    assert snippet.count("<mark>") == snippet.count("</mark>")
    assert len(html.unescape(re.sub("</?mark>", "", snippet))) <= 502
