"""Random requests to every endpoint that the API describes: no answer is a server error, and each is as described."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.prove.count import count
from tests.provider import FixtureProvider
from tests.support.program import program

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(3600)]

EXAMPLES = count(2)
PHASES = "coverage,fuzzing" if os.environ.get("N") else "fuzzing"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


async def test_no_request_makes_a_server_error(tmp_path: Path, provider: FixtureProvider) -> None:
    with program(tmp_path / "home") as server:
        async with server.client() as owner:
            body = {"name": "fixture", "base_url": provider.base_url, "model": "fixture-small"}
            await owner.put("/api/config/provider", json=body)
        arguments = ["run", f"{server.address}/openapi.json", "-H", f"Authorization: Bearer {server.token}"]
        phases = ["--phases", PHASES, "--max-examples", str(EXAMPLES), "--checks", CHECKS]
        fuzzer = await asyncio.create_subprocess_exec(
            Path(sys.executable).with_name("schemathesis"),
            *(*arguments, *phases, "--continue-on-failure", "--request-timeout", "120"),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await fuzzer.communicate()
        log = (tmp_path / "home" / "data" / "logs" / "studio.log").read_text(encoding="utf-8")
    summary = said.decode()[said.decode().find("Test cases:") :]
    print(f"\n{summary}")
    assert fuzzer.returncode == 0, said.decode()
    assert "Unhandled error" not in log
