"""`studio service`, with a system that notes what it is told; and what systemd, launchd and Windows are told."""

from __future__ import annotations

import configparser
import plistlib
import resource
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from studio.cli import main
from studio.commands import service as command
from studio.kit.paths import DataFolder
from studio.kit.settings import ProgramSettings
from studio.service import launchd, systemd, task_scheduler
from studio.service.choice import registration_of
from studio.service.registration import Launch, NoService, launch_of
from tests.support.program import run_cli

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[1]

HARD = Launch(
    ("/opt/a b/studio", 'say "50%"', "$HOME", "back\\slash", "serve"),
    {"PATH": "/usr/bin:/bin", "STUDIO_HOME": "/home/é a/50%/$x"},
    Path("/home/é a/50%/$x"),
)
"""Words that every format has to quote."""


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose `systemctl` writes down what it is told."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "systemctl"
    program.write_text(
        f'#!/bin/sh\necho "$*" >> "{tmp_path}/told"\n[ "$2" != is-active ] || echo active\nexit "${{LC_STATUS:-0}}"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "data"))
    return tmp_path


def told(home: Path) -> list[str]:
    """Return what the system was told since somebody looked."""
    file = home / "told"
    lines = file.read_text().splitlines() if file.exists() else []
    file.unlink(missing_ok=True)
    return lines


def unit_of(home: Path) -> Path:
    return home / "config" / "systemd" / "user" / "studio.service"


BEGIN = ["--user daemon-reload", "--user enable studio.service", "--user start studio.service"]


def test_a_service_is_installed_again_and_removed(
    system: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["service", "install", "--yes"]) == 0
    assert (told(system), capsys.readouterr().err) == (BEGIN, "")
    first = unit_of(system).read_text()
    assert f"STUDIO_HOME={system}/data" in first

    assert main(["service"]) == 0
    out = capsys.readouterr().out
    assert told(system) == ["--user is-active studio.service"]
    assert ("Studio does not run." in out, "not what would be written" in out) == (True, False)

    assert main(["service", "install", "--yes"]) == 0
    assert (unit_of(system).read_text(), told(system)) == (first, BEGIN)
    monkeypatch.setenv("STUDIO_PORT", "7999")
    assert main(["service"]) == 0
    assert "brings it up to date" in capsys.readouterr().out
    told(system)

    (system / "data" / "studio.db").write_text("kept")
    assert main(["service", "remove", "--yes"]) == 0
    assert told(system) == ["--user disable --now studio.service", "--user daemon-reload"]
    assert f"What it keeps stays in {system}/data." in capsys.readouterr().out
    assert (unit_of(system).exists(), (system / "data" / "studio.db").read_text()) == (False, "kept")

    assert main(["service", "remove", "--yes"]) == 0
    assert main(["service", "status"]) == 1
    assert (told(system), capsys.readouterr().err) == ([], "")


def test_what_a_service_will_not_know_is_told(
    system: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STUDIO_DATABASE_URL", "postgresql://me:hush@db.example/studio")
    assert main(["service", "install", "--yes"]) == 0
    out = capsys.readouterr().out
    assert ("STUDIO_DATABASE_URL may be secret and is not written down" in out, "STUDIO_TOKEN" in out) == (True, False)
    assert ("hush" in out, "hush" in unit_of(system).read_text()) == (False, False)


def test_nothing_is_done_unasked(system: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["service", "install", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert [line in out for line in ("KillMode=process", *(f"systemctl {line}" for line in BEGIN))] == [True] * 4
    # Nobody is there who could be asked.
    assert main(["service", "install"]) == 1
    assert (unit_of(system).exists(), told(system)) == (False, [])

    main(["service", "install", "--yes"])
    told(system)
    capsys.readouterr()
    assert main(["service", "remove", "--dry-run"]) == 0
    assert f"rm {unit_of(system)}" in capsys.readouterr().out
    assert main(["service", "remove"]) == 1
    assert (unit_of(system).exists(), told(system)) == (True, [])


def test_what_the_system_refuses_is_told(
    system: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_STATUS", "5")
    assert main(["service", "install", "--yes"]) == 1
    assert told(system) == ["--user daemon-reload"]
    assert "studio: `systemctl --user daemon-reload` failed" in capsys.readouterr().err


@pytest.mark.parametrize("is_known", [True, False])
def test_what_the_system_does_not_let_go_can_be_removed_another_time(
    system: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], is_known: bool
) -> None:
    main(["service", "install", "--yes"])
    capsys.readouterr()
    refusing = f'#!/bin/sh\n[ "$2" = disable ] && exit 1\n[ "$2" != is-active ] || exit {0 if is_known else 3}\n'
    (system / "bin" / "systemctl").write_text(refusing)
    assert main(["service", "remove", "--yes"]) == int(is_known)
    assert unit_of(system).exists() == is_known
    assert ("still has Studio" in capsys.readouterr().err) == is_known


def test_a_file_of_a_service_is_written_whole_or_not_at_all(
    system: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["service", "install", "--yes"]) == 0
    before = unit_of(system).read_bytes()
    monkeypatch.setenv("STUDIO_PORT", "7999")
    # It is this process's.
    monkeypatch.setattr("studio.commands._leave_output", lambda: None)
    full = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, full[1]))
    try:
        assert main(["service", "install", "--yes"]) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, full)
    assert unit_of(system).read_bytes() == before
    assert list(unit_of(system).parent.iterdir()) == [unit_of(system)]


def test_a_studio_that_runs_is_left_alone(system: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with DataFolder.create(system / "data").hold():
        assert main(["service", "install", "--yes"]) == 0
        assert told(system) == BEGIN[:2]
        assert main(["service", "status"]) == 0
    out = capsys.readouterr().out
    assert ("holds from its next start on" in out, "Studio runs." in out) == (True, True)


async def test_where_nothing_starts_services_nothing_is_done(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    status, out, err = await run_cli(tmp_path, "service", "install", "--yes", PATH=str(tmp_path / "empty"))
    assert (status, out) == (1, "")
    assert "There is no `systemctl` here, so nothing was done." in err


def test_a_program_that_takes_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("systemctl", 60)

    monkeypatch.setattr(subprocess, "run", late)
    assert command._run(["systemctl"]).returncode == 1


def test_what_a_service_is_told_of_its_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = ProgramSettings(tmp_path, "a-token-that-nobody-guesses", 7999)
    launch = launch_of(settings, {"STUDIO_HOME": str(tmp_path), "STUDIO_TOKEN": "a-token-that-nobody-guesses"})
    assert launch.command[-2:] == ("serve", "--no-open")
    assert {**launch.environment, "PATH": ""} == {"PATH": "", "STUDIO_HOME": str(tmp_path), "STUDIO_PORT": "7999"}
    monkeypatch.setenv("PATH", f"/usr/bin:{tmp_path}:/usr/bin:{tmp_path / 'gone'}")
    assert launch_of(ProgramSettings(tmp_path), {}).environment == {"PATH": f"/usr/bin:{tmp_path}"}
    # systemd's own surroundings may know nothing of it.
    assert "STUDIO_HOME" in launch_of(ProgramSettings(tmp_path), {"XDG_DATA_HOME": "/elsewhere"}).environment
    with pytest.raises(NoService):
        launch_of(ProgramSettings(tmp_path / "a\nExecStartPre=b"), {"STUDIO_HOME": "x"})


def test_each_system_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("systemctl", "launchctl", "schtasks"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = {name: registration_of(HARD, name).system for name in ("linux", "darwin", "win32")}
    assert found == {"linux": "systemd", "darwin": "launchd", "win32": "Task Scheduler"}


def test_the_unit_says_what_keeps_terminals_alive() -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str
    unit.read_string(systemd.unit(["/usr/bin/studio", "serve", "--no-open"], {}))
    assert dict(unit["Service"]) == {
        "Type": "exec",
        "ExecStart": "/usr/bin/studio serve --no-open",
        "Restart": "on-failure",
        "RestartSec": "5",
        "KillMode": "process",
        "OOMPolicy": "continue",
        "TimeoutStopSec": "30",
        "StandardOutput": "null",
    }
    assert unit["Install"]["WantedBy"] == "default.target"


def test_the_unit_of_the_package_is_the_same() -> None:
    shipped = (ROOT / "packaging" / "linux" / "studio.service").read_text()
    assert shipped == systemd.unit(["/usr/bin/studio", "serve", "--no-open"], {})


def test_the_unit_quotes_what_systemd_would_read() -> None:
    text = systemd.unit(HARD.command, HARD.environment)
    assert 'ExecStart="/opt/a b/studio" "say \\"50%%\\"" $$HOME "back\\\\slash" serve\n' in text
    assert 'Environment="STUDIO_HOME=/home/é a/50%%/$x"\n' in text


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd reads units here only where it is")
def test_systemd_reads_the_unit(tmp_path: Path) -> None:
    program = tmp_path / "a b%c$d" / "studio"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    (tmp_path / "studio.service").write_text(systemd.unit([str(program), *HARD.command[1:]], HARD.environment))
    read = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(tmp_path / "studio.service")],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (read.returncode, [line for line in read.stderr.splitlines() if "studio.service" in line]) == (0, [])


def test_the_property_list_says_the_same() -> None:
    assert plistlib.loads(launchd.agent(HARD)) == {
        "Label": "studio.server",
        "ProgramArguments": list(HARD.command),
        "EnvironmentVariables": dict(HARD.environment),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "AbandonProcessGroup": True,
        "ProcessType": "Interactive",
        "ThrottleInterval": 10,
    }


def test_the_task_says_the_same() -> None:
    written = task_scheduler.task(HARD, "DESK\\é")
    assert written.startswith((b"\xff\xfe", b"\xfe\xff"))
    root = ElementTree.fromstring(written)
    spaces = {"t": task_scheduler.NAMESPACE}
    wanted = {
        "t:Triggers/t:LogonTrigger/t:UserId": "DESK\\é",
        "t:Principals/t:Principal/t:RunLevel": "LeastPrivilege",
        "t:Settings/t:ExecutionTimeLimit": "PT0S",
        "t:Settings/t:MultipleInstancesPolicy": "IgnoreNew",
        "t:Actions/t:Exec/t:Command": "conhost.exe",
        "t:Actions/t:Exec/t:Arguments": '--headless "/opt/a b/studio" "say \\"50%\\"" $HOME back\\slash serve',
    }
    assert {path: root.findtext(path, namespaces=spaces) for path in wanted} == wanted
    order = [child.tag.rpartition("}")[2] for child in root]
    assert order == ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"]


def test_windows_is_told_what_a_task_cannot_know() -> None:
    notes = task_scheduler.register(HARD, "somebody").notes
    assert any("STUDIO_HOME" in note for note in notes)
