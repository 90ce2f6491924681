"""What each editor is told about language servers, and in which of its files."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.features.editors.models import ConfigFile, first_of
from studio.features.lsp import editor_names
from studio.features.lsp.models import Known
from studio.features.lsp.shapes import as_list, as_object
from studio.kit import jsonc


@dataclass(frozen=True, slots=True)
class Entry:
    """A language server and the argument list that starts it here."""

    known: Known
    argv: Sequence[str]


@dataclass(frozen=True, slots=True)
class Editor:
    """An editor: its files, and what becomes of the text of one."""

    file: ConfigFile
    write: Callable[[str, Sequence[Entry]], str]


def _vscode(text: str, entries: Sequence[Entry]) -> str:
    """It speaks to servers by extensions, which a project can recommend."""
    known = {str(one).lower() for one in as_list(as_object(jsonc.read(text)).get("recommendations"))}
    wanted = [entry.known.extension for entry in entries if entry.known.extension]
    return jsonc.extend(text, "recommendations", [one for one in wanted if one.lower() not in known])


def _zed(text: str, entries: Sequence[Entry]) -> str:
    servers = {
        editor_names.ZED[entry.known.name]: {"binary": {"path": entry.argv[0], "arguments": list(entry.argv[1:])}}
        for entry in entries
        if entry.known.name in editor_names.ZED
    }
    return jsonc.merge(text, {"lsp": servers})


def _sublime(text: str, entries: Sequence[Entry]) -> str:
    return jsonc.merge(text, {"clients": {entry.known.name: _client(entry) for entry in entries}})


def _client(entry: Entry) -> dict[str, Any]:
    selectors = dict.fromkeys(_named(entry.known, editor_names.SUBLIME))
    return {"enabled": True, "command": list(entry.argv), "selector": " | ".join(selectors)}


def _crush(text: str, entries: Sequence[Entry]) -> str:
    servers = {
        entry.known.name: {
            "command": entry.argv[0],
            "args": list(entry.argv[1:]),
            "filetypes": [name.removeprefix(".") for name in entry.known.files],
        }
        for entry in entries
    }
    return jsonc.merge(text, {"lsp": servers})


def _opencode(text: str, entries: Sequence[Entry]) -> str:
    servers = {
        entry.known.name: {"command": list(entry.argv), "extensions": list(entry.known.files)} for entry in entries
    }
    return jsonc.merge(text, {"lsp": servers})


def _claude_code(text: str, entries: Sequence[Entry]) -> str:
    """It takes servers from plugins: this is one of Studio's."""
    servers = {
        entry.known.name: {
            "command": entry.argv[0],
            "args": list(entry.argv[1:]),
            "extensionToLanguage": {name: kind for name, kind in entry.known.files.items() if name.startswith(".")},
        }
        for entry in entries
    }
    about = {"name": "studio-language-servers", "description": "The language servers of this machine."}
    return jsonc.merge(text, {**about, "lspServers": servers})


def _helix(text: str, entries: Sequence[Entry]) -> str:
    import tomlkit  # noqa: PLC0415 -- for one editor
    from tomlkit.exceptions import ParseError  # noqa: PLC0415

    try:
        document: Any = tomlkit.parse(text)
    except ParseError as error:
        raise ValueError(f"{error}.") from None
    if "language-server" not in document:
        document["language-server"] = tomlkit.table(is_super_table=True)
    if "language" not in document:
        document["language"] = tomlkit.aot()
    for entry in entries:
        server = document["language-server"].get(entry.known.name)
        if server is None:
            server = document["language-server"][entry.known.name] = tomlkit.table()
        _put(server, {"command": entry.argv[0], "args": list(entry.argv[1:])})
        for name in dict.fromkeys(editor_names.HELIX.get(kind, kind) for kind in entry.known.languages):
            _add_to_language(document["language"], name, entry.known.name)
    return tomlkit.dumps(document)


