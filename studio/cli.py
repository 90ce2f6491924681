"""The command line: read the arguments, call the command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import studio
from studio.desktop.screen import has_screen
from studio.kit.frozen import prefer_system

MCP_CLIENT_NAMES = (
    "claude-code",
    "claude-desktop",
    "cursor",
    "vscode",
    "zed",
    "windsurf",
    "crush",
    "codex",
    "opencode",
    "gemini",
)
SKILL_CLIENT_NAMES = (
    "shared",
    "claude-code",
    "codex",
    "opencode",
    "gemini",
    "copilot",
    "cursor",
    "windsurf",
    "crush",
    "goose",
    "openhands",
    "amp",
    "kimi",
    "replit",
    "cptr",
)
EDITOR_NAMES = ("vscode", "zed", "neovim", "helix", "emacs", "sublime", "crush", "opencode", "claude-code")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Return its exit status."""
    given, words = _split(sys.argv[1:] if arguments is None else arguments)
    options = parser().parse_args(given)
    options.words = words or getattr(options, "words", [])
    if options.command is None and not options.no_open and not options.browser and has_screen():
        # Before what takes its time to import, and would be imported twice.
        prefer_system()
    from studio.commands import run  # noqa: PLC0415 -- `--version` and `--help` answer without it

    return run(options)


