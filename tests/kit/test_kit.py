import asyncio
import fcntl
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from studio.client import NotRunning, find_server
from studio.kit.background import Background, attempt
from studio.kit.clock import Clock, moment, stamp
from studio.kit.containment import contain
from studio.kit.crypto import CannotUnseal, create_key, load_key, seal, unseal
from studio.kit.errors import BadRequest, InvalidInput, NotAllowed, NotFound
from studio.kit.events import Bus, CredentialRevoked, Dropped
from studio.kit.ids import Ids, uuid7
from studio.kit.models import Model, read
from studio.kit.paths import DataFolder, FolderInUse, FolderRefused, working_folder, write_private
from studio.kit.principals import NOBODY, Principal, Principals, digest
from studio.kit.settings import BadEnvironment, ProgramSettings, read_database_url, read_port
from tests.support.clock import START, FakeClock

pytestmark = pytest.mark.anyio


def test_a_timestamp_is_utc_with_milliseconds_and_reads_back() -> None:
    assert stamp(START) == "2026-11-22T12:00:00.000Z"
    assert moment(stamp(START)) == START
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", Clock().stamp())


async def test_sleeping_until_the_past_takes_no_time() -> None:
    await asyncio.wait_for(Clock().sleep_until("2020-01-01T00:00:00.000Z"), 30)
    await asyncio.wait_for(Clock().sleep_until(Clock().stamp(after_seconds=0.01)), 30)


def test_ids_ascend_and_have_the_shape_of_the_standard() -> None:
    made = [uuid7() for _ in range(5000)]
    assert made == sorted(set(made))
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one) for one in made
    )
    assert re.fullmatch(r"msg_[0-9a-f]{32}", Ids().create("msg"))


class Note(Model):
    text: str
    stars: int = 0


@pytest.mark.parametrize(
    ("raw", "error", "sentence"),
    [
        (b"{", BadRequest, "The body is not valid JSON: EOF while parsing"),
        (b'"\xff"', BadRequest, "The body is not valid JSON"),
        (b"{}", InvalidInput, "'text' is not valid: field required."),
        (b'{"text": 1, "stars": "x"}', InvalidInput, "'text' is not valid: input should be a valid string. 1 more"),
        (b"[]", InvalidInput, "The request is not valid: input should be an object"),
    ],
)
def test_outside_data_that_does_not_fit_is_told_in_a_sentence(raw: bytes, error: type, sentence: str) -> None:
    with pytest.raises(error) as raised:
        read(Note.model_validate_json, raw)
    assert raised.value.message.startswith(sentence)


async def test_a_listener_that_falls_behind_is_told_and_dropped() -> None:
    bus = Bus()
    with bus.listen(CredentialRevoked, size=3) as queue:
        for number in range(10):
            bus.publish(CredentialRevoked(str(number)))
        heard = [queue.get_nowait() for _ in range(queue.qsize())]
    assert heard == [*(CredentialRevoked(str(n)) for n in range(3)), Dropped()]
    bus.publish(CredentialRevoked("nobody listens"))


def test_a_revoked_credential_counts_no_longer_and_that_is_told() -> None:
    bus = Bus()
    principals = Principals(bus)
    principals.admit(digest("secret"), "owner", "owner")
    assert principals.find("secret") == Principal("owner", "owner", digest("secret"))
    assert principals.find("Secret") == principals.find("") == NOBODY
    with bus.listen(CredentialRevoked) as told:
        principals.revoke(digest("secret"))
        principals.revoke(digest("secret"))
    assert (told.get_nowait(), told.empty()) == (CredentialRevoked(digest("secret")), True)
    assert principals.find("secret") == NOBODY


