"""Saved connections as the workbench document spells them, and the page's own rows. All are the owner's."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from studio.features.ssh.models import (
    LARGEST_FILE,
    Forward,
    HostKey,
    Port,
    RemoteFileDraft,
    RemoteFolder,
    RemotePlace,
)
from studio.features.ssh.service import Ssh
from studio.kit.models import Model
from studio.wire.dialects.flat import Flat
from studio.wire.table import MEGABYTE, Table, delete, get, post


class Hosts(Model):
    """The keys that hosts may show."""

    hosts: list[HostKey]


class Forwards(Model):
    """The ports that are open."""

    forwards: list[Forward]


async def delete_connection(ssh: Ssh, name: str) -> dict[str, bool]:
    """Forget a saved connection and its secrets."""
    await ssh.delete_connection(name)
    return {"ok": True}


async def list_hosts(ssh: Ssh) -> Hosts:
    """List the hosts that are trusted, and for which key."""
    return Hosts(hosts=await ssh.list_hosts())


async def forget_host(ssh: Ssh, host: str, port: Port) -> dict[str, bool]:
    """Trust a host no longer."""
    await ssh.forget_host(host, port)
    return {"ok": True}


async def list_forwards(ssh: Ssh) -> Forwards:
    """List the ports of this machine that lead to others."""
    return Forwards(forwards=await ssh.list_forwards())


async def close_forward(ssh: Ssh, forward_id: str) -> dict[str, bool]:
    """Close a port."""
    await ssh.close_forward(forward_id)
    return {"ok": True}


async def list_folder(ssh: Ssh, name: str, query: RemotePlace) -> RemoteFolder:
    """List a folder of another machine; without `path`, the home folder there."""
    return await ssh.list_folder(name, query.path)


async def read_file(ssh: Ssh, name: str, query: RemotePlace) -> Response:
    """Download a file of another machine, 32 MiB at most."""
    file = await ssh.read_file(name, query.path)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "Cache-Control": "no-store",
    }
    return Response(file.content, media_type="application/octet-stream", headers=headers)


async def write_file(ssh: Ssh, name: str, body: RemoteFileDraft) -> dict[str, bool]:
    """Put a file on another machine: its content as Base64, 32 MiB at most."""
    await ssh.write_file(name, body)
    return {"ok": True}


UPLOAD_LIMIT = LARGEST_FILE * 4 // 3 + MEGABYTE

ROWS = [
    post("/terminal/sessions", Ssh.save_connection),
    delete("/terminal/sessions/{name}", delete_connection, problems=[404, 409]),
]

OWN_ROWS = [
    get("/ssh/hosts", list_hosts),
    post("/ssh/hosts", Ssh.trust_host, problems=[409]),
    delete("/ssh/hosts/{host}/{port}", forget_host, problems=[404]),
    get("/ssh/forwards", list_forwards),
    post("/ssh/forwards", Ssh.open_forward, problems=[404, 409, 502]),
    delete("/ssh/forwards/{forward_id}", close_forward, problems=[404]),
    get("/ssh/connections/{name}/folder", list_folder, problems=[404, 409, 502]),
    get(
        "/ssh/connections/{name}/file",
        read_file,
        produces=("application/octet-stream",),
        problems=[404, 409, 413, 502],
    ),
    post("/ssh/connections/{name}/file", write_file, body_limit=UPLOAD_LIMIT, problems=[404, 409, 502]),
]

TABLES = [
    Table("/api", Flat(), ROWS, "workbench"),
    Table("/api/studio", Flat(), OWN_ROWS),
]
"""Who may call what: the owner, everything."""