def _add_to_language(languages: Any, name: str, server: str) -> None:  # noqa: ANN401 -- tomlkit's own
    import tomlkit  # noqa: PLC0415 -- for one editor

    language: Any = next((one for one in languages if one.get("name") == name), None)
    if language is None:
        language = tomlkit.table()
        language["name"] = name
        language["language-servers"] = []
        language.trivia.indent = "\n"
        languages.append(language)
    named = list(as_list(language.get("language-servers")))
    # One may be a table that says which of its answers count.
    if server not in [one if isinstance(one, str) else as_object(one).get("name") for one in named]:
        language["language-servers"] = [*named, server]


def _put(table: Any, values: Mapping[str, Any]) -> None:  # noqa: ANN401 -- tomlkit's own
    for key, value in values.items():
        if table.get(key) != value:
            table[key] = value


def _neovim(text: str, entries: Sequence[Entry]) -> str:
    lines = list[str]()
    for entry in entries:
        kinds = [editor_names.VIM.get(kind, kind) for kind in entry.known.languages]
        lines += [
            f"vim.lsp.config({_lua(entry.known.name)}, {{",
            f"  cmd = {_lua_list(entry.argv)},",
            f"  filetypes = {_lua_list(kinds)},",
            f"  root_markers = {_lua_list([*entry.known.roots, '.git'])},",
            "})",
        ]
    lines.append(f"vim.lsp.enable({_lua_list([entry.known.name for entry in entries])})")
    return _put_block(text, lines, "--")


def _lua(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _lua_list(texts: Sequence[str]) -> str:
    return f"{{ {', '.join(map(_lua, texts))} }}"


def _emacs(text: str, entries: Sequence[Entry]) -> str:
    lines = ["(with-eval-after-load 'eglot"]
    for entry in entries:
        modes = " ".join(dict.fromkeys(_named(entry.known, editor_names.EMACS)))
        command = " ".join(json.dumps(word, ensure_ascii=False) for word in entry.argv)
        if modes:
            lines.append(f"  (add-to-list 'eglot-server-programs '(({modes}) . ({command})))")
    lines[-1] += ")"
    return _put_block(text, lines, ";;")


def _named(known: Known, names: Mapping[str, str]) -> list[str]:
    return [names[kind] for kind in known.languages if kind in names]


def _put_block(text: str, lines: Sequence[str], comment: str) -> str:
    """Return a text with our lines between two marks, in the place of those that stood there, else at its end."""
    begin, end = f"{comment} Language servers of Studio: begin", f"{comment} Language servers of Studio: end"
    block = "\n".join([begin, *lines, end])
    marked = re.compile(rf"^{re.escape(begin)}$.*?^{re.escape(end)}$", re.MULTILINE | re.DOTALL)
    if marked.search(text):
        return marked.sub(lambda _: block, text, count=1)
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    return f"{text}{gap}{block}\n"


SUBLIME_FOLDER = "Library/Application Support/Sublime Text" if sys.platform == "darwin" else ".config/sublime-text"

EDITORS: Mapping[str, Editor] = {
    "vscode": Editor(ConfigFile("Visual Studio Code", project=".vscode/extensions.json"), _vscode),
    "zed": Editor(ConfigFile("Zed", first_of(".config/zed/settings.json"), ".zed/settings.json"), _zed),
    "neovim": Editor(ConfigFile("Neovim", first_of(".config/nvim/plugin/studio-language-servers.lua")), _neovim),
    "helix": Editor(ConfigFile("Helix", first_of(".config/helix/languages.toml"), ".helix/languages.toml"), _helix),
    "emacs": Editor(ConfigFile("Emacs", first_of(".emacs.d/init.el", ".config/emacs/init.el", ".emacs")), _emacs),
    "sublime": Editor(
        ConfigFile("Sublime Text", first_of(f"{SUBLIME_FOLDER}/Packages/User/LSP.sublime-settings")), _sublime
    ),
    "crush": Editor(ConfigFile("Crush", first_of(".config/crush/crush.json"), "crush.json"), _crush),
    "opencode": Editor(
        ConfigFile(
            "OpenCode",
            first_of(".config/opencode/opencode.json", ".config/opencode/opencode.jsonc"),
            "opencode.json",
        ),
        _opencode,
    ),
    "claude-code": Editor(
        ConfigFile("Claude Code", first_of(".claude/plugins/studio-language-servers/.claude-plugin/plugin.json")),
        _claude_code,
    ),
}