def test_what_is_sealed_opens_with_its_key_and_in_its_place_only(tmp_path: Path) -> None:
    key = create_key(tmp_path / "master.key")
    assert (tmp_path / "master.key").stat().st_mode & 0o777 == 0o600
    sealed = seal(key, b"canary", context="provider:a")
    assert b"canary" not in sealed
    assert unseal(load_key(tmp_path / "master.key"), sealed, context="provider:a") == b"canary"
    for key_, bytes_, context in [
        (key, sealed, "provider:b"),
        (os.urandom(32), sealed, "provider:a"),
        (key, sealed[:-1] + bytes([sealed[-1] ^ 1]), "provider:a"),
        (key, b"", "provider:a"),
    ]:
        with pytest.raises(CannotUnseal):
            unseal(key_, bytes_, context=context)


def test_a_missing_or_damaged_key_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotUnseal, match="cannot be read"):
        load_key(tmp_path / "none")
    (tmp_path / "short").write_bytes(b"x")
    with pytest.raises(CannotUnseal, match="damaged: it holds 1 bytes"):
        create_key(tmp_path / "short")


@pytest.mark.parametrize(
    "path", ["a.txt", "./a.txt", "sub/../a.txt", "sub/deep.txt", ".", "inner", "new/file.txt", "%2e%2e/x"]
)
def test_paths_inside_are_inside(folder: Path, path: str) -> None:
    (folder / "inner").symlink_to(folder / "src")
    assert contain(folder, path).is_relative_to(folder)


@pytest.mark.parametrize(
    "path",
    ["..", "../x", "/etc/passwd", "src/../../x", "~/x", "~root/x", "link", "link/x", "src/up/../../x", "a\0b"],
)
def test_paths_that_lead_out_are_refused(folder: Path, path: str) -> None:
    (folder / "link").symlink_to("/etc")
    (folder / "src" / "up").symlink_to(folder.parent)
    with pytest.raises(NotAllowed):
        contain(folder, path)


def test_a_folder_that_only_begins_alike_is_outside(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "workshop").mkdir()
    with pytest.raises(NotAllowed, match="lies outside"):
        contain(tmp_path / "work", "../workshop/x")


@pytest.mark.parametrize("path", ["relative", "/nowhere/at/all", "~nobody-is-called-so/x", "/etc/passwd", "a\0b"])
def test_a_working_folder_must_exist(path: str) -> None:
    with pytest.raises(InvalidInput, match="must be a folder that exists"):
        working_folder(path)


def test_a_private_file_is_private_and_whole(tmp_path: Path) -> None:
    write_private(tmp_path / "token", b"one")
    write_private(tmp_path / "token", b"two")
    assert (tmp_path / "token").read_bytes() == b"two"
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["token"]
    with pytest.raises(FileExistsError):
        write_private(tmp_path / "token", b"three", replace=False)


def test_a_data_folder_belongs_to_one_process(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path / "data")
    assert folder.path.stat().st_mode & 0o777 == 0o700
    program = (
        "import pathlib, sys\nfrom studio.kit.paths import DataFolder\n"
        f"with DataFolder.create(pathlib.Path({str(folder.path)!r})).hold(): print('held')"
    )

    def second() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    with folder.hold():
        with pytest.raises(FolderInUse), folder.hold():
            pass
        assert f"Another Studio is using '{folder.path}'" in second().stderr
    assert second().stdout == "held\n"


def test_who_only_looks_keeps_no_studio_out_and_is_taken_for_none(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path / "data")
    assert not folder.is_held()
    looking = os.open(folder.path / "lock", os.O_RDWR)
    fcntl.flock(looking, fcntl.LOCK_SH)
    assert not folder.is_held()
    threading.Timer(0.02, os.close, [looking]).start()
    with folder.hold(patience_seconds=30):
        assert folder.is_held()


async def test_who_has_the_folder_is_not_sought_where_one_was_that_was_killed(tmp_path: Path) -> None:
    folder = DataFolder.create(tmp_path / "data")
    folder.server.write_text('{"address": "http://127.0.0.1:7420"}')
    # As `studio backup restore` has it, which listens nowhere.
    with folder.hold(), pytest.raises(NotRunning):
        await find_server(folder, patience_seconds=0.1)


