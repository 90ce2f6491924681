"""Where the frozen program begins."""

import runpy
import sys

from studio.cli import main

if __name__ == "__main__":
    if sys.argv[1:2] == ["--run-module"] and sys.argv[2].startswith("studio."):
        # A helper program of ours: see studio.kit.processes.program_of.
        module = sys.argv[2]
        del sys.argv[1:3]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        sys.exit(0)
    sys.exit(main())
