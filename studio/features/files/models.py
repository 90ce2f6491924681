"""Files as they are asked for by name."""

from typing import Annotated

from pydantic import Field

from studio.kit.models import Model

LARGEST_TEXT = 5 * 1024 * 1024
"""Bytes of a file that is worked on as text."""

AnyPath = Annotated[str, Field(min_length=1, max_length=4096)]
"""A path as a model writes it, relative to the working folder."""


class FileQuery(Model):
    """Which files are wanted: those below `folder` that have the letters of `query` in their path, in this order."""

    folder: str = Field(min_length=1, max_length=4096)
    query: str = Field(default="", max_length=200)
    limit: int = Field(default=20, ge=1, le=100)


class FilesFound(Model):
    """Files by their paths inside the folder, best first. `is_partial`: not every file was looked at."""

    files: list[str]
    is_partial: bool
