"""`python3 smoke.py PROGRAM`: start a built program in an empty home and see that it serves, searches and chats."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

PATIENCE_SECONDS = 120


def fetch(address: str, token: str) -> bytes:
    """Return the body of a page that the server must answer with 200."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
        return answer.read()


def wait_for(file: Path) -> dict[str, str]:
    """Return what the server says of itself, once it does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            return json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            time.sleep(0.02)
    raise SystemExit("The server did not start.")


def main(program: str) -> None:
    """Try one program."""
    with tempfile.TemporaryDirectory() as home:
        kept = {"PATH": "/usr/bin:/bin", "HOME": home, "STUDIO_HOME": f"{home}/data", "LANG": "C.UTF-8"}
        (Path(home) / "notes.txt").write_text("needle\n", encoding="utf-8")

        def run(*arguments: str) -> str:
            ran = subprocess.run([program, *arguments], env=kept, cwd=home, capture_output=True, text=True, check=False)
            if ran.returncode:
                raise SystemExit(f"{arguments} failed:\n{ran.stdout}{ran.stderr}")
            return ran.stdout

        version = run("--version").strip()
        begun = time.monotonic()
        server = subprocess.Popen(
            [program, "serve", "--no-open", "--port", "7499"], env=kept, stdout=subprocess.DEVNULL
        )
        try:
            said = wait_for(Path(home) / "data" / "server.json")
            token = (Path(home) / "data" / "token").read_text(encoding="utf-8").strip()
            info = json.loads(fetch(f"{said['address']}/api/info", token))
            started = time.monotonic() - begun
            assert run("token").strip() == token
            assert b"<!doctype html>" in fetch(f"{said['address']}/", token).lower(), "The page is not inside."
            assert b"swagger" in fetch(f"{said['address']}/docs", token).lower(), "The API page is not inside."
            assert json.loads(fetch(f"{said['address']}/openapi.json", token))["openapi"] == "3.1.0"
            assert "notes.txt:1:needle" in run("chat", "/search needle"), "Searching does not work."
            added = subprocess.run(
                [program, "mcp", "add", "none", "--yes", "--", "sh", "-c", "echo nobody is here >&2; exit 7"],
                env=kept,
                cwd=home,
                capture_output=True,
                text=True,
                check=False,
            )
            assert "none ended with status 7: nobody is here" in added.stdout, added.stdout + added.stderr
            assert "attacks were held off, 0 carried out" in run("doctor", "--attack")
        finally:
            server.terminate()
            status = server.wait(PATIENCE_SECONDS)
        assert status == 0, f"It ended with status {status}."
        print(f"{os.path.basename(os.path.dirname(program))}/studio: {version}, {info['name']} after {started:.2f} s")


if __name__ == "__main__":
    main(str(Path(sys.argv[1]).absolute()))
