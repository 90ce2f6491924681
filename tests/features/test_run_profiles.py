"""What the profile of a run lets through."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from studio.features.permissions.models import Subject, Verdict
from studio.features.runs import capabilities
from studio.features.runs.models import RunProfile
from studio.kit.errors import InvalidInput

pytestmark = pytest.mark.anyio

NOW = "2026-11-22T12:00:00.000Z"
UNKNOWN = Verdict("ask", "No rule speaks of it.")


def decide(capability: str, subject: Subject, **profile: object) -> str:
    allowing = RunProfile.model_validate({"allow": [capability]} | profile)
    return capabilities.decide(capability, [subject], UNKNOWN, allowing, now=NOW).effect


@pytest.mark.parametrize("places", [{"paths": ["/"]}, {"hosts": ["*"]}])
@pytest.mark.parametrize(
    ("capability", "subject"),
    [
        ("command", Subject("terminal", "make", "command", "/work")),
        ("agent:claude", Subject("claude_run", "mend it", folder="/work")),
        ("tool:mcp_files_write", Subject("mcp_files_write", "files: write", folder="/work")),
    ],
)
def test_what_nobody_can_hold_to_places_is_asked_about(
    capability: str, subject: Subject, places: dict[str, object]
) -> None:
    assert decide(capability, subject) == "allow"
    assert decide(capability, subject, **places) == "ask"


def test_files_and_pages_are_held_to_places_each_to_its_own(tmp_path: Path) -> None:
    inside = Subject.of_path("write_file", tmp_path.resolve() / "a.txt")
    outside = Subject.of_path("write_file", Path("/elsewhere/a.txt"))
    page = Subject("fetch_url", "https://docs.example.com/a", "address", "/work")
    paths, hosts = {"paths": [str(tmp_path)]}, {"hosts": ["*.example.com"]}
    assert [decide("tool:write_file", one, **paths) for one in (inside, outside)] == ["allow", "ask"]
    assert [decide("tool:fetch_url", page, **one) for one in (paths, hosts)] == ["allow", "allow"]
    assert decide("tool:fetch_url", page, hosts=["example.com"]) == "ask"
    assert decide("tool:write_file", outside, **hosts) == "allow"
    assert decide("tool:todo", Subject("todo", "*", folder="/work"), **paths) == "allow"


@pytest.mark.parametrize("path", [".", "src", "", "~nobody-is-called-so/x", "/a\0b"])
def test_what_is_no_place_is_refused_and_lets_nothing_through(path: str, tmp_path: Path) -> None:
    """Below the folder that Studio happens to be started in would be all files, now and then."""
    profile = RunProfile.model_construct(allow=["tool:write_file"], paths=[path])
    with pytest.raises(InvalidInput, match="no full path"):
        capabilities.check(profile)
    inside = Subject.of_path("write_file", Path.cwd() / "src" / "a.txt")
    assert capabilities.decide("tool:write_file", [inside], UNKNOWN, profile, now=NOW).effect == "ask"


async def test_neither_a_run_nor_a_schedule_is_held_to_what_is_no_place(owner: httpx.AsyncClient) -> None:
    steps = [{"id": "q", "kind": "ask", "question": "?"}]
    workflow = (await owner.post("/api/workflow", json={"name": "W", "steps": steps})).json()["id"]
    profile = {"allow": ["tool:write_file"], "paths": ["src"]}
    begun = await owner.post(f"/api/workflow/execute/{workflow}", json={"profile": profile})
    assert (begun.status_code, "'src', which is no full path" in begun.json()["error"]) == (422, True)
    timing = {"kind": "interval", "seconds": 3600}
    body = {"name": "S", "trigger": timing, "subject": workflow, "request": {"profile": profile}}
    kept = await owner.post("/api/studio/schedules", json=body)
    assert (kept.status_code, "'src', which is no full path" in kept.text) == (422, True)


def test_an_end_in_any_time_zone_counts_as_a_moment() -> None:
    assert RunProfile(until="2026-11-22T13:30:00+01:00").until == "2026-11-22T12:30:00.000Z"
    page = Subject("fetch_url", "https://example.com/", "address", "/work")
    assert decide("tool:fetch_url", page, until="2026-11-22T13:30:00+01:00") == "allow"
    assert decide("tool:fetch_url", page, until="2026-11-22T12:30:00+01:00") == "ask"


@pytest.mark.parametrize("until", ["tomorrow", "", "2026-12-01", "2026-12-01T09:00:00", "9999-12-31T23:59:59-10:00"])
def test_an_end_that_is_no_moment_is_refused(until: str) -> None:
    with pytest.raises(ValidationError, match="is no moment"):
        RunProfile(until=until)
