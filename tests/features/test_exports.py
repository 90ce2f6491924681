"""Exports: a whole conversation as a file, for programs and for people."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from studio.features.conversations.models import ConversationSummary
from studio.features.exports.markdown import code, fence, plain, quote
from studio.features.exports.service import file_stem
from tests.provider import Calls, FixtureProvider, Round, Say, Think
from tests.provider.script import call, say

pytestmark = pytest.mark.anyio

BREAKING = "```\n# Out\n~~~~\n````\n</details><script>\n- [x](y)"


async def export(owner: httpx.AsyncClient, **wanted: str) -> httpx.Response:
    return await owner.get("/api/conversations/export", params=wanted)


@pytest.fixture
async def conversation(owner: httpx.AsyncClient, with_provider: FixtureProvider, folder: Path) -> dict[str, Any]:
    """A conversation with a thought, two calls, a question that was answered, an image, and dangerous text."""
    (folder / "README.md").write_text(BREAKING)
    with_provider.script = [
        Round([Think(["Hm."]), Say(["I look."]), Calls([("read_file", {"path": "README.md"})])], usage=(10, 2)),
        call(("terminal", {"command": "echo done"}), usage=(20, 3)),
        say(BREAKING, usage=(30, 4)),
    ]
    body = {"message": "Été: *look*\n" + BREAKING, "cwd": str(folder), "images": [{"data": "iVBORw0KGgo="}]}
    turn = asyncio.create_task(owner.post("/api/chat", json=body))
    while not (inbox := (await owner.get("/api/approvals")).json()["approvals"]):
        await asyncio.sleep(0.01)
    decision = {"decision": "allow", "note": "Go *on*"}
    await owner.post(f"/api/chat/approvals/{inbox[0]['approval_id']}", json=decision)
    conversation_id = (await turn).json()["conversation_id"]
    return (await owner.get(f"/api/studio/conversations/{conversation_id}")).json()


async def test_json_holds_everything(owner: httpx.AsyncClient, conversation: dict[str, Any]) -> None:
    answer = await export(owner, id=conversation["conversation"]["id"])
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"].startswith('attachment; filename="2026-11-22-ete-look-out')
    assert answer.headers["content-disposition"].endswith('.json"')
    [approval] = answer.json()["approvals"]
    asked = [part["approval_id"] for part in conversation["messages"][1]["parts"] if part["approval_id"]]
    assert answer.json() == {
        "version": 1,
        "exported_at": "2026-11-22T12:00:00.000Z",
        "conversation": conversation["conversation"],
        "messages": conversation["messages"],
        "approvals": [
            {
                "approval_id": asked[0],
                "title": approval["title"],
                "reason": approval["reason"],
                "rule": approval["rule"],
                "state": "used",
                "note": "Go *on*",
                "created_at": "2026-11-22T12:00:00.000Z",
                "decided_at": "2026-11-22T12:00:00.000Z",
            }
        ],
    }


async def test_markdown_is_for_people_and_nothing_said_breaks_out(
    owner: httpx.AsyncClient, conversation: dict[str, Any]
) -> None:
    answer = await export(owner, id=conversation["conversation"]["id"], format="markdown")
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["content-disposition"].endswith('.md"')
    tokens = MarkdownIt().parse(answer.text)
    outline = [
        tokens[i + 1].content for i, token in enumerate(tokens) if token.type == "heading_open" and not token.level
    ]
    assert outline[0].startswith(r"Été\: \*look\* \`\`\` \# Out")
    assert outline[1:] == [
        "Person, 2026-11-22T12:00:00.000Z",
        "Assistant, 2026-11-22T12:00:00.000Z",
        "`read_file`",
        "`terminal`",
    ]
    fenced = [token.content for token in tokens if token.type == "fence" and not token.level]
    assert fenced == ['{\n  "path": "README.md"\n}\n', BREAKING + "\n", '{\n  "command": "echo done"\n}\n', "done\n"]
    assert [token for token in tokens if token.type == "html_block" and not token.level] == []
    image = conversation["messages"][0]["images"][0]
    for line in (f"`{image['url']}`", r"Decision: allowed by a person. They said: Go \*on\*", "Tokens: 60 in, 9 out"):
        assert line in answer.text


async def test_without_an_id_it_is_the_most_recently_used(
    owner: httpx.AsyncClient, conversation: dict[str, Any]
) -> None:
    assert (await export(owner)).json()["conversation"]["id"] == conversation["conversation"]["id"]


async def test_what_cannot_be_exported(owner: httpx.AsyncClient) -> None:
    assert (await export(owner)).json() == {"error": "There is no conversation yet.", "code": "not_found"}
    assert (await export(owner, id="conv_none")).status_code == 404
    assert (await export(owner, format="pdf")).status_code == 422


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ('../../etc/passwd"; x=\r\n', "2026-11-22-etc-passwd-x"),
        ("L'été à Noël", "2026-11-22-l-ete-a-noel"),
        ("日本語", "2026-11-22-conv_1"),
        ("x" * 200, "2026-11-22-" + "x" * 60),
    ],
)
def test_file_names_are_safe(title: str, stem: str) -> None:
    now = "2026-11-22T12:00:00.000Z"
    summary = ConversationSummary(
        id="conv_1", title=title, cwd="/", created_at=now, updated_at=now, pinned=False, message_count=0, total_tokens=0
    )
    assert file_stem(summary) == stem


TEXT = st.lists(
    st.sampled_from(["`", "```", "~~~", "\n", "\r", " ", "a", "# b", "> ", "<!--", "<pre>", "\t", "- ", "$"])
)


@given(pieces=TEXT)
def test_no_text_ends_its_quote_its_fence_or_its_line(pieces: list[str]) -> None:
    text = "".join(pieces)
    document = "\n\n".join([quote(text), fence(text), f"x {code(text)}", f"x {plain(text)}", "# End"])
    tokens = [token for token in MarkdownIt().parse(document) if token.level == 0 and not token.hidden]
    assert [token.type for token in tokens] == [
        *("blockquote_open", "blockquote_close", "fence"),
        *("paragraph_open", "paragraph_close") * 2,
        *("heading_open", "heading_close"),
    ]
