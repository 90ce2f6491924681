"""Which rule decides, and the tool call endpoint that obeys it."""

import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.features.permissions.models import Rule, Subject
from studio.features.permissions.policy import decide, list_builtin
from studio.features.permissions.service import Permissions
from tests.support.app import RunningApp

pytestmark = pytest.mark.anyio


def rule(tool: str, pattern: str, effect: str, match: str = "glob") -> Rule:
    return Rule(id=f"{tool} {pattern}", tool=tool, pattern=pattern, effect=effect, match=match)


@pytest.mark.parametrize(
    ("pattern", "match", "resource", "fits"),
    [
        ("git log *", "glob", "git log", True),
        ("git log *", "glob", "git log --oneline", True),
        ("git log *", "glob", "git logs", False),
        ("git log", "glob", "git log; rm -rf .", False),
        ("git *", "glob", "git log\nrm -rf .", True),
        ("*.env", "glob", "/work/.env", True),
        ("*.env", "glob", "/work/.env.bak", False),
        ("*/.ssh/*", "glob", "/root/.ssh/", True),
        ("a?c", "glob", "abc", False),
        ("a.c", "glob", "abc", False),
        ("[ab]", "glob", "a", False),
        ("echo *", "exact", "echo *", True),
        ("echo *", "exact", "echo hi", False),
        ("echo hi ", "exact", "echo hi", False),
    ],
)
def test_how_patterns_fit(pattern: str, match: str, resource: str, fits: bool) -> None:
    verdict = decide([rule("terminal", pattern, "allow", match)], [Subject("terminal", resource)])
    assert (verdict.effect == "allow") is fits


def test_the_last_rule_that_fits_decides_and_none_means_ask() -> None:
    rules = [rule("*", "*", "deny"), rule("terminal", "git *", "allow"), rule("terminal", "git push *", "ask")]
    assert decide(rules, [Subject("terminal", "git log")]).effect == "allow"
    assert decide(rules, [Subject("terminal", "git push")]).effect == "ask"
    assert decide(rules, [Subject("read_file", "/x")]).rule == "* *"
    verdict = decide([], [Subject("terminal", "ls")])
    assert (verdict.effect, verdict.rule, verdict.reason) == ("ask", None, "No rule speaks of 'terminal' with this.")


def test_of_several_subjects_the_strictest_verdict_counts() -> None:
    rules = [rule("t", "a", "allow"), rule("t", "b", "deny")]
    effects = [decide(rules, [Subject("t", name) for name in names]).effect for names in ("a", "ac", "acb")]
    assert effects == ["allow", "ask", "deny"]


@pytest.mark.parametrize(
    ("path", "effect"),
    [
        ("/work/README.md", "allow"),
        ("/work/.env", "deny"),
        ("/work/prod.env", "deny"),
        ("/work/.env.local", "deny"),
        ("/work/.env.example", "allow"),
        ("/home/me/.ssh/id_ed25519", "deny"),
        ("/home/me/.ssh/", "deny"),
        ("/home/me/.aws/credentials", "deny"),
        ("/work/key.pem", "deny"),
        ("/data/studio/token", "deny"),
        ("/data/studio/master.key", "deny"),
        ("/data/studio/", "deny"),
    ],
)
@pytest.mark.parametrize("tool", ["read_file", "list_files", "search_files"])
def test_secrets_are_denied_by_default(tool: str, path: str, effect: str) -> None:
    found = decide(list_builtin("/data/studio"), [Subject(tool, path)]).effect
    # An example of an .env file may be read; nothing else is lost by not listing it.
    assert found == effect or (path.endswith(".example") and tool != "read_file")


async def test_rules_can_be_written_seen_and_deleted(studio: RunningApp, owner: httpx.AsyncClient) -> None:
    draft = {"tool": "terminal", "pattern": "make *", "effect": "allow"}
    made = await owner.post("/api/studio/permissions/rules", json=draft)
    assert (made.status_code, made.json() | {"id": "", "created_at": ""}) == (
        201,
        {"id": "", "created_at": "", "match": "glob", "folder": None, **draft},
    )
    permissions = studio.service(Permissions)
    assert (await permissions.decide([Subject("terminal", "make test")])).rule == made.json()["id"]
    rules = (await owner.get("/api/studio/permissions/rules")).json()["rules"]
    assert [one["created_at"] is None for one in rules[-2:]] == [True, False]
    path = f"/api/studio/permissions/rules/{made.json()['id']}"
    assert (await owner.delete(path)).json() == {"ok": True}
    assert (await permissions.decide([Subject("terminal", "make test")])).effect == "ask"
    assert (await owner.delete(path)).status_code == 404
    assert (await owner.delete("/api/studio/permissions/rules/builtin-secret-1")).status_code == 404


async def call(owner: httpx.AsyncClient, name: str, args: Any, folder: Path, **more: Any) -> httpx.Response:
    return await owner.post("/api/tool/call", json={"name": name, "args": args, "cwd": str(folder), **more})


