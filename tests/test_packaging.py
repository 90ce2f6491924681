"""What installers are made of: files of systems that are not here are at least read as those would read them."""

from __future__ import annotations

import configparser
import json
import os
import plistlib
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

import studio

ROOT = Path(__file__).parents[1]
PACKAGING = ROOT / "packaging"
SCRIPTS = [*PACKAGING.glob("*.sh"), *PACKAGING.glob("macos/*.sh"), *(PACKAGING / "linux" / "debian").glob("p*")]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script.relative_to(PACKAGING)))
def test_every_script_is_one(script: Path) -> None:
    assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    assert script.stat().st_mode & 0o111
    assert subprocess.run(["sh", "-n", script], capture_output=True, text=True, check=False).stderr == ""


@pytest.mark.parametrize("lock", ["build", "window"])
def test_what_is_frozen_has_all_that_runs_it_in_the_same_versions(lock: str) -> None:
    """`make lock` was forgotten otherwise: a program would be frozen without a package, or with another."""
    runtime, frozen = (pinned(ROOT / "requirements" / f"{name}.txt") for name in ("runtime", lock))
    # They are for a checkout that is run as it is.
    runtime.pop("editables")
    assert {name: version for name, version in runtime.items() if frozen.get(name) != version} == {}
    # A program is frozen with what a window needs, but for what only the system has.
    assert {"pywebview", "jeepney"} <= set(frozen)


def test_gtk_is_reached_by_pygobject_alone() -> None:
    """Of PyGObject 3.51 on, girepository-2.0 is wanted, which many systems do not have yet."""
    [(name, version)] = pinned(ROOT / "requirements" / "gtk.txt").items()
    assert (name, version.rpartition(".")[0]) == ("pygobject", "3.50")


def pinned(lock: Path) -> dict[str, str]:
    """Return the version of each package that a lock names."""
    return dict(re.findall(r"^([a-z0-9][\w.-]*)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


def test_no_script_of_the_package_touches_what_is_in_a_home() -> None:
    scripts = {
        script.name: script.read_text(encoding="utf-8") for script in (PACKAGING / "linux" / "debian").glob("p*")
    }
    assert sorted(scripts) == ["postinst", "postrm", "prerm"]
    commands = "".join(
        line
        for text in scripts.values()
        for line in text.splitlines(keepends=True)
        if not line.startswith(("#", "    echo"))
    )
    assert [word for word in ("rm ", "/home", "HOME", ".local", "find ") if word in commands] == []
    # Whose answer root waits for is somebody else's.
    assert re.findall(r"(.*)systemctl --user", commands) == ["        timeout 60 "] * 3


def test_the_frozen_program_is_told_whose_work_it_contains_and_the_checkout_is_not() -> None:
    build = (PACKAGING / "build.sh").read_text(encoding="utf-8")
    assert "collected=studio/features/licences/collected.json\n" in build
    steps = (
        "trap 'rm -f $collected' EXIT",
        "licences.py collect $collected",
        "-m PyInstaller",
        "    rm -f $collected",
    )
    assert sorted(steps, key=build.index) == list(steps)


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="only Debian knows what its files come from")
def test_libraries_of_the_system_are_known_by_their_packages(tmp_path: Path) -> None:
    script = (
        "import json, sys; from libraries import collect_libraries; print(json.dumps(collect_libraries(sys.argv[1:])))"
    )
    asked = ["/bin/dash", sys.executable, str(tmp_path / "stranger.so")]
    ran = subprocess.run(
        [sys.executable, "-c", script, *asked],
        env={**os.environ, "PYTHONPATH": str(PACKAGING)},
        capture_output=True,
        text=True,
        check=True,
    )
    dash = next(one for one in json.loads(ran.stdout) if one["name"] == "dash")
    assert (dash["ecosystem"], list(dash["files"]), "Copyright" in dash["text"]) == ("deb", ["dash"], True)
    assert ran.stderr == f"It is in no list: nobody knows which package '{tmp_path}/stranger.so' comes from.\n"


@pytest.mark.skipif(not Path("/usr/share/common-licenses").is_dir(), reason="only Debian has the texts of licences")
@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("GNU Lesser General Public License v2.1 (LGPLv2.1)", "GNU LESSER GENERAL PUBLIC LICENSE Version 2.1"),
        ("LGPL-3.0-only OR GPL-2.0-only", "GNU LESSER GENERAL PUBLIC LICENSE Version 3"),
        ("MIT", ""),
    ],
)
def test_the_text_of_a_licence_that_a_package_leaves_out_is_that_of_the_system(said: str, begins: str) -> None:
    script = """
import sys; from licences import LicensedPackage, complete
print(complete(LicensedPackage(ecosystem="pypi", name="a", version="1", licence=sys.argv[1], text="")).text)
"""
    ran = subprocess.run(
        [sys.executable, "-c", script, said],
        env={**os.environ, "PYTHONPATH": str(PACKAGING)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert " ".join(ran.stdout.split())[: len(begins) or None] == begins


def test_make_builds_parts_that_there_are() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"packaging/build\.sh (\w+)", makefile))
    parts = set(re.findall(r"^build_(\w+)\(\)", (PACKAGING / "build.sh").read_text(encoding="utf-8"), re.MULTILINE))
    assert parts == {"wheel", "program", "window", "packages"}
    assert named == {"program", "packages"}


