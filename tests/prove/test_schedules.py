"""A real server under a clock that is put forward a week and over a change to summer time, by Debian's faketime."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import Program, start
from tests.support.workflows import Desk, desk_of

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)

pytestmark = [
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        not os.environ.get("PROVE_SCHEDULES") or LIBRARY is None or shutil.which("faketime") is None,
        reason="needs Debian's faketime: `make prove-schedules`",
    ),
]

SCHEDULES = "/api/studio/schedules"
PATIENCE_SECONDS = 300


@contextmanager
def server_at(home: Path, moment: Path) -> Iterator[tuple[Program, Desk]]:
    """Run a server whose clock on the wall is what a file says; the clock that only ever grows is left alone."""
    server = start(
        home,
        LD_PRELOAD=str(LIBRARY),
        FAKETIME_TIMESTAMP_FILE=str(moment),
        FAKETIME_DONT_FAKE_MONOTONIC="1",
        FAKETIME_CACHE_DURATION="1",
        TZ="UTC",
    )
    desk = desk_of(server)
    try:
        yield server, desk
    finally:
        desk.http.close()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait()


def until(look: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return found


def occasions(desk: Desk, schedule: str) -> list[dict[str, Any]]:
    """Return what came of a schedule, the oldest first."""
    return desk.http.get(f"{SCHEDULES}/{schedule}/occasions").json()["occasions"][::-1]


def test_moments_come_once_over_summer_time_a_week_of_sleep_and_a_kill(tmp_path: Path) -> None:
    home, moment, effects = tmp_path / "home", tmp_path / "moment", tmp_path / "effects"

    def effects_are(count: int) -> bool:
        return effects.exists() and effects.read_text(encoding="utf-8").count("x") == count

    # It is 01:58 in Paris, and two minutes later it is 03:00.
    moment.write_text("@2027-03-28 00:58:00\n")
    with server_at(home, moment) as (server, desk):
        workflow = desk.create({"id": "mark", "kind": "command", "command": f"echo x >> {effects}"})
        body = {
            "name": "Night",
            "subject": workflow,
            "trigger": {"kind": "cron", "expression": "30 2 * * *", "time_zone": "Europe/Paris"},
            "request": {"profile": {"allow": ["command"]}},
        }
        schedules = [
            desk.http.post(SCHEDULES, json=body | {"catch_up": policy}).json()["id"]
            for policy in ("skip", "latest", "all")
        ]

        def states(schedule: str) -> list[tuple[str, str]]:
            return [(one["due_at"][:16], one["state"]) for one in occasions(desk, schedule)]

        def are_over() -> bool:
            found = [one for schedule in schedules for one in occasions(desk, schedule)]
            return all(one["over_at"] for one in found if one["state"] == "begun")

        night = [("2027-03-28T01:00", "begun")]
        until(lambda: all(states(one) == night for one in schedules))
        until(lambda: effects_are(3) and are_over())
        # The computer sleeps for a week, and wakes at noon.
        moment.write_text("@2027-04-03 12:00:00\n")
        week = [f"2027-03-{day}T00:30" for day in (29, 30, 31)] + [f"2027-04-0{day}T00:30" for day in (1, 2, 3)]
        expected = {
            "skip": night + [(one, "missed") for one in week],
            "latest": night + [(one, "missed") for one in week[:-1]] + [(week[-1], "begun")],
            "all": night + [(one, "begun") for one in week],
        }
        for schedule, wanted in zip(schedules, expected.values(), strict=True):
            until(lambda schedule=schedule, wanted=wanted: states(schedule) == wanted)
        until(lambda: effects_are(3 + 1 + 6) and are_over())
        server.kill()
    # Killed, and started when the next night is over: one is missed, the others are made up for.
    moment.write_text("@2027-04-04 12:00:00\n")
    with server_at(home, moment) as (_, desk):
        until(lambda: effects_are(10 + 2))
        last = [occasions(desk, one)[-1] for one in schedules]
        assert [one["due_at"][:16] for one in last] == ["2027-04-04T00:30"] * 3
        assert [one["state"] for one in last] == ["missed", "begun", "begun"]
