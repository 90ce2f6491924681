"""How the pattern of a rule is held against the address of a page: its scheme, its host and its path each by itself."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

PORTS = {"http": "80", "https": "443"}
HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")
PATTERN = re.compile(r"(?:(?P<scheme>[a-z*]+)://)?(?P<host>\[[^]]*\]|[^/:?]*)(?::(?P<port>\d+|\*))?(?P<path>[/?].*)?")


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a page, as far as rules speak of it. `path` has the query at its end."""

    scheme: str
    host: str
    port: str
    path: str


def read_address(text: str) -> Address | None:
    """Return the parts of an address; None where programs might not agree what they are."""
    try:
        url = urlsplit(text)
        port = str(url.port or PORTS.get(url.scheme, ""))
    except ValueError:
        return None
    host = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname or ""
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    is_plain = HOST.fullmatch(host) and "@" not in url.netloc and "\\" not in text
    return Address(url.scheme, host, port, path) if is_plain else None


def fits_address(pattern: str, text: str) -> bool:
    """Return whether a pattern such as `https://*.python.org/3/*` fits an address.

    `*.` in front of a host stands for any names below it, `*` elsewhere in a host for a part of one name, and in a path
    for anything. Without a scheme both are meant, without a port the usual one. A host that ends with `*` where no path
    follows is meant with all its pages.
    """
    if pattern == "*":
        return True
    wanted, address = PATTERN.fullmatch(pattern), read_address(text)
    if wanted is None or address is None:
        return False
    host, path = wanted["host"], wanted["path"]
    if path is None:
        host, path = (host[:-1], "/*") if len(host) > 1 and host.endswith("*") else (host, "/")
    return (
        (wanted["scheme"] or "*") in {"*", address.scheme}
        and _fits_host(host.lower(), address.host)
        and (wanted["port"] or PORTS.get(address.scheme)) in {"*", address.port}
        and _fits_path(path, address.path)
    )


def _fits_host(pattern: str, host: str) -> bool:
    if pattern == "*":
        return True
    below, bare = (r"(?:[^.]+\.)+", pattern[2:]) if pattern.startswith("*.") else ("", pattern)
    return re.fullmatch(below + r"[^.]*".join(re.escape(part) for part in bare.split("*")), host) is not None


def _fits_path(pattern: str, path: str) -> bool:
    if pattern == "/*":
        return True
    # What climbs up is not where it seems to be.
    if ".." in unquote(unquote(path)):
        return False
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), path) is not None
