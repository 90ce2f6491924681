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


@pytest.mark.parametrize(
    "command",
    [
        *("FOO=1 ./run.sh", "'./run.sh' > o", "env ./run.sh", "nice ./run.sh", "sh run.sh", "sh < run.sh"),
        *("cat run.sh | sh", "bash -c ./run.sh", 'x=run.sh; sh "$x"', "sh r'un'.sh"),
    ],
)
async def test_an_approval_is_for_the_files_that_a_command_names(
    owner: httpx.AsyncClient, folder: Path, command: str
) -> None:
    program = folder / "run.sh"
    program.write_text("#!/bin/sh\necho as shown >> made\n")
    program.chmod(0o755)
    approval = (await call(owner, "terminal", {"command": command}, folder)).json()["approval_id"]
    await owner.post("/api/approvals", json={"approval_ids": [approval], "decision": "allow"})
    program.write_text("#!/bin/sh\necho otherwise >> made\n")
    assert (await call(owner, "terminal", {"command": command}, folder, approval_id=approval)).status_code == 409
    program.write_text("#!/bin/sh\necho as shown >> made\n")
    assert (await call(owner, "terminal", {"command": command}, folder, approval_id=approval)).status_code == 200


async def test_an_approval_outlives_a_session_but_not_what_steers_programs(
    owner: httpx.AsyncClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    approval = (await call(owner, "terminal", {"command": "true"}, folder)).json()["approval_id"]
    await owner.post("/api/approvals", json={"approval_ids": [approval], "decision": "allow"})
    for name in ("XDG_SESSION_ID", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "SSH_AUTH_SOCK", "LC_TIME"):
        monkeypatch.setenv(name, "another")
    for name in ("HOME", "XDG_CONFIG_HOME", "https_proxy", "PAGER", "JAVA_HOME"):
        with monkeypatch.context() as changed:
            changed.setenv(name, "/tmp/evil")
            answer = await call(owner, "terminal", {"command": "true"}, folder, approval_id=approval)
            assert (name, answer.status_code) == (name, 409)
    assert (await call(owner, "terminal", {"command": "true"}, folder, approval_id=approval)).status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(3599, 200), (3601, 409)])
async def test_an_allowed_call_may_wait_an_hour_to_be_made(
    studio: RunningApp, owner: httpx.AsyncClient, folder: Path, seconds: int, status: int
) -> None:
    approval = (await call(owner, "terminal", {"command": "true"}, folder)).json()["approval_id"]
    studio.clock.advance(seconds=599)
    await owner.post(f"/api/chat/approvals/{approval}", json={"decision": "allow"})
    studio.clock.advance(seconds=seconds)
    late = await call(owner, "terminal", {"command": "true"}, folder, approval_id=approval)
    assert late.status_code == status


async def test_a_question_can_be_answered_for_ten_minutes(
    studio: RunningApp, owner: httpx.AsyncClient, folder: Path
) -> None:
    approval = (await call(owner, "terminal", {"command": "true"}, folder)).json()["approval_id"]
    studio.clock.advance(seconds=601)
    late = await owner.post(f"/api/chat/approvals/{approval}", json={"decision": "allow"})
    assert (late.status_code, late.json()["code"]) == (409, "approval_closed")


