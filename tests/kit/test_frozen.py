"""What a frozen program leaves in its environment."""

from __future__ import annotations

import sys

import pytest

from studio.kit import frozen, processes

UNPACKED = {"_PYI_APPLICATION_HOME_DIR": "/tmp/_MEIxyz", "_PYI_PARENT_PROCESS_LEVEL": "1"}


@pytest.fixture(autouse=True)
def nothing_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen, "_unpacked", {})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"LD_LIBRARY_PATH": "/tmp/_MEIxyz"}, {}),
        (
            {"LD_LIBRARY_PATH": "/tmp/_MEIxyz:/opt/lib", "LD_LIBRARY_PATH_ORIG": "/opt/lib"},
            {"LD_LIBRARY_PATH": "/opt/lib"},
        ),
    ],
)
def test_its_environment_is_again_what_it_was(before: dict[str, str], after: dict[str, str]) -> None:
    environment = {"HOME": "/home/me", **UNPACKED, **before}
    frozen.restore_environment(environment)
    assert environment == {"HOME": "/home/me", **after}
    assert frozen.where_unpacked() == {**UNPACKED, "LD_LIBRARY_PATH": before["LD_LIBRARY_PATH"]}


def test_only_helpers_learn_where_it_is_unpacked() -> None:
    frozen.restore_environment({**UNPACKED})
    assert UNPACKED.items() <= processes.helper_environment().items()
    assert not UNPACKED.keys() & processes.clean_environment().keys()


def test_frozen_it_runs_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/studio")
    assert processes.own_command() == ["/opt/studio"]
    assert processes.program_of("studio.x", "x.py") == ["/opt/studio", "--run-module", "studio.x"]