def test_a_data_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderRefused, match="cannot be used"):
        DataFolder.create(tmp_path / "file" / "data")


def test_the_environment_is_read_once_and_nonsense_is_refused() -> None:
    settings = ProgramSettings.from_environment({"STUDIO_HOME": "/tmp/x", "STUDIO_PORT": "7000"})
    assert settings == ProgramSettings(Path("/tmp/x"), None, 7000)
    for bad in ({"STUDIO_TOKEN": ""}, {"STUDIO_TOKEN": "short"}, {"STUDIO_PORT": "0"}, {"STUDIO_PORT": "x"}):
        with pytest.raises(BadEnvironment):
            ProgramSettings.from_environment({"STUDIO_HOME": "/tmp/x", **bad})
    for bad in (
        "mysql://x/y",
        "studio",
        "postgresql://u:canary@h:x/y",
        "postgresql://[u:canary@h/y",
        "postgres://h:0/y",
        "postgresql://u:x@canary@h/y",
        "postgresql://u:12/canary@h/y",
        "postgresql://u:12#x/canary@h/y",
        "http://postgresql://u:canary@h/y",
    ):
        with pytest.raises(BadEnvironment, match="STUDIO_DATABASE_URL is no address") as refused:
            ProgramSettings.from_environment({"STUDIO_HOME": "/tmp/x", "STUDIO_DATABASE_URL": bad})
        assert "canary" not in str(refused.value)
    kept = ProgramSettings.from_environment({"STUDIO_HOME": "/tmp/x", "STUDIO_DATABASE_URL": "postgres://u:canary@h/y"})
    assert kept.database_url == "postgresql://u:canary@h/y"
    for good in ("postgresql://u:a%40b%2Fc@h:1/y?host=/tmp/a@b", "postgresql://h/y", "postgresql:///y?user=a@b"):
        assert read_database_url(good) == good
    assert "canary" not in repr(kept)
    assert read_port(None) is None
    for port in ("65536", "-1", "7e3", "٧٤٢٠"):
        with pytest.raises(BadEnvironment):
            read_port(port)


async def test_background_tasks_end_with_the_program_and_failures_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    background, ended = Background(), list[str]()

    async def wait_for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")

    async def fail() -> None:
        raise ValueError("on purpose")

    background.start(wait_for_ever(), name="waiter")
    await asyncio.wait({background.start(fail(), name="failer")})
    await asyncio.sleep(0)
    await background.close()
    assert ended == ["ended"]
    assert "Background task failer failed" in caplog.text


async def test_the_fake_clock_wakes_sleepers_when_their_time_comes() -> None:
    clock = FakeClock()
    sleeper = asyncio.create_task(clock.sleep_until(clock.stamp(after_seconds=60)))
    await asyncio.sleep(0)
    clock.advance(seconds=59)
    await asyncio.sleep(0)
    assert not sleeper.done()
    clock.advance(seconds=1)
    await asyncio.wait_for(sleeper, 30)


async def test_what_comes_due_during_the_work_of_a_turn_is_not_left_for_the_turn_after_the_next() -> None:
    clock = FakeClock()
    began = list[str]()

    async def work() -> None:
        async for _ in clock.every(300):
            began.append(clock.stamp()[11:19])
            if len(began) == 3:
                return
            clock.advance(seconds=601)

    await asyncio.wait_for(work(), 30)
    assert began == ["12:00:00", "12:10:01", "12:20:02"]


async def test_a_step_that_fails_is_logged_and_the_next_one_is_made(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(error: Exception) -> None:
        raise error

    await attempt(fail(NotFound("It is gone.")), what="The first")
    await attempt(fail(ValueError("of a bug")), what="The second")
    assert [record.getMessage() for record in caplog.records] == ["The first failed: It is gone.", "The second failed"]
    assert "of a bug" in caplog.text
