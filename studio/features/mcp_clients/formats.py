"""How clients spell MCP servers in their files: JSON under one key or another, and Codex in TOML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, cast

from studio.features.mcp_clients.models import Entry, Secret, Transport, Value
from studio.kit import jsonc

Spelled = Mapping[str, Any]

ADDRESSES = frozenset({"url", "httpUrl", "serverUrl"})


class Format(Protocol):
    """The spelling of one client."""

    @property
    def transports(self) -> Sequence[Transport]:
        """How it can reach servers."""
        ...

    def read(self, text: str) -> Mapping[str, Spelled]:
        """Return the servers in a file, by name.

        Raises:
            ValueError: it cannot be understood.
        """
        ...

    def write(self, text: str, entries: Sequence[Entry]) -> str:
        """Return the text of a file with these servers, and all else as it was.

        Raises:
            ValueError: it cannot be understood.
        """
        ...

    def left_out(self, entry: Entry) -> Sequence[str]:
        """Return the names of secrets for which the client has no way to take them from its environment."""
        ...


@dataclass(frozen=True, slots=True)
class JsonFormat:
    """Servers in a JSON file under `key`. `reference` is how a variable called NAME is spelled; empty where none is."""

    key: str
    spell: Callable[[Entry], Spelled]
    reference: str = ""
    transports: Sequence[Transport] = ("stdio", "http")

    def read(self, text: str) -> Mapping[str, Spelled]:
        """Return the servers in a file, by name."""
        return _objects(_object(jsonc.read(text)).get(self.key))

    def write(self, text: str, entries: Sequence[Entry]) -> str:
        """Return the text of a file with these servers, and all else as it was."""
        there = self.read(text)
        wanted = {entry.name: self.spell(self._resolve(entry)) for entry in entries}
        for name, spelled in wanted.items():
            if _is_of_another_kind(there.get(name, {}), spelled):
                text = jsonc.put(text, [self.key, name], spelled)
        return jsonc.merge(text, {self.key: wanted})

    def left_out(self, entry: Entry) -> Sequence[str]:
        """Return the names of secrets for which the client has no way to take them from its environment."""
        return [] if self.reference else [*_secrets(entry.env), *_secrets(entry.headers)]

    def _resolve(self, entry: Entry) -> Entry:
        return replace(entry, env=self._refer(entry.env), headers=self._refer(entry.headers))

    def _refer(self, values: Mapping[str, Value]) -> Mapping[str, Value]:
        return {
            name: value if isinstance(value, str) else value.prefix + self.reference.replace("NAME", value.variable)
            for name, value in values.items()
            if isinstance(value, str) or self.reference
        }


@dataclass(frozen=True, slots=True)
class CodexFormat:
    """Servers in a TOML file under `mcp_servers`. Variables have no spelling there, but keys name those to take."""

    transports: Sequence[Transport] = ("stdio", "http")

    def read(self, text: str) -> Mapping[str, Spelled]:
        """Return the servers in a file, by name."""
        import tomllib  # noqa: PLC0415 -- for one client

        return _objects(tomllib.loads(text).get("mcp_servers"))

    def write(self, text: str, entries: Sequence[Entry]) -> str:
        """Return the text of a file with these servers, and all else as it was."""
        import tomlkit  # noqa: PLC0415 -- for one client
        from tomlkit.exceptions import ParseError  # noqa: PLC0415

        try:
            document: Any = tomlkit.parse(text)
        except ParseError as error:
            raise ValueError(f"{error}.") from None
        if "mcp_servers" not in document:
            document["mcp_servers"] = tomlkit.table(is_super_table=True)
        for entry in entries:
            servers, wanted = _table_at(document, "mcp_servers"), _spell_for_codex(entry)
            there = _table_at(servers, entry.name) if entry.name in servers else None
            if there is None or _is_of_another_kind(there, wanted):
                servers[entry.name] = _table_of(wanted)
            else:
                _put(there, wanted)
        return tomlkit.dumps(document)

    def left_out(self, entry: Entry) -> Sequence[str]:
        """Return the names of secrets for which the client has no way to take them from its environment."""
        env = [name for name in _secrets(entry.env) if entry.env[name] != Secret(name)]
        headers = [name for name in _secrets(entry.headers) if _codex_header(name, entry.headers[name]) is None]
        return env + headers


def _spell_for_codex(entry: Entry) -> Spelled:
    if entry.transport == "stdio":
        forwarded = [name for name, value in entry.env.items() if value == Secret(name)]
        spelled = {"command": entry.command, "args": list(entry.args), "env": _literals(entry.env)}
        return _filled(spelled | {"env_vars": forwarded})
    spelled: dict[str, Any] = {"url": entry.url, "http_headers": _literals(entry.headers)}
    for name, value in entry.headers.items():
        match _codex_header(name, value):
            case "bearer_token_env_var", variable:
                spelled["bearer_token_env_var"] = variable
            case kind, variable:
                spelled.setdefault(kind, {})[name] = variable
            case None:
                pass
    return _filled(spelled)


def _codex_header(name: str, value: Value) -> tuple[str, str] | None:
    """Return the key under which a secret header's variable is named; None for what it has no key for."""
    if isinstance(value, str):
        return None
    if not value.prefix:
        return "env_http_headers", value.variable
    is_bearer = name.lower() == "authorization" and value.prefix == "Bearer "
    return ("bearer_token_env_var", value.variable) if is_bearer else None


