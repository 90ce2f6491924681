"""How much memory programs take, with all that they started."""

from collections.abc import Iterable, Sequence


def memory_of(pids: Iterable[int | None]) -> Sequence[int]:
    """Return the resident bytes of each process and its descendants; none for one that is not there."""
    import psutil  # noqa: PLC0415 -- not needed before a language server runs

    def size_of(pid: int | None) -> int:
        if pid is None:
            return 0
        try:
            first = psutil.Process(pid)
            return sum(_size(one) for one in (first, *first.children(recursive=True)))
        except psutil.Error:
            return 0

    def _size(process: psutil.Process) -> int:
        try:
            return process.memory_info().rss
        except psutil.Error:
            return 0

    return [size_of(pid) for pid in pids]
