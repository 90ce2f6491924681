"""What a program printed, as a person would read it in a log: without colours, cursor moves and overwritten lines."""

import re

CONTROL = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\)?"  # DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]"  # every other escape
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"  # control characters but tab, newline and return
)


def plain(text: str) -> str:
    """Return `text` as it would look in a log."""
    lines = CONTROL.sub("", text).split("\n")
    return "\n".join([_last_state(line) for line in lines])


def _last_state(line: str) -> str:
    """Return what is left of a line whose beginning was written over."""
    return line.rstrip("\r").rpartition("\r")[2] if "\r" in line else line