def _table_of(values: Spelled) -> Any:  # noqa: ANN401 -- tomlkit's own
    import tomlkit  # noqa: PLC0415 -- for one client

    table = tomlkit.table()
    _put(table, values)
    # What follows begins after an empty line.
    table.add(tomlkit.nl())
    return table


def _table_at(table: Any, key: str) -> Any:  # noqa: ANN401 -- tomlkit's own
    """Return the table under a key.

    Raises:
        ValueError: something else stands there.
    """
    if not isinstance(table[key], MutableMapping):
        raise ValueError(f"{key} is no table.")  # noqa: TRY004 -- the file is wrong, not the program
    return table[key]


def _put(table: Any, values: Spelled) -> None:  # noqa: ANN401 -- tomlkit's own
    import tomlkit  # noqa: PLC0415 -- for one client

    for key, value in values.items():
        if not isinstance(value, dict):
            if table.get(key) != value:
                table[key] = value
            continue
        if key not in table:
            table[key] = tomlkit.inline_table()
        _put(_table_at(table, key), cast("Spelled", value))


def _typed(entry: Entry) -> Spelled:
    """Return what Claude Code, Visual Studio Code and Crush call a server."""
    return {"type": entry.transport, **_untyped(entry)}


def _untyped(entry: Entry, *, address: str = "url") -> Spelled:
    if entry.transport == "http":
        return _filled({address: entry.url, "headers": entry.headers})
    return _filled({"command": entry.command, "args": list(entry.args), "env": entry.env})


def _cursor(entry: Entry) -> Spelled:
    return _typed(entry) if entry.transport == "stdio" else _untyped(entry)


def _windsurf(entry: Entry) -> Spelled:
    return _untyped(entry, address="serverUrl")


def _gemini(entry: Entry) -> Spelled:
    return _untyped(entry, address="httpUrl")


def _opencode(entry: Entry) -> Spelled:
    if entry.transport == "http":
        return _filled({"type": "remote", "url": entry.url, "headers": entry.headers, "enabled": True})
    command = [entry.command, *entry.args]
    return _filled({"type": "local", "command": command, "environment": entry.env, "enabled": True})


def _filled(spelled: Spelled) -> dict[str, Any]:
    """Return it without empty objects and with nothing else left out: a list of no arguments says something."""
    return {key: value for key, value in spelled.items() if value or key == "args"}


def _is_of_another_kind(there: Spelled, wanted: Spelled) -> bool:
    """Return whether an address stands where a command shall, or the other way round: then nothing of it stays."""
    return ("command" in wanted and not ADDRESSES.isdisjoint(there)) or ("command" in there and "command" not in wanted)


def _secrets(values: Mapping[str, Value]) -> list[str]:
    return [name for name, value in values.items() if isinstance(value, Secret)]


def _literals(values: Mapping[str, Value]) -> dict[str, str]:
    return {name: value for name, value in values.items() if isinstance(value, str)}


def _object(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _objects(value: object) -> Mapping[str, Spelled]:
    return {name: _object(cast("object", one)) for name, one in _object(value).items() if isinstance(one, dict)}


CLAUDE_CODE = JsonFormat("mcpServers", _typed, "${NAME}")
CLAUDE_DESKTOP = JsonFormat("mcpServers", _untyped, transports=("stdio",))
CURSOR = JsonFormat("mcpServers", _cursor, "${env:NAME}")
VSCODE = JsonFormat("servers", _typed, "${env:NAME}")
ZED = JsonFormat("context_servers", _untyped)
WINDSURF = JsonFormat("mcpServers", _windsurf, "${env:NAME}")
CRUSH = JsonFormat("mcp", _typed, "$NAME")
CODEX = CodexFormat()
OPENCODE = JsonFormat("mcp", _opencode, "{env:NAME}")
GEMINI = JsonFormat("mcpServers", _gemini, "${NAME}")
