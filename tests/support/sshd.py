"""A real sshd of Debian, on loopback, with its own configuration, keys and folder; and an agent."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.program import PATIENCE_SECONDS, free_port

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")

PASSPHRASE = "open sesame"


@dataclass
class Sshd:
    """A running sshd: what to sign in with, and what it shows of itself."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.folder / "host")

    @property
    def plain_key(self) -> Path:
        return self.folder / "plain"

    @property
    def locked_key(self) -> Path:
        """A key that PASSPHRASE opens."""
        return self.folder / "locked"

    def connection(self, name: str = "box", **more: object) -> dict[str, object]:
        """What is saved of it."""
        return {"name": name, "host": "127.0.0.1", "port": self.port, "user": getpass.getuser(), **more}

    def host_key(self) -> dict[str, object]:
        return {"host": "127.0.0.1", "port": self.port, "key_type": "ssh-ed25519", "fingerprint": self.fingerprint}

    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def sessions(self) -> list[int]:
        """Return the processes that serve those who are connected."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return [int(child) for child in children]


def make_key(path: Path, passphrase: str = "") -> None:
    path.unlink(missing_ok=True)
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", path.name, "-f", str(path)]
    subprocess.run(command, check=True)


def fingerprint_of(key: Path) -> str:
    said = subprocess.run(["ssh-keygen", "-l", "-f", f"{key}.pub"], check=True, capture_output=True, text=True).stdout
    return said.split()[1]


@contextmanager
def sshd(folder: Path, port: int = 0) -> Iterator[Sshd]:
    """Run an sshd for whoever runs the tests, until the block is left."""
    assert SSHD, "sshd is not installed"
    folder.mkdir(parents=True, exist_ok=True)
    for name, passphrase in (("host", ""), ("plain", ""), ("locked", PASSPHRASE)):
        if not (folder / name).exists():
            make_key(folder / name, passphrase)
    public = [(folder / f"{name}.pub").read_text(encoding="utf-8") for name in ("plain", "locked")]
    (folder / "authorized").write_text("".join(public), encoding="utf-8")
    port = port or free_port()
    (folder / "config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\n"
        f"PidFile {folder}/pid\nUsePAM no\nStrictModes no\nPermitRootLogin yes\nPasswordAuthentication yes\n"
        "AllowTcpForwarding yes\nMaxStartups 100\nPrintMotd no\nPrintLastLog no\nSubsystem sftp internal-sftp\n",
        encoding="utf-8",
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    process = subprocess.Popen([SSHD, "-D", "-f", str(folder / "config"), "-E", str(folder / "log")])
    try:
        wait_until_it_listens(process, folder, port)
        yield Sshd(process, folder, port)
    finally:
        process.terminate()
        process.wait()


def wait_until_it_listens(process: subprocess.Popen[bytes], folder: Path, port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError((folder / "log").read_text(encoding="utf-8"))


@contextmanager
def agent(folder: Path, key: Path) -> Iterator[str]:
    """Run an ssh-agent that holds a key; yield where it listens."""
    path = folder / "agent"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", str(path)], stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        subprocess.run(["ssh-add", "-q", str(key)], env=os.environ | {"SSH_AUTH_SOCK": str(path)}, check=True)
        yield str(path)
    finally:
        process.terminate()
        process.wait()
