"""The gate corpus against the real program over a real socket, and what the gate does besides refusing."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.attack.runner import Case, Outcome, attack, find_canaries, load_corpus
from tests.support.app import PORT, RunningApp
from tests.support.program import Program, program, run_cli

CORPUS = load_corpus()


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with program(tmp_path_factory.mktemp("attacked")) as started:
        yield started


@pytest.fixture(scope="module")
def outcomes(attacked: Program) -> dict[str, Outcome]:
    async def run_all() -> dict[str, Outcome]:
        return {outcome.case.name: outcome async for outcome in attack(attacked.address, attacked.token, CORPUS)}

    return asyncio.run(run_all())


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: f"{case.check}-{case.name}")
def test_the_attack_is_held_off(outcomes: dict[str, Outcome], case: Case) -> None:
    assert outcomes[case.name].problem == ""


@pytest.mark.usefixtures("outcomes")
def test_nothing_was_executed(attacked: Program) -> None:
    assert asyncio.run(find_canaries(attacked.address, attacked.token)) == 0


def test_the_corpus_covers_the_checklist_and_can_fail(attacked: Program) -> None:
    assert {case.check for case in CORPUS} == {1, 2, 3, 4, 5, 6, 8, 9}
    harmless = Case(
        1,
        "info, as its owner",
        "GET /api/info",
        [["Host", "127.0.0.1:{port}"], ["Authorization", "Bearer {token}"]],
        [421],
    )

    async def run_one() -> list[Outcome]:
        return [outcome async for outcome in attack(attacked.address, attacked.token, [harmless])]

    assert [outcome.problem for outcome in asyncio.run(run_one())] == ["answered with 200 instead of 421"]


def test_an_attack_that_gets_through_is_found_out(attacked: Program) -> None:
    headers = [["Host", "127.0.0.1:{port}"], ["Authorization", "Bearer {token}"], ["Content-Type", "application/json"]]
    body = '{"tool":"attack-canary","pattern":"*","effect":"deny"}'
    through = Case(4, "a rule, as its owner", "POST /api/studio/permissions/rules", headers, [401], body)

    async def run_one() -> int:
        assert [outcome.status async for outcome in attack(attacked.address, attacked.token, [through])] == [201]
        found = await find_canaries(attacked.address, attacked.token)
        async with attacked.client() as client:
            rules = (await client.get("/api/studio/permissions/rules")).json()["rules"]
            for rule in rules:
                if rule["tool"] == "attack-canary":
                    await client.delete(f"/api/studio/permissions/rules/{rule['id']}")
        return found

    assert asyncio.run(run_one()) == 1


@pytest.mark.anyio
async def test_doctor_runs_the_attacks_against_the_running_server(tmp_path: Path) -> None:
    with program(tmp_path):
        status, out, err = await run_cli(tmp_path, "doctor", "--attack")
    assert (status, err) == (0, "")
    assert out.splitlines()[-1] == f"{len(CORPUS)} of {len(CORPUS)} attacks were held off, 0 carried out."


@pytest.mark.anyio
async def test_a_local_page_with_a_bearer_is_let_in_and_told_so(studio: RunningApp) -> None:
    async with studio.owner() as owner:
        answer = await owner.get("/api/info", headers={"Origin": "http://localhost:5173"})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "http://localhost:5173"
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.anyio
async def test_a_preflight_needs_no_credential(studio: RunningApp) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, x-anything"}
    async with studio.client(Origin="https://[::1]:8443", **asked) as stranger:
        answer = await stranger.options("/api/chat")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-headers"] == "authorization, x-anything"
    assert answer.headers["access-control-allow-origin"] == "https://[::1]:8443"


@pytest.mark.anyio
async def test_a_visit_from_another_site_may_open_the_page_only(studio: RunningApp) -> None:
    visit = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    async with studio.client(**visit) as visitor:
        statuses = {path: (await visitor.get(path)).status_code for path in ("/", "/chat/conv_1", "/docs", "/health")}
    assert statuses["/health"] == 403
    assert 403 not in {statuses[path] for path in ("/", "/chat/conv_1", "/docs")}


@pytest.mark.anyio
async def test_other_names_of_this_machine_lead_to_the_page_and_answer_programs(studio: RunningApp) -> None:
    async with studio.owner() as owner:
        for host in (f"localhost:{PORT}", f"[::1]:{PORT}"):
            assert (await owner.get("/api/info", headers={"Host": host})).status_code == 200
