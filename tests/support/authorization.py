"""An authorization server (OAuth 2.1: PKCE, resource indicators, `iss`) and a server that believes it, on loopback."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route


class Authorizer:
    """Signs everybody in who asks. `seconds` is how long an access token counts."""

    def __init__(self, *, seconds: int = 3600) -> None:
        self.address = ""
        self.seconds = seconds
        self.clients: dict[str, list[str]] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens = set[str]()
        self.refresh_tokens: dict[str, str] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.app = Starlette(
            routes=[
                Route("/.well-known/oauth-authorization-server", self.describe),
                Route("/register", self.register, methods=["POST"]),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
            ]
        )

    async def describe(self, request: Request) -> Response:
        del request
        return JSONResponse(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "registration_endpoint": f"{self.address}/register",
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code", "refresh_token"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def register(self, request: Request) -> Response:
        body = await request.json()
        client_id = secrets.token_hex(8)
        self.clients[client_id] = body["redirect_uris"]
        return JSONResponse(body | {"client_id": client_id}, status_code=201)

    async def authorize(self, request: Request) -> Response:
        query = dict(request.query_params)
        assert query["redirect_uri"] in self.clients[query["client_id"]]
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_hex(8)
        self.codes[code] = query
        answer = {"code": code, "state": query["state"], "iss": self.address}
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(answer)}", status_code=302)

    async def token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        self.requests.append(("token", form))
        if form["grant_type"] == "refresh_token":
            is_known = self.refresh_tokens.pop(form["refresh_token"], None) == form["client_id"]
            return self.issue(form["client_id"]) if is_known else self.refuse()
        asked = self.codes.pop(form["code"], None)
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        )
        same = ("client_id", "redirect_uri", "resource")
        if not asked or asked["code_challenge"] != challenge or any(asked[name] != form[name] for name in same):
            return self.refuse()
        return self.issue(form["client_id"])

    def refuse(self) -> Response:
        return JSONResponse({"error": "invalid_grant"}, status_code=400)

    def issue(self, client_id: str) -> Response:
        access, refresh = secrets.token_hex(16), secrets.token_hex(16)
        self.tokens = {access}
        self.refresh_tokens[refresh] = client_id
        return JSONResponse(
            {"access_token": access, "token_type": "Bearer", "expires_in": self.seconds, "refresh_token": refresh},
            headers={"Cache-Control": "no-store"},
        )


class Guarded:
    """A server of the Model Context Protocol with one tool, for those whom its authorizer signed in."""

    def __init__(self, authorizer: Authorizer) -> None:
        self.address = ""
        self.authorizer = authorizer
        self.app = Starlette(
            routes=[
                Route("/.well-known/oauth-protected-resource/mcp", self.describe),
                Route("/mcp", self.answer, methods=["POST"]),
            ]
        )

    async def describe(self, request: Request) -> Response:
        del request
        return JSONResponse({"resource": f"{self.address}/mcp", "authorization_servers": [self.authorizer.address]})

    async def answer(self, request: Request) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.authorizer.tokens:
            metadata = f"{self.address}/.well-known/oauth-protected-resource/mcp"
            challenge = f'Bearer resource_metadata="{metadata}"'
            return JSONResponse({}, status_code=401, headers={"WWW-Authenticate": challenge})
        message = await request.json()
        if "id" not in message:
            return Response(status_code=202)
        return JSONResponse({"jsonrpc": "2.0", "id": message["id"]} | self.reply(message["method"]))

    def reply(self, method: str) -> dict[str, Any]:
        info = {"name": "guarded", "version": "1"}
        match method:
            case "initialize":
                capabilities = {"tools": {}}
                return {"result": {"protocolVersion": "2025-11-25", "capabilities": capabilities, "serverInfo": info}}
            case "tools/list":
                return {"result": {"tools": [{"name": "whoami", "inputSchema": {"type": "object"}}]}}
            case "tools/call":
                return {"result": {"content": [{"type": "text", "text": "somebody"}]}}
            case _:
                return {"error": {"code": -32601, "message": "not here"}}


@asynccontextmanager
async def serving(*servers: Authorizer | Guarded) -> AsyncIterator[None]:
    """Serve each on a port of its own, as long as the block lasts."""
    running = list[tuple[uvicorn.Server, asyncio.Task[None]]]()
    for server in servers:
        listener = socket.create_server(("127.0.0.1", 0))
        server.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        one = uvicorn.Server(uvicorn.Config(server.app, log_level="critical", lifespan="off"))
        running.append((one, asyncio.create_task(one._serve(sockets=[listener]))))
    try:
        yield
    finally:
        for one, task in running:
            one.should_exit = True
            await task