async def test_always_covers_exactly_the_folder_that_was_shown(owner: httpx.AsyncClient, folder: Path) -> None:
    for place in (folder, folder / "vendor"):
        place.mkdir(exist_ok=True)
        (place / "run.sh").write_text("#!/bin/sh\necho ran >> made\n")
        (place / "run.sh").chmod(0o755)
    command = {"command": "./run.sh"}
    approval = (await call(owner, "terminal", command, folder)).json()["approval_id"]
    await owner.post("/api/approvals", json={"approval_ids": [approval], "decision": "always"})
    assert (await call(owner, "terminal", command, folder)).status_code == 200
    assert (await call(owner, "terminal", command, folder / "vendor")).status_code == 409
    assert (await call(owner, "terminal", command | {"cwd": "vendor"}, folder)).status_code == 409
    assert not (folder / "vendor" / "made").exists()


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("read_file", {"path": "vault/a.txt"}),
        ("list_files", {"path": "vault"}),
        ("search_files", {"path": "vault", "pattern": "x"}),
        ("write_file", {"path": "vault/a.txt", "content": "x"}),
        ("edit_file", {"path": "vault/a.txt", "old": "x", "new": "y"}),
        ("terminal", {"command": "ls", "cwd": "vault"}),
    ],
)
async def test_a_rule_of_a_folder_holds_for_every_tool(
    owner: httpx.AsyncClient, folder: Path, name: str, args: Any
) -> None:
    (folder / "vault").mkdir()
    (folder / "vault" / "a.txt").write_text("x\n")
    (folder / "link").symlink_to(folder / "vault")
    rule = {"tool": "*", "pattern": "*", "effect": "deny", "folder": str(folder / "link")}
    made = await owner.post("/api/studio/permissions/rules", json=rule)
    assert (made.status_code, made.json()["folder"]) == (201, str((folder / "vault").resolve()))
    answer = await call(owner, name, args, folder, confirm=True)
    assert (answer.status_code, answer.json().get("code")) == (403, "tool_denied")


async def test_a_rule_of_the_working_folder_holds_for_pages_and_lists(owner: httpx.AsyncClient, folder: Path) -> None:
    rule = {"tool": "*", "pattern": "*", "effect": "deny", "folder": str(folder)}
    await owner.post("/api/studio/permissions/rules", json=rule)
    for name, args in (("fetch_url", {"url": "https://example.org/"}), ("todo", {"items": []})):
        assert (await call(owner, name, args, folder, confirm=True)).status_code == 403


async def test_the_folder_of_a_rule_is_a_real_one(owner: httpx.AsyncClient, folder: Path) -> None:
    rule = {"tool": "terminal", "pattern": "ls", "effect": "deny"}
    for named in ("", "src", "./src", str(folder / "none"), str(folder / "README.md")):
        refused = await owner.post("/api/studio/permissions/rules", json=rule | {"folder": named})
        assert (named, refused.status_code) == (named, 422)
    made = await owner.post("/api/studio/permissions/rules", json=rule | {"folder": "~/"})
    assert made.json()["folder"] == str(Path.home().resolve())


@pytest.mark.parametrize(
    "path",
    [
        *(".git/config", ".git/hooks/pre-commit", ".GIT/config", ".claude/settings.json", ".vscode/tasks.json"),
        *(".bashrc", "sub/.gitmodules", ".github/workflows/ci.yml", ".envrc", ".husky/pre-push"),
    ],
)
def test_what_steers_programs_is_written_by_an_exact_rule_only(path: str) -> None:
    subject = Subject("write_file", f"/work/{path}", "path", "/work")
    everything = [*list_builtin("/data"), rule("write_file", "/work/*", "allow"), rule("*", "*", "allow")]
    assert decide(everything, [subject]).effect == "ask"
    exact = rule("write_file", f"/work/{path}", "allow", "exact")
    assert decide([*everything, exact], [subject]).effect == "allow"
    assert decide(everything, [Subject("write_file", "/work/src/a.py", "path", "/work/src")]).effect == "allow"


