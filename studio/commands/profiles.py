"""What a run may do without asking, as options of the command line say it."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from studio.client import Refused


def read_profile(options: argparse.Namespace) -> dict[str, Any]:
    """Return the profile that is asked for, as it is sent: what is not limited is not in it.

    Raises:
        Refused: its end is no moment.
    """
    given = {
        "allow": options.allow,
        "paths": [str(Path(folder).resolve()) for folder in options.path],
        "hosts": options.host,
        "max_cost": options.max_cost,
        "until": _read_end(options.until) if options.until is not None else None,
    }
    return {name: value for name, value in given.items() if value is not None and value != []}


def _read_end(text: str) -> str:
    """Return a moment with its time zone: this machine's, where it says none.

    Raises:
        Refused: it is none.
    """
    try:
        return datetime.fromisoformat(text).astimezone().isoformat()
    except (ValueError, OverflowError) as error:
        raise Refused(f"Write when it ends as 2026-12-01 or 2026-12-01T18:00; {text!r} is not.", status=422) from error
