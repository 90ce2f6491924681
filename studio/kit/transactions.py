"""What a store needs of a database, so that the same store works on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

Parameters = Mapping[str, Any] | Sequence[Any]


class Row(Protocol):
    """What a statement found, by name and by number."""

    def keys(self) -> Iterable[str]:
        """Return the names."""
        ...

    def __getitem__(self, key: str | int, /) -> Any:  # noqa: ANN401 -- whatever the column holds
        """Return one value."""
        ...


class Answer(Protocol):
    """What came of a statement."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""
        ...

    def fetchone(self) -> Any:  # noqa: ANN401 -- a row or None; sqlite3 says no more either
        """Return the next row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]:
        """Yield the rows that are left."""
        ...


class Statements(Protocol):
    """A connection within a transaction: `sqlite3.Connection` is one."""

    def execute(self, sql: str, parameters: Parameters = ..., /) -> Answer:
        """Execute one statement, its parameters written as `:name` or `?`."""
        ...


class Transactions(Protocol):
    """Where the functions of a store are run, each as one transaction."""

    async def write(self, function: Callable[Concatenate[Statements, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function`: what it did is kept when it returns, and undone when it raises.

        Raises:
            StorageFull, Unavailable: the database would not take it.
        """
        ...

    async def write_to_disk(
        self, function: Callable[Concatenate[Statements, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do as `write` does, and return when it would outlive a power cut.

        Raises:
            StorageFull, Unavailable: the database would not take it.
        """
        ...

    async def read(self, function: Callable[Concatenate[Statements, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function`, which changes nothing; all its statements see one moment.

        Raises:
            Unavailable: the database would not give it.
        """
        ...
