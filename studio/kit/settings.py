"""How this process was started: its environment, read once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

DEFAULT_PORT = 7420


class BadEnvironment(ValueError):
    """A variable of the environment has a value that cannot be used."""


@dataclass(frozen=True, slots=True)
class ProgramSettings:
    """What `STUDIO_HOME`, `STUDIO_TOKEN`, `STUDIO_PORT` and `STUDIO_DATABASE_URL` say.

    `token` is None where the owner's token is the one in the data folder; `port` is None where any free one will do;
    `database_url` is None where workflows are kept in the data folder too. It may hold a password.
    """

    home: Path
    token: str | None = None
    port: int | None = None
    database_url: str | None = field(default=None, repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> ProgramSettings:
        """Read the environment.

        Raises:
            BadEnvironment: a value makes no sense.
        """
        token = environment.get("STUDIO_TOKEN")
        if token is not None and len(token) < 16:
            # A blank or guessable token would open a shell to every page that tries it.
            raise BadEnvironment(
                "STUDIO_TOKEN must have at least 16 characters. Unset it to use the one in the data folder."
            )
        home = environment.get("STUDIO_HOME")
        return cls(
            Path(home).expanduser() if home else default_home(),
            token,
            read_port(environment.get("STUDIO_PORT")),
            read_database_url(environment.get("STUDIO_DATABASE_URL")),
        )


def default_home() -> Path:
    """Return the data folder of a user who did not name one."""
    # Costs a few milliseconds and is not needed where STUDIO_HOME is set.
    from platformdirs import user_data_path  # noqa: PLC0415

    return user_data_path("studio", appauthor=False)


def read_port(text: str | None) -> int | None:
    """Return the port that `text` names; None where it names none.

    Raises:
        BadEnvironment: it is no port.
    """
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise BadEnvironment(f"{text!r} is not a port. Give a number from 1 to 65535.")
    return int(text)


def read_database_url(text: str | None) -> str | None:
    """Return the address of a PostgreSQL database; None where there is none.

    Raises:
        BadEnvironment: it is no such address. The message does not quote it: it may hold a password.
    """
    if not text:
        return None
    if not _is_postgres(text):
        raise BadEnvironment(
            "STUDIO_DATABASE_URL is no address of PostgreSQL. Write one like 'postgresql://studio@db.example/studio', "
            "and '@' and '/' within a password as '%40' and '%2F'."
        )
    # The short form is libpq's alone; what DBOS is built on knows the long one.
    return text if text.startswith("postgresql:") else f"postgresql{text.removeprefix('postgres')}"


def _is_postgres(text: str) -> bool:
    scheme, _, rest = text.partition("://")
    try:
        return scheme in {"postgresql", "postgres"} and _is_unmistakable(rest) and urlsplit(text).port != 0
    except ValueError:
        return False


def _is_unmistakable(rest: str) -> bool:
    """Return whether everybody reads the same password from an address, and none of it as a place, which is told."""
    named, _, after = rest.partition("@")
    place = rest if "/" in named else after
    return "@" not in place.partition("?")[0]