def test_the_entry_among_the_applications() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str
    entry.read(PACKAGING / "linux" / "studio.desktop", encoding="utf-8")
    main = entry["Desktop Entry"]
    assert (main["Exec"], main["Icon"], main["Terminal"]) == ("studio", "studio", "false")
    assert entry["Desktop Action browser"]["Exec"] == "studio --browser"
    assert {name for name in main if name.endswith("[fr]")} == {"GenericName[fr]", "Comment[fr]"}


def test_what_shops_show_is_of_this_version() -> None:
    component = ElementTree.parse(PACKAGING / "linux" / "studio.metainfo.xml").getroot()
    release = component.find("releases/release")
    assert release is not None
    assert release.get("version") == studio.__version__
    assert component.findtext("launchable") == "studio.desktop"


def test_the_application_of_macos() -> None:
    about = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    assert (about["CFBundleExecutable"], about["CFBundleShortVersionString"]) == ("studio", "@VERSION@")
    rights = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    assert set(rights) == {
        "com.apple.security.cs.allow-unsigned-executable-memory",
        "com.apple.security.cs.disable-library-validation",
    }


def test_the_installer_of_windows() -> None:
    recipe = (PACKAGING / "windows" / "studio.iss").read_text(encoding="utf-8")
    sections = re.findall(r"^\[(\w+)\]", recipe, re.MULTILINE)
    assert {"Setup", "Files", "Icons", "Run", "UninstallRun", "Code"} <= set(sections)
    used = set(re.findall(r"\{cm:(\w+)[,}]", recipe)) | set(re.findall(r"CustomMessage\('(\w+)'\)", recipe))
    theirs = {"CreateDesktopIcon", "LaunchProgram"}
    for language in ("english", "french"):
        assert used - theirs == set(re.findall(rf"^{language}\.(\w+)=", recipe, re.MULTILINE))
    assert "[UninstallDelete]" not in recipe
    # No entry of the path is taken for another one that begins like it.
    assert len(re.findall(r"Pos\(';' \+ Lowercase\(Folder\) \+ ';', ';' \+ Lowercase\(Path\) \+ ';'\)", recipe)) == 2


def test_sums_are_those_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "studio").write_text("a program")
    (tmp_path / "studio_0.deb").write_text("a package")
    (tmp_path / "studio-window").mkdir()
    (tmp_path / "studio-window" / "studio").write_text("a program that has a window")
    for _ in range(2):
        subprocess.run([PACKAGING / "sums.sh", tmp_path], check=True)
    assert [line.split()[1] for line in (tmp_path / "SHA256SUMS").read_text().splitlines()] == [
        "studio",
        "studio-window/SHA256SUMS",
        "studio_0.deb",
    ]
    assert (tmp_path / "studio-window" / "SHA256SUMS").read_text().endswith("  studio\n")
    (tmp_path / "studio").write_text("another")
    checked = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path, capture_output=True, check=False
    )
    assert (checked.returncode, b"studio: FAILED" in checked.stdout) == (1, True)


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="only Debian packs its packages")
def test_everybody_may_look_into_what_the_package_installs(tmp_path: Path) -> None:
    program = tmp_path / "studio"
    program.write_text("#!/bin/sh\necho Studio 0.1.0\n")
    program.chmod(0o755)
    made = subprocess.run(
        ["sh", PACKAGING / "deb.sh", program, tmp_path], capture_output=True, text=True, check=True
    ).stdout.strip()
    field = subprocess.run(["dpkg-deb", "--field", made, "Maintainer"], capture_output=True, text=True, check=True)
    project = tomllib.loads((PACKAGING.parent / "pyproject.toml").read_text())["project"]
    assert field.stdout.strip() == project["authors"][0]["name"]
    listed = subprocess.run(["dpkg-deb", "--contents", made], capture_output=True, text=True, check=True).stdout
    folders = [line.split() for line in listed.splitlines() if line.startswith("d")]
    assert (folders[0][-1], {mode for mode, *_ in folders}) == ("./", {"drwxr-xr-x"})
