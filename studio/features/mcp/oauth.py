"""Signing in to servers at an address: the flow is the SDK's, and what it keeps is bound to who issued it.

The SDK keeps tokens and the registration of a client. After a restart it knows neither when a token ends nor who
issued it: it would send the refresh token to the server itself. So the issuer's metadata is kept with them, and what
has no issuer, or another one, is forgotten. (CVE-2026-115563)
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from urllib.parse import urlsplit

import httpx2
from mcp.client.auth import OAuthClientProvider
from mcp.client.auth.utils import extract_field_from_www_auth, issuers_match
from mcp.shared.auth import (
    AuthorizationCodeResult,
    OAuthClientInformationFull,
    OAuthClientMetadata,
    OAuthMetadata,
    OAuthToken,
)
from mcp.shared.inbound import MCP_PROTOCOL_VERSION_HEADER
from pydantic import AnyUrl, BaseModel, ValidationError

from studio.features.credentials.service import Secrets
from studio.features.mcp.callback import Callback
from studio.features.mcp.errors import ServerRefused, SignInNeeded


class Kept(BaseModel):
    """What is kept of a sign-in: for which address, by whom, and until when. `expires_at` counts seconds from 1970."""

    url: str
    redirect_uri: str
    client: OAuthClientInformationFull | None = None
    metadata: OAuthMetadata | None = None
    tokens: OAuthToken | None = None
    expires_at: float | None = None


class Bound(OAuthClientProvider):
    """Signs requests to one address. What it knows is kept as a secret, and counts for who issued it alone."""

    def __init__(self, url: str, secrets: Secrets, name: str, *, redirect_uri: str) -> None:
        self._secrets = secrets
        self._name = name
        self._url = url
        self._redirect_uri = redirect_uri
        metadata = OAuthClientMetadata(
            client_name="Studio",
            redirect_uris=[AnyUrl(redirect_uri)],
            grant_types=["authorization_code", "refresh_token"],
            response_types=["code"],
            token_endpoint_auth_method="none",  # noqa: S106 -- it is the name of a method
        )
        super().__init__(url, metadata, self, self._redirect, self._wait)

    async def get_tokens(self) -> OAuthToken | None:
        """Return the tokens that are kept."""
        return (await self._read()).tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        """Keep tokens, with who issued them."""
        now = {"tokens": tokens, "expires_at": self.context.token_expiry_time}
        now |= {"metadata": self.context.oauth_metadata, "client": self.context.client_info}
        await self._write((await self._read()).model_copy(update=now))

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        """Return how this client is registered."""
        return (await self._read()).client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        """Keep how this client is registered."""
        await self._write((await self._read()).model_copy(update={"client": client_info}))

    async def _initialize(self) -> None:
        kept = await self._read()
        await super()._initialize()
        self.context.oauth_metadata, self.context.token_expiry_time = kept.metadata, kept.expires_at
        if kept.metadata:
            self.context.auth_server_url = str(kept.metadata.issuer)

    async def _redirect(self, address: str) -> None:
        raise NotImplementedError

    async def _wait(self) -> AuthorizationCodeResult:
        raise NotImplementedError

    def _fits(self, kept: Kept) -> bool:
        """Return whether what is kept is for this address, and known to be of one issuer."""
        issuer = kept.client.issuer if kept.client else None
        is_whole = kept.metadata is None or (issuer is not None and issuers_match(issuer, str(kept.metadata.issuer)))
        return kept.url == self._url and issuer is not None and is_whole

    async def _read(self) -> Kept:
        kept = await read_kept(self._secrets, self._name)
        return kept if kept and self._fits(kept) else Kept(url=self._url, redirect_uri=self._redirect_uri)

    async def _write(self, kept: Kept) -> None:
        await self._secrets.put(self._name, kept.model_dump_json(exclude_none=True))


class Signer(Bound):
    """Signs requests with what an earlier sign-in gave, and renews that. It asks nobody."""

    def __init__(self, url: str, secrets: Secrets, name: str) -> None:
        super().__init__(url, secrets, name, redirect_uri="http://127.0.0.1/callback")
        self.is_needed = False
        """Whether a person has to sign in."""

    async def _auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        async with self.context.lock:
            if not self._initialized:
                await self._initialize()
            self.context.protocol_version = request.headers.get(MCP_PROTOCOL_VERSION_HEADER)
            if not self.context.is_token_valid() and self.context.can_refresh_token():
                await self._handle_refresh_response((yield await self._refresh_token()))
            if self.context.is_token_valid():
                self._add_auth_header(request)
        answer = yield request
        wants_more = extract_field_from_www_auth(answer, "error") == "insufficient_scope"
        if answer.status_code == 401 or (answer.status_code == 403 and wants_more):
            self.is_needed = True
            raise SignInNeeded("A person has to sign in first.")


class SignIn(Bound):
    """Lets a person sign in now: `show` shows them where, and their browser comes back to `callback`."""

    def __init__(
        self, url: str, secrets: Secrets, name: str, *, callback: Callback, show: Callable[[str], Awaitable[None]]
    ) -> None:
        super().__init__(url, secrets, name, redirect_uri=callback.address)
        self._callback = callback
        self._show = show
        self.is_needed = False

    def _fits(self, kept: Kept) -> bool:
        # A client that is registered with another address to come back to is registered anew.
        return super()._fits(kept) and kept.redirect_uri == self._redirect_uri

    async def _redirect(self, address: str) -> None:
        if urlsplit(address).scheme not in {"http", "https"}:
            raise ServerRefused("The address to sign in at is none of the web.")
        self._callback.expect(address)
        await self._show(address)

    async def _wait(self) -> AuthorizationCodeResult:
        answer = await self._callback.wait()
        return AuthorizationCodeResult(code=answer.code, state=answer.state, iss=answer.issuer)


async def read_kept(secrets: Secrets, name: str) -> Kept | None:
    """Return what is kept of a sign-in, if it can be read."""
    text = await secrets.find(name)
    try:
        return Kept.model_validate_json(text) if text else None
    except ValidationError:
        return None


async def kept_port(secrets: Secrets, name: str) -> int:
    """Return the port that this client is registered with, to come back to; 0 where there is none."""
    kept = await read_kept(secrets, name)
    return urlsplit(kept.redirect_uri).port or 0 if kept else 0
