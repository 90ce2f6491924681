"""Schedules: when they come, what is missed, made up for and left out, and that each moment counts once."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from studio.features.runs.jobs.worker import RunWorker
from studio.features.schedules import catching_up, store, timing
from studio.features.schedules.models import CronTrigger, Outcome, Schedule
from studio.kit.clock import moment, stamp
from studio.kit.errors import InvalidInput, NotFound, Unavailable
from tests.support.clock import START, FakeClock
from tests.support.program import Program, program
from tests.support.schedules import Bell, Tower, tower
from tests.support.workflows import Desk, desk_of

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]

SCHEDULES = "/api/studio/schedules"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Tower]:
    bell = Bell()
    bell.is_over.set()
    async with tower(tmp_path / "data", clock=FakeClock(), bell=bell) as standing:
        yield standing


def begun(*moments: str) -> list[tuple[str, str]]:
    return [(one, "begun") for one in moments]


async def test_in_spring_an_hour_of_paris_is_left_out_and_what_falls_into_it_comes_after(here: Tower) -> None:
    await here.stop_at("2027-03-26T22:00")
    night, day = await here.create("30 2 * * *"), await here.create("0 9 * * *")
    # There is no 02:30 on the 28th: it comes right after the clock was put forward.
    nights = ["2027-03-27T01:30", "2027-03-28T01:00", "2027-03-29T00:30"]
    days = ["2027-03-27T08:00", "2027-03-28T07:00", "2027-03-29T07:00"]
    await here.stop_at(*sorted(nights + days))
    assert (await here.states(night), await here.states(day)) == (begun(*nights), begun(*days))


async def test_in_autumn_an_hour_of_paris_comes_twice(here: Tower) -> None:
    await here.stop_at("2027-10-30T22:00")
    night, any_hour = await here.create("30 2 * * *"), await here.create("45 * * * *")
    # 02:30 counts once, the first time; what comes at any hour comes in both.
    hours = ["2027-10-30T22:45", "2027-10-30T23:45", *(f"2027-10-31T0{hour}:45" for hour in range(4))]
    await here.stop_at(*sorted([*hours, "2027-10-31T00:30", "2027-10-31T01:30"]))
    assert (await here.states(night), await here.states(any_hour)) == (begun("2027-10-31T00:30"), begun(*hours))


async def test_in_spring_an_hour_of_new_york_is_left_out_too(here: Tower) -> None:
    await here.stop_at("2027-03-13T12:00")
    schedule = await here.create("30 2 * * *", "America/New_York")
    moments = ["2027-03-14T07:00", "2027-03-15T06:30"]
    await here.stop_at("2027-03-14T06:30", *moments)
    assert await here.states(schedule) == begun(*moments)


async def test_an_interval_is_counted_in_time_that_passed(here: Tower) -> None:
    await here.stop_at("2027-03-27T22:00")
    schedule = await here.create_with({"kind": "interval", "seconds": 5400})
    moments = ["2027-03-27T23:30", "2027-03-28T01:00", "2027-03-28T02:30", "2027-03-28T04:00"]
    await here.stop_at(*moments)
    assert await here.states(schedule) == begun(*moments)


DAYS = [f"2026-11-{day}T08:00" for day in range(23, 30)]


@pytest.mark.parametrize(
    ("catch_up", "states"),
    [
        ("skip", ["missed"] * 7),
        ("latest", ["missed"] * 6 + ["begun"]),
        ("all", ["begun"] * 7),
    ],
)
async def test_after_a_week_of_sleep_the_policy_decides(here: Tower, catch_up: str, states: list[str]) -> None:
    schedule = await here.create(catch_up=catch_up)
    here.clock.advance(days=7)
    await here.looked(schedule)
    assert await here.states(schedule) == list(zip(DAYS, states, strict=True))
    assert len(here.bell.rung) == states.count("begun")
    shown, agenda = await here.show(schedule), (await here.owner.get(f"{SCHEDULES}/agenda")).json()
    assert (shown["missed"], shown["next_at"]) == (states.count("missed"), "2026-11-30T08:00:00.000Z")
    assert [one["due_at"][:16] for one in agenda["missed"]] == DAYS[: states.count("missed")][::-1]
    assert [one["due_at"] for one in agenda["coming"]] == shown["upcoming"]


async def test_the_same_holds_where_the_server_did_not_run(tmp_path: Path) -> None:
    clock, bell = FakeClock(), Bell()
    bell.is_over.set()
    async with tower(tmp_path, clock=clock, bell=bell) as before:
        schedule = await before.create(catch_up="latest")
    clock.advance(days=3)
    async with tower(tmp_path, clock=clock, bell=bell) as after:
        await after.looked(schedule)
        expected = [(DAYS[0], "missed"), (DAYS[1], "missed"), (DAYS[2], "begun")]
        assert await after.states(schedule) == expected


async def test_what_is_a_minute_late_is_on_time_and_what_is_three_late_was_missed(here: Tower) -> None:
    schedule = await here.create()
    await here.stop_at("2026-11-23T08:01", "2026-11-24T08:03")
    assert await here.states(schedule) == [(DAYS[0], "begun"), (DAYS[1], "missed")]


def test_no_more_than_a_hundred_moments_are_made_up_for() -> None:
    draft = {"name": "Ring", "subject": "tower", "trigger": {"kind": "cron", "expression": "* * * * *"}}
    now = {"next_at": stamp(START), "created_at": stamp(START), "updated_at": stamp(START)}
    schedule = Schedule.model_validate(draft | now | {"id": "sched_1", "catch_up": "all"})
    occasions = catching_up.list_occasions(schedule, stamp(START), now=START + timedelta(days=400))
    assert [one.state for one in occasions] == ["missed"] + ["waiting"] * 99
    assert occasions[0].note == "Others before it, since 2026-11-22T12:00:00.000Z, were missed too."
    assert occasions[-1].due_at == stamp(START + timedelta(days=400))


async def test_what_would_overlap_is_left_out_unless_it_is_allowed(here: Tower) -> None:
    here.bell.is_over.clear()
    alone = await here.create("0 * * * *")
    beside = await here.create("0 * * * *", may_overlap=True)
    for _ in range(2):
        here.clock.advance(hours=1)
        await here.looked(alone)
        await here.looked(beside)
    assert [state for _, state in await here.states(alone)] == ["begun", "overlapped"]
    assert [state for _, state in await here.states(beside)] == ["begun", "begun"]
    assert (await here.owner.post(f"{SCHEDULES}/{alone}/run")).status_code == 409
    here.bell.is_over.set()
    await here.until(alone, lambda found: found[0]["over_at"])
    assert (await here.owner.post(f"{SCHEDULES}/{alone}/run")).status_code == 202
    found = await here.until(alone, lambda found: found[-1]["over_at"])
    assert (len(found), found[-1]["cause"], found[-1]["state"]) == (3, "person", "begun")


async def test_what_came_of_it_is_shown_with_each_moment(here: Tower) -> None:
    schedule = await here.create("0 * * * *", may_overlap=True)
    here.bell.outcome = Outcome(state="failed", error="The rope is torn.", finished_at=stamp(START))
    here.clock.advance(hours=1)
    await here.looked(schedule)
    failed = here.bell.outcome.model_dump()
    [occasion] = await here.occasions(schedule)
    assert (occasion["outcome"], (await here.show(schedule))["last"]["outcome"]) == (failed, failed)
    [told] = (await here.owner.get(f"{SCHEDULES}/agenda")).json()["failed"]
    assert (told["schedule_id"], told["run_id"], told["error"]) == (schedule, occasion["run_id"], "The rope is torn.")
    # Where nobody can say it, all else is still said.
    here.bell.fault = Unavailable("The tower is closed.")
    assert ((await here.show(schedule))["last"]["outcome"], await here.states(schedule)) == (
        None,
        begun("2026-11-22T13:00"),
    )
    assert (await here.owner.get(f"{SCHEDULES}/agenda")).json()["failed"] == []


async def test_no_more_than_so_many_moments_wait_for_their_turn(here: Tower, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_WAITING", 3)
    here.bell.is_over.clear()
    schedule = await here.create("0 * * * *", catch_up="all")
    here.clock.advance(hours=5)
    expected = ["begun", "waiting", "waiting", "overlapped", "overlapped"]
    await here.until(schedule, lambda found: [one["state"] for one in found] == expected)
    here.clock.advance(hours=2)
    expected += ["waiting", "overlapped"]
    await here.until(schedule, lambda found: [one["state"] for one in found] == expected)


async def test_what_was_begun_and_may_overlap_is_forgotten_after_a_while(
    here: Tower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "OCCASIONS_KEPT", 2)
    here.bell.is_over.clear()
    schedule = await here.create("0 * * * *", may_overlap=True)
    for _ in range(4):
        here.clock.advance(hours=1)
        await here.looked(schedule)
    assert [state for _, state in await here.states(schedule)] == ["begun", "begun"]
    assert len(here.bell.rung) == 4


async def test_what_was_over_long_ago_is_no_reason_to_leave_out_what_may_not_overlap_any_more(here: Tower) -> None:
    night = await here.create("0 * * * *", may_overlap=True)
    await here.stop_at("2026-11-22T13:00", "2026-11-22T14:00")
    assert await here.states(night) == begun("2026-11-22T13:00", "2026-11-22T14:00")
    draft = {name: (await here.show(night))[name] for name in ("name", "target", "subject", "trigger")}
    assert (await here.owner.put(f"{SCHEDULES}/{night}", json=draft)).status_code == 200
    await here.until(night, lambda found: all(one["over_at"] for one in found))
    assert (await here.owner.post(f"{SCHEDULES}/{night}/run")).status_code == 202


async def test_with_all_what_would_overlap_waits_for_its_turn(here: Tower) -> None:
    here.bell.is_over.clear()
    schedule = await here.create("0 * * * *", catch_up="all")
    here.clock.advance(hours=3)
    await here.until(schedule, lambda found: [one["state"] for one in found] == ["begun", "waiting", "waiting"])
    assert len(here.bell.rung) == 1
    here.bell.is_over.set()
    await here.until(schedule, lambda found: all(one["over_at"] for one in found))
    assert (len(here.bell.rung), sorted(here.bell.rung)) == (3, here.bell.rung)


@pytest.mark.parametrize("is_begun", [False, True])
async def test_killed_between_its_row_and_its_run_a_moment_is_begun_once(tmp_path: Path, is_begun: bool) -> None:
    """Ended where the row is written, and the run is not begun, or begun and not written down."""
    clock = FakeClock()
    first = Bell(hangs=True) if is_begun else Bell(fault=Unavailable("Studio is ending."))
    async with tower(tmp_path, clock=clock, bell=first) as before:
        schedule = await before.create("0 * * * *")
        clock.advance(hours=1)
        await before.until(schedule, lambda found: found and first.asked)
        assert [state for _, state in await before.states(schedule)] == ["waiting"]
    second = Bell(rung=list(first.rung))
    second.is_over.set()
    async with tower(tmp_path, clock=clock, bell=second) as after:
        await after.until(schedule, lambda found: found[0]["over_at"])
        assert (await after.states(schedule), second.asked) == ([("2026-11-22T13:00", "begun")], 1)
        assert (len(second.rung), first.rung in ([], second.rung)) == (1, True)


async def test_what_cannot_be_begun_now_is_begun_later(here: Tower) -> None:
    here.bell.fault = Unavailable("The disk is busy.")
    schedule = await here.create("0 * * * *")
    here.clock.advance(hours=1)
    await here.until(schedule, lambda found: here.bell.asked)
    here.bell.fault = None
    while not here.bell.rung:
        here.clock.advance(seconds=30)
        await asyncio.sleep(0.01)
    await here.until(schedule, lambda found: found[0]["over_at"])


async def test_a_clock_that_is_put_back_repeats_no_moment_and_forgets_none(here: Tower) -> None:
    schedule = await here.create("0 * * * *")
    here.clock.advance(hours=2)
    await here.looked(schedule)
    here.clock.advance(days=7, minutes=5)
    await here.looked(schedule)
    here.clock.advance(days=-7, hours=-2, minutes=-5)
    # Whoever looks notices: here it is another schedule that is written.
    await here.create("0 0 1 1 *")
    while (await here.show(schedule))["next_at"] != "2026-11-22T13:00:00.000Z":
        await asyncio.sleep(0.005)
    # The one at 13:00 was missed, and comes after all; the one at 14:00 was not.
    await here.stop_at("2026-11-22T13:00", "2026-11-22T14:00", "2026-11-22T15:00")
    assert [name[-17:-7] for name in here.bell.rung] == ["2026112214", "2026112213", "2026112215"]


async def test_what_is_switched_off_misses_nothing(here: Tower) -> None:
    here.bell.is_over.clear()
    schedule = await here.create("0 * * * *", catch_up="all")
    here.clock.advance(hours=2)
    await here.until(schedule, lambda found: [one["state"] for one in found] == ["begun", "waiting"])
    off = (await here.owner.post(f"{SCHEDULES}/{schedule}/disable")).json()
    assert (off["is_enabled"], off["next_at"], off["upcoming"]) == (False, None, [])
    here.bell.is_over.set()
    here.clock.advance(hours=5)
    on = (await here.owner.post(f"{SCHEDULES}/{schedule}/enable")).json()
    assert on["next_at"] == "2026-11-22T20:00:00.000Z"
    occasions = await here.until(schedule, lambda found: found[0]["over_at"])
    assert [(one["state"], one["note"]) for one in occasions] == [
        ("begun", None),
        ("missed", "It was switched off before."),
    ]


async def test_a_schedule_whose_subject_is_gone_switches_itself_off(here: Tower) -> None:
    schedule = await here.create("0 * * * *")
    here.bell.fault = InvalidInput("The rope is torn.")
    here.clock.advance(hours=1)
    await here.looked(schedule)
    here.bell.fault = NotFound("The bell is gone.")
    here.clock.advance(hours=1)
    await here.until(schedule, lambda found: len(found) == 2 and found[1]["state"] == "failed")
    shown = await here.show(schedule)
    assert (shown["is_enabled"], shown["error"], shown["missed"]) == (False, "The bell is gone.", 2)
    assert [one["note"] for one in await here.occasions(schedule)] == ["The rope is torn.", "The bell is gone."]


async def test_schedules_are_changed_listed_and_removed(here: Tower) -> None:
    schedule = await here.create()
    other = await here.create("@monthly", subject="church")
    listed = (await here.owner.get(SCHEDULES, params={"subject": "tower"})).json()["schedules"]
    assert [one["id"] for one in listed] == [schedule]
    everything = (await here.owner.get(SCHEDULES)).json()["schedules"]
    assert [one["id"] for one in everything] == [schedule, other]
    body = {"name": "Chime", "target": "bell", "subject": "tower", "request": {"loud": True}}
    changed = await here.owner.put(
        f"{SCHEDULES}/{schedule}", json=body | {"trigger": {"kind": "interval", "seconds": 60}, "is_enabled": False}
    )
    kept = await here.show(schedule)
    assert (changed.json(), kept["name"], kept["request"], kept["next_at"]) == (kept, "Chime", {"loud": True}, None)
    assert (await here.owner.delete(f"{SCHEDULES}/{schedule}")).json() == {"ok": True}
    for path in ("", "/occasions"):
        assert (await here.owner.get(f"{SCHEDULES}/{schedule}{path}")).status_code == 404
    for act in ("run", "enable", "disable"):
        assert (await here.owner.post(f"{SCHEDULES}/{schedule}/{act}")).status_code == 404
    assert (await here.owner.delete(f"{SCHEDULES}/{schedule}")).status_code == 404


UNREADABLE = [
    ({"kind": "cron", "expression": "0 25 * * *"}, "bad hour"),
    ({"kind": "cron", "expression": "0 9 * *"}, "five fields"),
    ({"kind": "cron", "expression": "0 0 9 * * *"}, "five fields"),
    ({"kind": "cron", "expression": "@reboot"}, "five fields"),
    ({"kind": "cron", "expression": "0 0 31 2 *"}, "bad day-of-month"),
    ({"kind": "cron", "expression": "@daily", "time_zone": "Mars/Olympus"}, "no time zone"),
    ({"kind": "cron", "expression": "@daily", "time_zone": "../../etc/passwd"}, "no time zone"),
    ({"kind": "cron", "expression": "@daily", "time_zone": "Europe"}, "no time zone"),
    ({"kind": "interval", "seconds": 59}, "greater than or equal to 60"),
    ({"kind": "interval", "seconds": 60, "start_at": "2026-12-01T09:00:00"}, "no moment"),
    ({"kind": "moon"}, "trigger"),
]


async def test_a_trigger_that_cannot_be_read_is_refused_with_the_reason(here: Tower) -> None:
    for trigger, said in UNREADABLE:
        body = {"name": "Ring", "target": "bell", "subject": "tower", "trigger": trigger}
        answer = await here.owner.post(SCHEDULES, json=body)
        assert (answer.status_code, said in answer.text) == (422, True), answer.text
    assert (await here.owner.get(SCHEDULES)).json() == {"schedules": []}


async def test_what_cannot_be_begun_is_not_kept(here: Tower) -> None:
    trigger = {"kind": "cron", "expression": "@daily"}
    nobody = {"name": "Ring", "target": "bell", "subject": "nobody", "trigger": trigger}
    assert (await here.owner.post(SCHEDULES, json=nobody)).status_code == 404
    answer = await here.owner.post(SCHEDULES, json=nobody | {"target": "gong"})
    assert (answer.status_code, "'gong' is nothing that can be begun" in answer.text) == (422, True)


async def test_a_preview_says_when_it_would_come(here: Tower) -> None:
    trigger = {"kind": "cron", "expression": "0 9 * * MON-FRI", "time_zone": "Europe/Paris"}
    moments = (await here.owner.post(f"{SCHEDULES}/preview", json={"trigger": trigger})).json()["moments"]
    assert moments == [f"2026-11-{day}T08:00:00.000Z" for day in (23, 24, 25, 26, 27)]


async def test_a_preview_of_what_is_half_written_says_what_is_wrong(here: Tower) -> None:
    trigger = {"kind": "cron", "expression": "0 9 * *", "time_zone": "Europe/Paris"}
    answer = await here.owner.post(f"{SCHEDULES}/preview", json={"trigger": trigger})
    problem = "'0 9 * *' is not five fields of cron, such as '0 9 * * 1-5', nor '@daily'."
    assert (answer.status_code, answer.json()) == (200, {"moments": [], "problem": problem})
    for trigger, said in UNREADABLE:
        answer = await here.owner.post(f"{SCHEDULES}/preview", json={"trigger": trigger})
        # What is no trigger at all is refused, as everywhere.
        is_trigger = said not in {"trigger", "greater than or equal to 60"}
        assert (answer.status_code, said in answer.text) == (200 if is_trigger else 422, True), answer.text
        assert not is_trigger or said in answer.json()["problem"]


async def test_while_nothing_is_due_nothing_is_launched(here: Tower) -> None:
    schedule = await here.create("@yearly")
    here.clock.advance(days=3)
    await here.looked(schedule)
    assert not here.app.service(RunWorker).is_launched


@pytest.mark.parametrize("since", ["2027-03-10T23:59:00Z", "2027-10-20T23:59:00Z"])
@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("cron", ["30 2 * * *", "0,30 1-3 * * *", "15 * * * *", "0 0 L * *"])
def test_moments_are_the_same_from_wherever_one_looks(cron: str, zone: str, since: str) -> None:
    start = moment(since)
    trigger = CronTrigger(kind="cron", expression=cron, time_zone=zone)
    until = start + timedelta(days=30)
    whole = timing.list_passed(trigger, since=start, until=until, most=1000).moments
    assert whole == sorted(set(whole))
    newest = timing.list_passed(trigger, since=start, until=until, most=10)
    assert (newest.moments, newest.has_more) == (whole[-10:], len(whole) > 10)
    for before, after in itertools.pairwise(whole):
        assert timing.find_next(trigger, after=before) == after
        assert timing.find_next(trigger, after=after - timedelta(seconds=1)) == after


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with program(tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture(scope="module")
def desk(machine: Program) -> Iterator[Desk]:
    desk = desk_of(machine)
    yield desk
    desk.http.close()


def test_a_schedule_runs_a_workflow_with_its_own_profile(desk: Desk) -> None:
    command = {"id": "say", "kind": "command", "command": "echo {{ input.word }}"}
    workflow = desk.create(command)
    body = {
        "name": "Say",
        "subject": workflow,
        "request": {"input": {"word": "hello"}, "profile": {"allow": ["command"]}},
        "trigger": {"kind": "interval", "seconds": 86400},
    }
    schedule = desk.http.post(SCHEDULES, json=body).json()["id"]
    assert desk.http.post(f"{SCHEDULES}/{schedule}/run").status_code == 202
    run = desk.until_over(workflow)
    assert (run["status"], run["steps"][0]["output"]) == ("completed", "hello")
    assert (run["origin"], run["profile"]["allow"]) == (f"schedule:{schedule}", ["command"])
    last = desk.http.get(f"{SCHEDULES}/{schedule}").json()["last"]
    assert (last["run_id"], last["outcome"]["state"]) == (run["execution_id"], "completed")
    # Without a profile it may do nothing by itself.
    bare = desk.http.put(f"{SCHEDULES}/{schedule}", json=body | {"request": {"input": {"word": "x"}}}).json()
    assert bare["request"]["profile"]["allow"] == []
    assert desk.http.delete(f"/api/workflow/{workflow}").status_code == 200
    assert desk.http.get(f"{SCHEDULES}/{schedule}").status_code == 404


def test_a_workflow_that_cannot_be_run_has_no_schedule(desk: Desk) -> None:
    trigger = {"kind": "cron", "expression": "@daily"}
    body = {"name": "Say", "subject": "wf_none", "trigger": trigger}
    assert desk.http.post(SCHEDULES, json=body).status_code == 404
    for subject, request in (
        (desk.create(), {}),
        (desk.create({"id": "a", "kind": "ask", "question": "?"}), {"from_step": "a"}),
    ):
        answer = desk.http.post(SCHEDULES, json=body | {"subject": subject, "request": request})
        assert answer.status_code == 422, answer.text
