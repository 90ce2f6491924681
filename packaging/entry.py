"""Where the frozen program begins."""

import runpy
import sys
from pathlib import Path

from studio.kit.frozen import hold, prefer_system, remove_abandoned, restore_environment

UNPACKED = Path(__file__).parent


def main() -> int:
    """Be Studio, one of its helper programs, or the check of what was frozen."""
    restore_environment()
    hold(UNPACKED)
    match sys.argv[1:]:
        case ["--run-module", module, *_] if module.startswith("studio."):
            # See studio.kit.processes.program_of.
            del sys.argv[1:3]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
            return 0
        case ["--self-check"]:
            prefer_system()
            from contents import check_itself  # noqa: PLC0415 -- nobody else needs it

            return check_itself(UNPACKED)
        case _:
            from studio.cli import main  # noqa: PLC0415 -- helpers do without it

            try:
                return main()
            finally:
                remove_abandoned(UNPACKED.parent)


if __name__ == "__main__":
    sys.exit(main())