def _split(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the arguments, and the command of a server after `--`, which argparse would look for options in."""
    if list(arguments[:2]) != ["mcp", "add"] or "--" not in arguments:
        return arguments, []
    place = list(arguments).index("--")
    return arguments[:place], list(arguments[place + 1 :])


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    top = argparse.ArgumentParser(prog="studio", description="The home base of a developer who works with AI agents.")
    top.add_argument("--version", action="version", version=f"Studio {studio.__version__}")
    _add_serving(top)
    top.add_argument("--browser", action="store_true", help="open the page in the browser, not in a window")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    serve = commands.add_parser("serve", help="run the server in this terminal")
    _add_serving(serve)
    # How a window marks the server that it starts, and any window may end.
    serve.add_argument("--of-window", action="store_true", help=argparse.SUPPRESS)
    opening = commands.add_parser("open", help="print and open a fresh sign-in link to the running Studio")
    _add_no_open(opening)
    commands.add_parser("token", help="print the owner's token, for programs")
    chat = commands.add_parser("chat", help="send one message and print the answer as it comes")
    chat.add_argument("message", help="what to say; - reads it from standard input")
    chat.add_argument("--cwd", metavar="DIR", default=".", help="the folder the tools work in (default: this one)")
    chat.add_argument("--conversation", metavar="ID", help="go on with a conversation")
    chat.add_argument("--image", metavar="FILE", action="append", default=[], help="send an image along (at most 3)")
    chat.add_argument("--reflect", action="store_true", help="let another provider report first")
    _add_conversations(commands.add_parser("conversations", help="list, search, export and shorten conversations"))
    _add_approvals(commands.add_parser("approvals", help="list what waits for you, and answer it"))
    _add_workflow(commands.add_parser("workflow", help="plan, run and follow workflows, and decide what they ask"))
    _add_schedule(commands.add_parser("schedule", help="let workflows begin by themselves: by cron or every so often"))
    scan = commands.add_parser("scan", help="look for the programs of an AI developer on this machine")
    scan.add_argument("--latest", action="store_true", help="ask package managers for the newest versions too")
    scan.add_argument("--json", action="store_true", help="print all of it as JSON")
    install = commands.add_parser("install", help="install a program of `studio scan`, or bring it up to date")
    install.add_argument("name", help="which one, as `studio scan` calls it")
    install.add_argument("--update", action="store_true", help="bring it up to date")
    install.add_argument("--yes", action="store_true", help="run the command without asking")
    _add_lsp(commands.add_parser("lsp", help="list, check and install language servers"))
    _add_mcp(commands.add_parser("mcp", help="use MCP servers, tell programs about them, and be one"))
    _add_skills(commands.add_parser("skills", help="list, check and share skills: instructions for agents"))
    _add_backup(commands.add_parser("backup", help="copy everything that is kept, check copies, and go back to one"))
    _add_data(commands.add_parser("data", help="say how much is kept, and remove what is old"))
    _add_service(commands.add_parser("service", help="have the system start Studio when you sign in"))
    doctor = commands.add_parser("doctor", help="look for what is wrong here, and say how to mend it")
    doctor.add_argument("--attack", action="store_true", help="attack the running server and say what held")
    return top


def _add_conversations(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", metavar="ACTION")
    actions.add_parser("list", help="list the most recently used ones")
    search = actions.add_parser("search", help="find those in which something was said")
    search.add_argument("words", nargs="+")
    export = actions.add_parser("export", help="print a whole one")
    export.add_argument("--format", choices=("markdown", "json"), default="markdown")
    summarize = actions.add_parser("summarize", help="let a summary stand in for everything said so far")
    undo = actions.add_parser("undo", help="undo the last summary")
    for action in (export, summarize, undo):
        action.add_argument("id", nargs="?", help="which one (default: the most recently used)")
    rename = actions.add_parser("rename", help="give one another title")
    rename.add_argument("id")
    rename.add_argument("words", nargs="+", metavar="title")
    pin = actions.add_parser("pin", help="keep one before all others")
    pin.add_argument("id")
    pin.add_argument("--off", action="store_true", help="no longer")
    delete = actions.add_parser("delete", help="remove one with all it has")
    delete.add_argument("id")


def _add_lsp(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", metavar="ACTION")
    listing = actions.add_parser("list", help="list those that Studio knows of")
    health = actions.add_parser("health", help="start each that is here, greet it and end it")
    health.add_argument("name", nargs="?", help="only this one")
    running = actions.add_parser("running", help="list those that run now, with their memory")
    for action in (listing, health, running):
        action.add_argument("--json", action="store_true", help="print all of it as JSON")
    command.set_defaults(action="list", json=False)
    config = actions.add_parser("editor-config", help="tell an editor about those that are here, as a diff first")
    config.add_argument("editor", choices=EDITOR_NAMES)
    config.add_argument("--project", metavar="DIR", help="for this project, where the editor has a file for that")
    config.add_argument("--server", metavar="NAME", action="append", help="only this one; can be given several times")
    config.add_argument("--yes", action="store_true", help="change the file without asking")
    install = actions.add_parser("install", help="install one into a folder of Studio's own")
    install.add_argument("name", help="which one, as `studio lsp list` calls it")
    install.add_argument("--yes", action="store_true", help="run the command without asking")


def _add_mcp(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", metavar="ACTION")
    command.set_defaults(action="list", json=False)
    _add_mcp_servers(actions)
    _add_mcp_clients(actions)


def _add_mcp_servers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage] -- it has no other name
    listing = actions.add_parser("list", help="list those that were added")
    search = actions.add_parser("search", help="list those that can be added")
    search.add_argument("words", nargs="*", help="only those that have all of these in what is said of them")
    status = actions.add_parser("status", help="show how one is, with its tools")
    status.add_argument("name")
    for action in (listing, search, status):
        action.add_argument("--json", action="store_true", help="print all of it as JSON")
    _add_mcp_add(actions.add_parser("add", help="add one: shows the exact command, asks, connects"))
    for name, help_ in (("sign-in", "sign in to one in the browser"), ("remove", "remove one with its secrets")):
        actions.add_parser(name, help=help_).add_argument("name")
    approve = actions.add_parser("approve", help="show what changed of its tools, and approve them")
    approve.add_argument("name")
    call = actions.add_parser("call", help="call a tool of one")
    call.add_argument("name")
    call.add_argument("tool", help="as its server calls it")
    call.add_argument("arguments", nargs="?", default="{}", help="a JSON object")
    for action in (approve, call):
        action.add_argument("--yes", action="store_true", help="do not ask")


def _add_mcp_add(add: argparse.ArgumentParser) -> None:
    add.usage = "studio mcp add [options] NAME [-- COMMAND [ARGUMENT ...]]"
    add.add_argument("name", help="what to call it; alone: one of `studio mcp search`")
    add.add_argument("--url", help="where it listens, if it is not to be started")
    for option, what in (("--env", "a variable of its environment"), ("--header", "a header of each request")):
        add.add_argument(option, metavar="NAME=VALUE", action="append", default=[], help=what)
    add.add_argument("--secret", metavar="NAME", action="append", default=[], help="one whose value is asked for")
    add.add_argument("--cwd", metavar="DIR", default="", help="the folder it runs in (default: the home folder)")
    add.add_argument("--at-start", action="store_true", help="connect when Studio starts, not when it is needed")
    add.add_argument("--yes", action="store_true", help="add it without asking")


def _add_mcp_clients(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage] -- it has no other name
    clients = actions.add_parser("clients", help="list the programs that use MCP servers, and those they know")
    clients.add_argument("--json", action="store_true", help="print all of it as JSON")
    configure = actions.add_parser("configure", help="tell a program about servers, as a diff first")
    configure.add_argument("editor", metavar="CLIENT", choices=MCP_CLIENT_NAMES, help=", ".join(MCP_CLIENT_NAMES))
    configure.add_argument("--project", metavar="DIR", help="for this project, where the program has a file for that")
    configure.add_argument(
        "--server", metavar="NAME", action="append", help="this one; can be given several times (default: studio)"
    )
    configure.add_argument("--apply", action="store_true", help="change the file without asking")
    serve = actions.add_parser(
        "serve", help="be an MCP server over standard input and output; starts Studio if need be"
    )
    serve.add_argument("--folder", metavar="DIR", default=".", help="where to work (default: this one)")


def _add_skills(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", metavar="ACTION")
    command.set_defaults(action="list", json=False, folder=".")
    actions.add_parser("list", help="list those of this machine and of a project, with who sees each")
    actions.add_parser("show", help="print one with its files, its places and its text")
    actions.add_parser("validate", help="judge one by the specification, by its name or its folder")
    actions.add_parser("test", help="say what an agent would be told, and what is in it; nothing is run")
    for name, what in actions.choices.items():
        what.add_argument("--json", action="store_true", help="print all of it as JSON")
        what.add_argument("--folder", metavar="DIR", default=".", help="with those of this project (default: this one)")
        if name != "list":
            what.add_argument("name", help="which one")
    actions.choices["test"].add_argument("--prompt", default="", help="see whether these words lead to it")
    _add_sharing(actions)


def _add_sharing(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage] -- it has no other name
    deploy = actions.add_parser("deploy", help="put one where other programs look for it: shown first")
    undeploy = actions.add_parser("undeploy", help="take back what was deployed")
    for action in (deploy, undeploy):
        action.add_argument("name", help="which one")
        action.add_argument(
            "clients", metavar="CLIENT", nargs="+", choices=SKILL_CLIENT_NAMES, help=", ".join(SKILL_CLIENT_NAMES)
        )
        action.add_argument("--project", metavar="DIR", help="for this project only")
        action.add_argument("--yes", action="store_true", help="do not ask")
    deploy.add_argument("--copy", action="store_true", help="as a copy, not as a link")
    export = actions.add_parser("export", help="write some into a zip archive")
    export.add_argument("names", metavar="NAME", nargs="+", help="which ones")
    export.add_argument("--output", metavar="FILE", help="where to (default: by the name)")
    import_ = actions.add_parser("import", help="take those of a zip archive: shown first")
    import_.add_argument("file", help="the archive")
    import_.add_argument("--replace", action="store_true", help="also over those that are there")
    import_.add_argument("--yes", action="store_true", help="do not ask, unless something dangerous was found")
    new = actions.add_parser("new", help="begin one in Studio's own folder")
    new.add_argument("name", help="lower-case letters, digits and hyphens")
    new.add_argument("--description", default="", help="what it does, and when to use it")


def _add_backup(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", metavar="ACTION")
    command.set_defaults(action="list", json=False)
    create = actions.add_parser("create", help="make one, also while Studio runs")
    create.add_argument("--to", metavar="FILE", help="where (default: into the data folder)")
    listing = actions.add_parser("list", help="list those in the data folder")
    verify = actions.add_parser("verify", help="read one from its beginning to its end, and say what is in it")
    restore = actions.add_parser("restore", help="go back to one, while Studio does not run; what is there is kept")
    restore.add_argument("--yes", action="store_true", help="do not ask")
    for action in (verify, restore):
        action.add_argument("name", help="one of `studio backup list`, or the path of a file")
    for action in (listing, verify):
        action.add_argument("--json", action="store_true", help="print all of it as JSON")


def _add_data(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", metavar="ACTION")
    command.set_defaults(action="usage", json=False)
    usage = actions.add_parser("usage", help="say how much is kept, of what")
    usage.add_argument("--json", action="store_true", help="print all of it as JSON")
    prune = actions.add_parser("prune", help="remove old conversations and runs of workflows; counts them first")
    prune.add_argument("--older-than", metavar="DAYS", type=int, required=True, help="how long nobody used them")
    prune.add_argument("--apply", action="store_true", help="remove them without asking")


def _add_service(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", metavar="ACTION")
    command.set_defaults(action="status")
    actions.add_parser("status", help="say whether the system starts Studio, and whether it runs")
    install = actions.add_parser("install", help="have the system start it: shows the file and the commands, asks")
    remove = actions.add_parser("remove", help="no longer have it do so; what Studio keeps stays")
    for action in (install, remove):
        action.add_argument("--dry-run", action="store_true", help="only show what would be done")
        action.add_argument("--yes", action="store_true", help="do not ask")


def _add_approvals(command: argparse.ArgumentParser) -> None:
    command.set_defaults(decision=None)
    command.add_argument("--json", action="store_true", help="print all of it as JSON")
    command.add_argument("--decided", action="store_true", help="list what was decided instead, the newest first")
    command.add_argument("--before", metavar="ID", help="list what was decided before this one")
    decisions = command.add_subparsers(dest="decision", metavar="DECISION")
    for name, nargs, help_ in (
        ("allow", "+", "allow it once; several at once where they are alike"),
        ("deny", "+", "deny it; several at once where they are alike"),
        ("always", 1, "allow it from now on"),
        ("done", 1, "a step that was interrupted was done; the note says what came of it"),
        ("rerun", 1, "run a step again that was interrupted"),
        ("edit", 1, "let a step go on with other fields, in $EDITOR or by --input"),
    ):
        decision = decisions.add_parser(name, help=help_)
        decision.add_argument("ids", metavar="ID", nargs=nargs, help="the approval's id")
        decision.add_argument("--note", default="", help="what to tell the model, or the answer")
        if name == "edit":
            decision.add_argument("--input", metavar="JSON", help="the fields that are to be others, as an object")


def _add_workflow(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", metavar="ACTION")
    command.set_defaults(action="list", json=False)
    actions.add_parser("list", help="list them").add_argument("--json", action="store_true", help="print it as JSON")
    actions.add_parser("plan", help="plan for a goal").add_argument("words", nargs="+", metavar="goal")
    run = actions.add_parser("run", help="run one and print what happens")
    run.add_argument("id")
    _add_told(run)
    _add_profile(run)
    run.add_argument("--from-step", metavar="STEP", help="go on from a step with what the run before gave")
    run.add_argument("--detach", action="store_true", help="do not wait for it")
    for name, help_ in (
        ("show", "print one with its latest run, or a run"),
        ("logs", "print what happened in a run, and what happens"),
        ("cancel", "end a run where it stands"),
        ("pause", "begin no more steps of a run"),
        ("resume", "let a run that was paused go on"),
        ("export", "print one as YAML"),
        ("delete", "remove one with all its runs"),
    ):
        action = actions.add_parser(name, help=help_)
        action.add_argument("id", help="a workflow by its id or name, meaning its latest run, or a run")
        if name == "delete":
            action.add_argument("--yes", action="store_true", help="do not ask")
        if name == "logs":
            action.add_argument(
                "--no-follow", action="store_true", help="print what happened so far, and wait for nothing"
            )
        if name in {"show", "logs"}:
            action.add_argument("--json", action="store_true", help="print it as JSON")
    run.add_argument("--json", action="store_true", help="print each event as a line of JSON")
    runs = actions.add_parser("runs", help="list the newest runs of one, or the latest of each")
    runs.add_argument("id", nargs="?", help="a workflow by its id or name")
    actions.add_parser("templates", help="list those that come with Studio")
    checking = actions.add_parser("check", help="say what is wrong with one that is written in YAML")
    checking.add_argument("file", help="- reads it from standard input")
    signal = actions.add_parser("signal", help="tell of an event that steps wait for")
    signal.add_argument("name", help="the name of the event")
    signal.add_argument("--run", metavar="ID", help="only in this run, or the latest one of this workflow")
    signal.add_argument("--data", metavar="TEXT", default="", help="what came with it, and is what the step gives")
    importing = actions.add_parser("import", help="keep one that is written in YAML")
    importing.add_argument("file", help="- reads it from standard input")
    importing.add_argument("--replace", action="store_true", help="in the place of the one that has its name")
    approve = actions.add_parser("approve", help="decide about a step that waits")
    approve.add_argument("id")
    approve.add_argument("step")
    approve.add_argument(
        "--decision",
        choices=("approve", "reject", "edit", "rerun", "done"),
        default="approve",
        help="(default: approve)",
    )
    approve.add_argument("--note", default="", help="the answer, or why")
    approve.add_argument("--approval", metavar="ID", help="the question you saw: another one is left open")
    approve.add_argument(
        "--input",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="fields to be others, or all of them as JSON (default for edit: in $EDITOR)",
    )


def _add_told(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--input",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="what a run is told; a list by naming it again for each item, or as JSON",
    )


def _add_schedule(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", metavar="ACTION")
    command.set_defaults(action="list", json=False)
    listing = actions.add_parser("list", help="list them, and what was missed")
    listing.add_argument("--json", action="store_true", help="print it as JSON")
    add = actions.add_parser("add", help="let a workflow begin by itself, and print the schedule's id")
    add.add_argument("workflow", help="the id of the workflow")
    when = add.add_mutually_exclusive_group(required=True)
    when.add_argument("--cron", metavar="FIELDS", help="five fields such as '0 9 * * 1-5', or a word such as @daily")
    when.add_argument("--every", metavar="TIME", help="how much time between two, such as 90m, 6h or 2d")
    add.add_argument("--zone", metavar="NAME", help="the time zone of --cron (default: this machine's)")
    add.add_argument("--name", help="what it is called (default: as the workflow)")
    add.add_argument(
        "--catch-up", choices=("skip", "latest", "all"), default="skip", help="which missed ones to make up"
    )
    add.add_argument("--may-overlap", action="store_true", help="begin also while what was begun before is not over")
    _add_told(add)
    _add_profile(add)
    for name, help_ in (
        ("remove", "remove one; what it began goes on"),
        ("enable", "switch one on"),
        ("disable", "switch one off; what it began goes on"),
        ("run", "begin now what it begins"),
    ):
        actions.add_parser(name, help=help_).add_argument("id")


def _add_profile(command: argparse.ArgumentParser) -> None:
    for flag, metavar, help_ in (
        ("--allow", "CAPABILITY", "what a run may do without asking: command, tool:NAME, agent:NAME"),
        ("--path", "DIR", "where it may read and write files; with none, anywhere"),
        ("--host", "NAME", "where it may read pages; with none, anywhere"),
    ):
        command.add_argument(flag, metavar=metavar, action="append", default=[], help=help_)
    command.add_argument("--max-cost", metavar="DOLLARS", type=float, help="what one run may cost")
    command.add_argument("--until", metavar="WHEN", help="after it nothing is allowed, such as 2026-12-01T18:00")


def _add_serving(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--port", metavar="N", default=None, help="the port to listen on (default: 7420 or the next free)"
    )
    _add_no_open(command)


def _add_no_open(command: argparse.ArgumentParser) -> None:
    command.add_argument("--no-open", action="store_true", help="do not open the browser")


if __name__ == "__main__":
    sys.exit(main())
