"""`studio schedule` on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import pytest

from studio.commands.schedule import local_zone
from tests.support.program import Program, run_cli

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]

PATIENCE_SECONDS = 60

STEPS = [{"id": "say", "kind": "command", "command": "echo hello {{ input.a }}"}]


async def test_a_workflow_is_scheduled_run_switched_off_and_left_alone_again(server: Program) -> None:
    home = server.home
    assert (await run_cli(home, "schedule"))[1].startswith("Nothing begins by itself.")
    async with server.client() as owner:
        workflow = (await owner.post("/api/workflow", json={"name": "Say\x1b", "steps": STEPS})).json()["id"]
    add = ("schedule", "add", workflow, "--cron", "30 9 * * 1-5", "--zone", "Europe/Paris", "--allow", "command")
    status, out, err = await run_cli(home, *add, "--catch-up", "latest", "--input", "a=b", "--path", str(home))
    assert (status, err.startswith("It comes next at "), " 09:30 CE" in err) == (0, True, True), err
    schedule = out.strip()
    status, out, err = await run_cli(home, "schedule", "list")
    assert (status, "30 9 * * 1-5 Europe/Paris" in out, "Say\\x1b" in out) == (0, True, True), out
    for act in ("run", "disable"):
        assert await run_cli(home, "schedule", act, schedule) == (0, "", "")
    # What may be done in some places only is asked about.
    asking = await until_outcome(server, schedule, "awaiting_approval")
    async with server.client() as owner:
        refusal = {"step_id": "say", "decision": "reject", "note": "No."}
        await owner.post(f"/api/workflow/approve/{asking['last']['run_id']}", json=refusal)
    kept = await until_outcome(server, schedule, "failed")
    status, out, err = await run_cli(home, "schedule", "list")
    assert (" off " in out, " failed " in out, kept["last"]["run_id"] in err) == (True, True, True)
    assert "“say” failed" in err
    assert (kept["last"]["cause"], kept["catch_up"], kept["request"]["input"]) == ("person", "latest", {"a": "b"})
    assert kept["request"]["profile"]["paths"] == [str(home.resolve())]
    status, _, err = await run_cli(home, "schedule", "add", workflow, "--every", "6h")
    assert (status, "The input 'a' of the workflow" in err) == (1, True), err
    status, _, err = await run_cli(home, "schedule", "add", workflow, "--every", "soon")
    assert (status, "90m, 6h or 2d" in err) == (1, True)
    assert (await run_cli(home, "schedule", "remove", schedule))[0] == 0
    assert (await run_cli(home, "schedule", "remove", schedule))[0] == 1


async def until_outcome(server: Program, schedule: str, state: str) -> dict[str, Any]:
    """Return a schedule once what it began stands like this."""
    with anyio.fail_after(PATIENCE_SECONDS):
        async with server.client() as owner:
            while True:
                kept = (await owner.get(f"/api/studio/schedules/{schedule}")).json()
                if (kept["last"]["outcome"] or {}).get("state") == state:
                    return kept
                await anyio.sleep(0.02)


def test_the_time_zone_is_this_machines(tmp_path: Path) -> None:
    zones = tmp_path / "zoneinfo" / "Europe"
    zones.mkdir(parents=True)
    (zones / "Paris").touch()
    (tmp_path / "localtime").symlink_to(zones / "Paris")
    assert local_zone({}, tmp_path / "localtime") == "Europe/Paris"
    assert local_zone({"TZ": ":America/New_York"}, tmp_path / "localtime") == "America/New_York"
    assert local_zone({"TZ": "CET-1CEST,M3.5.0"}, tmp_path / "nowhere") == "UTC"
