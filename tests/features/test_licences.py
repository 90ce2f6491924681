"""Whose work Studio contains, as the page and a frozen program are told."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest

from studio.features.licences.installed import list_installed
from studio.features.licences.models import LicenceChoice
from studio.features.licences.service import Licences
from tests.support.app import RunningApp

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]


async def test_the_packages_are_told_with_their_texts(owner: httpx.AsyncClient) -> None:
    packages = (await owner.get("/api/studio/licences")).json()["packages"]
    assert [one["name"].lower() for one in packages] == sorted(one["name"].lower() for one in packages)
    [found] = [one for one in packages if one["name"] == "starlette"]
    assert found == {
        "ecosystem": "pypi",
        "name": "starlette",
        "version": version("starlette"),
        "licence": "BSD-3-Clause",
    }
    told = await owner.get("/api/studio/licences/text", params=found)
    assert "Redistribution and use in source and binary forms" in told.json()["text"]
    missing = await owner.get("/api/studio/licences/text", params=found | {"version": "0"})
    assert missing.status_code == 404


async def test_strangers_are_told_nothing(studio: RunningApp) -> None:
    async with studio.client() as stranger:
        assert (await stranger.get("/api/studio/licences")).status_code == 401


def test_every_package_that_is_locked_is_found_with_a_licence() -> None:
    found = {one.name.lower().replace("_", "-").replace(".", "-"): one for one in list_installed(["studio"])}
    lock = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8").splitlines()
    locked = {line.split("==")[0] for line in lock if "==" in line and ";" not in line}
    # They put a checkout in place and are in no program.
    building = {"editables", "hatchling", "packaging", "pathspec", "pluggy", "trove-classifiers"}
    assert locked - building - set(found) == set()
    assert [name for name, one in found.items() if not one.licence or not one.text] == []


def test_what_is_for_an_extra_nobody_wants_is_not_contained() -> None:
    assert "bcrypt" not in {one.name for one in list_installed(["asyncssh"])}
    assert "bcrypt" in {one.name for one in list_installed(["asyncssh[bcrypt]>=2"])}
    assert list_installed(["no-such-package-anywhere", 'starlette; extra == "full"']) == []


def test_a_text_that_is_gone_or_of_another_encoding_hides_no_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "odd-1.dist-info"
    place.mkdir()
    (place / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1\nLicense: MIT\n")
    (place / "AUTHORS").write_bytes("José and others".encode("latin-1"))
    (place / "RECORD").write_text("odd-1.dist-info/METADATA,,\nodd-1.dist-info/AUTHORS,,\nodd-1.dist-info/LICENSE,,\n")
    monkeypatch.syspath_prepend(tmp_path)
    [odd] = list_installed(["odd"])
    assert (odd.licence, odd.text) == ("MIT", "Jos\N{REPLACEMENT CHARACTER} and others")


async def test_a_frozen_program_tells_what_its_build_wrote_down(tmp_path: Path) -> None:
    there, page = tmp_path / "collected.json", tmp_path / "licences.json"
    one = {"ecosystem": "pypi", "name": "b", "version": "1", "licence": "MIT", "text": "You may."}
    there.write_text(json.dumps([one]))
    page.write_text(json.dumps([one | {"ecosystem": "npm", "name": "@a/a"}]))
    library = one | {"ecosystem": "deb", "name": "c", "files": {"c.so": "0" * 64}}
    there.with_name("libraries.json").write_text(json.dumps([library]))
    licences = Licences(page, collected=there)
    assert [found.name for found in (await licences.list()).packages] == ["@a/a", "b", "c"]
    assert (await licences.get(LicenceChoice(ecosystem="npm", name="@a/a", version="1"))).text == "You may."
