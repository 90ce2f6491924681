"""`python -m tests.benchmarks [PART…]`: run the benchmarks, all of them or those named."""

import os
import platform
import sys
from importlib import import_module

PARTS = (
    *("startup", "requests", "streaming", "store", "search", "opening", "terminals", "machine", "language_servers"),
    *("mcp", "mcp_server", "skills", "workflows", "page"),
)


def main(wanted: list[str]) -> None:
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; medians (min-max)\n")
    for part in wanted or PARTS:
        import_module(f"tests.benchmarks.{part}").main()
        print(flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