@pytest.mark.parametrize(
    ("pattern", "address", "effect"),
    [
        ("https://*.python.org/*", "https://docs.python.org/3/", "allow"),
        ("https://*.python.org/*", "https://a.docs.python.org/", "allow"),
        ("https://*.python.org/*", "https://python.org/", "ask"),
        ("https://*.python.org/*", "https://evil.example/?x=.python.org/SECRET", "ask"),
        ("https://*.python.org/*", "https://evil.example/.python.org/", "ask"),
        ("https://*.python.org/*", "http://docs.python.org/", "ask"),
        ("https://*.python.org/*", "https://docs.python.org:444/", "ask"),
        ("https://*.python.org/*", "https://evil.example\\.python.org/", "ask"),
        ("https://*.python.org/*", "https://evil.example#.python.org/", "ask"),
        ("https://docs.python.org*", "https://docs.python.org/3/", "allow"),
        ("https://docs.python.org*", "https://docs.python.org.evil.example/", "ask"),
        ("https://docs.python.org", "https://docs.python.org", "allow"),
        ("https://docs.python.org", "https://docs.python.org/3/", "ask"),
        ("https://docs.python.org/3/*", "https://docs.python.org/3/library/os.html?x=1", "allow"),
        ("https://docs.python.org/3/*", "https://docs.python.org/3/../2/", "ask"),
        ("https://docs.python.org/3/*", "https://docs.python.org/3/%2e%2e/2/", "ask"),
        ("docs.python.org/*", "http://docs.python.org/", "allow"),
        ("https://DOCS.python.org/*", "https://docs.PYTHON.org/", "allow"),
        ("http://localhost:*/*", "http://localhost:8000/x", "allow"),
        ("https://docs*.org/*", "https://docs.evil.org/", "ask"),
        ("*", "https://anything.example/", "allow"),
    ],
)
def test_how_patterns_fit_addresses(pattern: str, address: str, effect: str) -> None:
    subject = Subject("fetch_url", address, "address", "/work")
    assert decide([rule("fetch_url", pattern, "allow")], [subject]).effect == effect


def test_a_denied_address_is_denied_however_it_is_spelled() -> None:
    rules = [rule("fetch_url", "*", "allow"), rule("fetch_url", "*evil.example*", "deny")]
    for address in ("https://EVIL.example/", "https://x/?u=evil.example", "https://a.evil.example:1/"):
        assert decide(rules, [Subject("fetch_url", address, "address", "/work")]).effect == "deny"


SECRETS = """
/home/me/.SSH/config /work/.ENV /work/key.PEM /work/.Env.local /work/.npmrc /home/me/.pypirc /home/me/.netrc
/home/me/.cargo/credentials.toml /home/me/.claude/.credentials.json /home/me/.codex/auth.json /home/me/.m2/settings.xml
/home/me/.bash_history /home/me/.zsh_history /work/.envrc /home/me/.ssh/id_dsa /keys/id_ecdsa /home/me/.git-credentials
/home/me/.docker/config.json /home/me/.kube/config /home/me/.aws/credentials /home/me/.gnupg/x
/home/me/.config/gh/hosts.yml /home/me/.local/share/keyrings/login.keyring /home/me/.mozilla/firefox/a/logins.json
/home/me/.config/google-chrome/Default/Cookies /DATA/Studio/token /etc/shadow
"""


@pytest.mark.parametrize("path", SECRETS.split())
def test_secrets_are_denied_in_any_case(path: str) -> None:
    assert decide(list_builtin("/data/studio"), [Subject("read_file", path)]).effect == "deny"


def test_an_accent_is_denied_however_it_is_composed_and_allowed_to_the_letter() -> None:
    composed, apart = "/work/caf\u00e9", "/work/cafe\u0301"
    denied = [rule("read_file", "*", "allow"), rule("read_file", composed, "deny")]
    assert decide(denied, [Subject("read_file", apart)]).effect == "deny"
    assert decide([rule("read_file", composed, "allow")], [Subject("read_file", apart)]).effect == "ask"


def test_a_question_is_asked_loosely_but_lifts_no_denial() -> None:
    rules = [rule("t", "x", "deny"), rule("t", "y", "allow"), rule("t", "X", "ask"), rule("t", "Y", "ask")]
    assert [decide(rules, [Subject("t", name)]).effect for name in ("x", "X", "y", "Y")] == [
        "deny",
        "ask",
        "ask",
        "ask",
    ]


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
