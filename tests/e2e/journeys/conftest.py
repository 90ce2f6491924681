from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.journeys.answers import first_answer
from tests.e2e.journeys.hand import Keyboard, Pointer
from tests.e2e.journeys.traveller import Journey, Traveller
from tests.e2e.visitor import Visitor
from tests.provider import FixtureProvider
from tests.support.program import Program, program

WINDOW = {"fixture-small": {"context_length": 8000}}


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """One server for all journeys but the first run. Each leaves it as it found it, but for its conversations."""
    with program(tmp_path_factory.mktemp("journeys") / "home") as started:
        yield started


@pytest.fixture
def server(request: pytest.FixtureRequest, journey: Journey, tmp_path: Path) -> Iterator[Program]:
    """Where the journey takes place: the first answer in a house where nobody was before."""
    if journey is not first_answer:
        yield request.getfixturevalue("house")
        return
    with program(tmp_path / "home") as started:
        yield started


@pytest.fixture
async def traveller(
    journey: Journey,
    hand: type[Pointer] | type[Keyboard],
    newcomer: Visitor,
    provider: FixtureProvider,
    ledger: Path,
) -> Traveller:
    """Somebody who is signed in, in front of the first page."""
    async with newcomer.server.client() as owner:
        profile = {"theme": "system", "language": "", "text_size": "normal"}
        assert (await owner.put("/api/config/profile", json=profile)).status_code == 200
        if journey is not first_answer:
            provider.details = WINDOW
            body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small"} | {
                "models": provider.models,
                "active": True,
            }
            assert (await owner.put("/api/config/provider", json=body)).status_code == 200
            assert (await owner.post("/api/providers/validate", json=body)).json()["valid"]
            provider.received.clear()
        for one in (await owner.get("/api/conversations")).json()["conversations"]:
            await owner.delete(f"/api/conversations/{one['id']}")
    await newcomer.sign_in()
    return Traveller(newcomer, hand(newcomer.page), provider, ledger)
