"""Builds the page into the wheel. Skips itself where that is not wanted or not needed.

An editable install uses the page that `make` built; a source distribution that carries the built page needs no Node.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageBuildHook(BuildHookInterface):
    """Runs the page's own build before files are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page, unless it is there or nobody packs it."""
        del build_data
        root = Path(self.root)
        if version == "editable" or (root / "studio" / "static" / "index.html").is_file():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("Building Studio needs Node.js 20 and npm for its page. Install them, or use a wheel.")
        for arguments in (["ci", "--ignore-scripts"], ["run", "build"]):
            subprocess.run([npm, *arguments], cwd=root / "webui", check=True)
