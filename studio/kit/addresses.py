"""Which addresses may be reached: only what is out in the world, judged when it is dialled, not by its name."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from studio.kit.errors import InvalidInput, NotAllowed, UpstreamFailed

GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
"""The only IPv6 addresses that are given out. What Python calls private is a list that grows with its versions."""

NEVER = (ipaddress.ip_network("2001::/23"), ipaddress.ip_network("3fff::/20"))
"""Given out for protocols, tunnels (2001::/32) and examples: nobody serves pages there."""

NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """A page to fetch, and the address that was found for its host and may be dialled."""

    url: SplitResult
    address: str

    @property
    def host(self) -> str:
        """The host's name as it stands in the URL."""
        return self.url.hostname or ""


def read_url(text: str) -> SplitResult:
    """Return the parts of a URL that a page can have.

    Raises:
        InvalidInput: it is none.
    """
    try:
        url = urlsplit(text)
        is_usable = url.scheme in {"http", "https"} and bool(url.hostname) and url.port != 0 and not url.username
        url = _in_ascii(url)
    except ValueError:
        url, is_usable = urlsplit(""), False
    if not is_usable or not text.isprintable() or " " in text:
        raise InvalidInput(f"{text!r} is no address of a page. Give one that begins with http:// or https://.")
    return url


def _in_ascii(url: SplitResult) -> SplitResult:
    """Return the URL with its host as DNS and the Host header spell it.

    Raises:
        UnicodeError: they cannot.
    """
    if url.netloc.isascii():
        return url
    host = (url.hostname or "").encode("idna").decode()
    return url._replace(netloc=f"{host}:{url.port}" if url.port else host)


def has_same_origin(before: str, after: str) -> bool:
    """Return whether two addresses are of one host and port; the step from http to https does not count."""
    old, new = urlsplit(before), urlsplit(after)
    is_upgrade = (old.scheme, new.scheme) == ("http", "https") and not old.port and not new.port
    return old.hostname == new.hostname and (is_upgrade or (old.scheme, old.port) == (new.scheme, new.port))


async def resolve(url: SplitResult, *, allowed: Collection[str]) -> Target:
    """Find the address to dial for `url`. `allowed` are hosts of one's own, as `host` or `host:port`.

    Raises:
        NotAllowed: the host is this machine or its network.
        UpstreamFailed: nobody knows the host.
    """
    host = url.hostname or ""
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UpstreamFailed(f"The host {host!r} is not known.") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not {host, f"{host}:{port}"} & set(allowed):
        for address in addresses:
            if not is_public(address):
                raise NotAllowed(
                    f"{host!r} is an address of this machine or its network ({address}). "
                    "The person can allow it by name: 'private_hosts' in the settings."
                )
    return Target(url, addresses[0])


def is_public(text: str) -> bool:
    """Return whether an IP address is out in the world."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if address not in GLOBAL_UNICAST or any(address in network for network in NEVER):
            return False
    return address.is_global and not address.is_multicast