async def test_reading_needs_no_more_than_the_token(owner: httpx.AsyncClient, folder: Path) -> None:
    answer = await call(owner, "read_file", {"path": "README.md"}, folder)
    assert (answer.status_code, answer.json()) == (
        200,
        {"content": "# Example\n\nA small project.\n", "is_error": False},
    )


async def test_what_asks_needs_a_word_of_its_owner(owner: httpx.AsyncClient, folder: Path) -> None:
    asked = await call(owner, "terminal", {"command": "touch made"}, folder)
    assert (asked.status_code, asked.json()["code"]) == (409, "approval_required")
    assert not (folder / "made").exists()
    confirmed = await call(owner, "terminal", {"command": "touch made"}, folder, confirm=True)
    assert (confirmed.status_code, confirmed.json()["is_error"]) == (200, False)
    assert confirmed.json()["meta"]["exit_code"] == 0
    assert (folder / "made").exists()


async def test_an_approval_is_for_exactly_this_call_and_once(owner: httpx.AsyncClient, folder: Path) -> None:
    command = {"command": "echo x >> made"}
    approval = (await call(owner, "terminal", command, folder)).json()["approval_id"]
    early = await call(owner, "terminal", command, folder, approval_id=approval)
    assert (early.status_code, early.json()["code"]) == (409, "approval_unusable")
    await owner.post("/api/approvals", json={"approval_ids": [approval], "decision": "allow"})
    for other in ({"command": "echo y >> made"}, {"command": "echo x >> made "}, {**command, "timeout_seconds": 59}):
        assert (await call(owner, "terminal", other, folder, approval_id=approval)).status_code == 409
    assert (await call(owner, "terminal", command, folder / "src", approval_id=approval)).status_code == 409
    assert (await call(owner, "terminal", command, folder, approval_id=approval)).status_code == 200
    assert (await call(owner, "terminal", command, folder, approval_id=approval)).status_code == 409
    assert (folder / "made").read_text() == "x\n"
    assert (await call(owner, "terminal", command, folder, approval_id="appr_none")).status_code == 404


async def test_an_approval_is_for_this_very_program_and_environment(
    owner: httpx.AsyncClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = folder / "run.sh"
    program.write_text("#!/bin/sh\necho as shown >> made\n")
    program.chmod(0o755)
    command = {"command": "./run.sh"}

    async def approve() -> str:
        asked = (await call(owner, "terminal", command, folder)).json()
        await owner.post("/api/approvals", json={"approval_ids": [asked["approval_id"]], "decision": "allow"})
        return asked["approval_id"]

    approval = await approve()
    program.write_text("#!/bin/sh\necho otherwise >> made\n")
    changed = await call(owner, "terminal", command, folder, approval_id=approval)
    assert (changed.status_code, changed.json()["code"]) == (409, "approval_unusable")
    approval = await approve()
    with monkeypatch.context() as changed_path:
        changed_path.setenv("PATH", f"/tmp/evil:{os.environ['PATH']}")
        assert (await call(owner, "terminal", command, folder, approval_id=approval)).status_code == 409
    assert (await call(owner, "terminal", command, folder, approval_id=approval)).status_code == 200
    assert (folder / "made").read_text() == "otherwise\n"


async def test_an_approval_that_was_allowed_long_ago_allows_nothing(
    studio: RunningApp, owner: httpx.AsyncClient, folder: Path
) -> None:
    approval = (await call(owner, "terminal", {"command": "true"}, folder)).json()["approval_id"]
    await owner.post(f"/api/chat/approvals/{approval}", json={"decision": "allow"})
    studio.clock.advance(seconds=601)
    late = await call(owner, "terminal", {"command": "true"}, folder, approval_id=approval)
    assert late.status_code == 409


async def test_a_deny_rule_holds_whatever_the_caller_says(owner: httpx.AsyncClient, folder: Path) -> None:
    await owner.post("/api/studio/permissions/rules", json={"tool": "terminal", "pattern": "*", "effect": "deny"})
    for more in ({}, {"confirm": True}):
        answer = await call(owner, "terminal", {"command": "true"}, folder, **more)
        assert (answer.status_code, answer.json()["code"]) == (403, "tool_denied")
    secret = await call(owner, "read_file", {"path": ".env"}, folder, confirm=True)
    assert (secret.status_code, secret.json()["rule"]) == (403, "builtin-secret-1")


@pytest.mark.parametrize(
    ("name", "args", "sentence"),
    [
        ("nothing", {}, "There is no tool 'nothing'."),
        ("read_file", {"path": "../x"}, "lies outside the folder"),
        ("read_file", {}, "'path' is not valid"),
        ("read_file", {"path": "a\0b"}, "cannot contain a NUL"),
        ("list_files", {"depth": 99}, "'depth' is not valid"),
    ],
)
async def test_what_can_never_be_called_is_an_error_result(
    owner: httpx.AsyncClient, folder: Path, name: str, args: Any, sentence: str
) -> None:
    answer = await call(owner, name, args, folder, confirm=True)
    assert (answer.status_code, answer.json()["is_error"]) == (200, True)
    assert sentence in answer.json()["content"]
