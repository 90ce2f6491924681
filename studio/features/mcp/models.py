"""What a server of the Model Context Protocol is, and what is known of one here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field

from studio.features.mcp_clients.models import McpClient
from studio.features.tools.models import CallAnswer
from studio.kit.clock import Timestamp
from studio.kit.models import Model

MASK = "***"
"""What stands for a secret value in an answer. Sent back, it means the value that is kept."""

Transport = Literal["stdio", "http"]
Start = Literal["when_needed", "at_start"]
State = Literal["off", "quarantined", "idle", "connecting", "running", "failed", "sign_in"]
Era = Literal["", "handshake", "stateless"]
ToolState = Literal["approved", "new", "changed", "gone"]

ServerName = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9](?:[a-z0-9-]|_[a-z0-9-])*$")]
"""No two underscores together and none at the end: those part the names in `mcp__server__tool`."""

VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,199}$")]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}$")]
Word = Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")]
ToolName = Annotated[str, Field(min_length=1, max_length=1000)]


class Setting(Model):
    """The value of an environment variable or of a header. One that is secret is told nobody again: `***`."""

    value: str = Field(default="", max_length=20_000, pattern=r"^[^\x00\r\n]*$")
    secret: bool = False


class ServerSettings(Model):
    """What a server is: a program that is started (`stdio`), or an address (`http`).

    `env` is what the program finds in its environment beside the few names that every child may know. `headers` go with
    every request to the address. `start`: connected when it is first needed, or when Studio starts.
    """

    title: str = Field(default="", max_length=200)
    transport: Transport = "stdio"
    command: Word = ""
    args: list[Word] = Field(default_factory=list[str], max_length=200)
    env: dict[VariableName, Setting] = Field(default_factory=dict[str, Setting], max_length=100)
    cwd: Word = ""
    url: Word = ""
    headers: dict[HeaderName, Setting] = Field(default_factory=dict[str, Setting], max_length=50)
    start: Start = "when_needed"


class ServerDraft(ServerSettings):
    """A server to be added.

    Without `confirm` nothing is kept and nothing is run: the answer says what would be. `confirm` is that line, to the
    letter.
    """

    name: ServerName
    confirm: str | None = Field(default=None, max_length=100_000)


class ServerPatch(Model):
    """Changes to a server: every name given replaces that name. What changes what is run or reached takes `confirm`."""

    title: str | None = Field(default=None, max_length=200)
    command: Word | None = None
    args: list[Word] | None = Field(default=None, max_length=200)
    env: dict[VariableName, Setting] | None = Field(default=None, max_length=100)
    cwd: Word | None = None
    url: Word | None = None
    headers: dict[HeaderName, Setting] | None = Field(default=None, max_length=50)
    start: Start | None = None
    enabled: bool | None = None
    confirm: str | None = Field(default=None, max_length=100_000)


class PlannedServer(Model):
    """What would be run or reached: `exact` is all of it in one line, to be sent back as `confirm`.

    `warnings` are sentences a person should read first. `needs` is the program that is missing, empty where none is.
    """

    name: str
    transport: Transport
    exact: str
    argv: list[str]
    cwd: str
    url: str
    env: list[str]
    headers: list[str]
    reaches: str
    needs: str
    warnings: list[str]


class AddedServer(ServerSettings):
    """A server that was added."""

    name: str
    enabled: bool
    quarantined: bool
    added_at: Timestamp


@dataclass(frozen=True, slots=True)
class StoredServer:
    """A server as it is kept: secret values are left out. `is_seen`: its tools were approved once."""

    name: str
    settings: ServerSettings
    enabled: bool
    quarantined: bool
    is_seen: bool
    added_at: Timestamp


@dataclass(frozen=True, slots=True)
class Definition:
    """What a server says of one of its tools, to the letter: all that a model could be told of it."""

    name: str
    said: Mapping[str, Any]
    digest: str


@dataclass(frozen=True, slots=True)
class Pin:
    """A tool as it was approved."""

    server: str
    name: str
    definition: Definition
    enabled: bool
    approved_at: Timestamp


class ServerTool(Model):
    """A tool of a server. `name` is the server's own, `tool` what models and rules call it.

    `tokens` is about what it takes to tell a model of it; `reads_only` is the server's own word, which decides nothing;
    `digest` names this version of it.
    """

    name: str
    tool: str
    title: str
    description: str
    state: ToolState
    enabled: bool
    reads_only: bool
    tokens: int
    digest: str


class ServerStatus(Model):
    """How a server is.

    `era` is how the protocol was begun, empty while it is not connected; `waiting` counts the tools that are new, or
    changed since they were approved. `latency_ms` is the median of the last calls, null before the first.
    """

    name: str
    title: str
    transport: Transport
    state: State
    enabled: bool
    quarantined: bool
    start: Start
    era: Era
    protocol_version: str
    server_version: str
    instructions: str
    tools: list[ServerTool]
    tokens: int
    waiting: int
    has_resources: bool
    has_prompts: bool
    latency_ms: int | None
    connect_ms: int | None
    calls: int
    failures: int
    pid: int | None
    error: str
    connected_at: Timestamp | None
    added_at: Timestamp


class Overview(Model):
    """Every server that was added, and the other programs of this machine that use such servers."""

    servers: list[ServerStatus]
    editors: list[McpClient]


class AddedServers(Model):
    """Every server that was added."""

    servers: list[AddedServer]


class ToolDefinition(ServerTool):
    """A tool with all that its server says of it. `diff` is what changed since it was approved."""

    definition: dict[str, Any]
    diff: str


class Definitions(Model):
    """The tools of one server, those that wait for approval first."""

    tools: list[ToolDefinition]


class Approved(Model):
    """Which tools are approved as they are now: their digests by their own names."""

    tools: dict[ToolName, str] = Field(min_length=1, max_length=1000)


class ToolSwitch(Model):
    """Offer a tool to models, or do not."""

    name: ToolName
    enabled: bool


class Quarantine(Model):
    """Put a server away at once, or let it back."""

    on: bool


class TryRequest(Model):
    """A call of one tool by hand, under the same rules as any. `confirm`: its owner agrees."""

    tool: ToolName
    args: dict[str, Any] = Field(default_factory=dict)
    cwd: str | None = Field(default=None, max_length=4096)
    confirm: bool = False
    approval_id: str | None = Field(default=None, max_length=100)


class Tried(CallAnswer):
    """What came of it, and how long it took."""

    duration_ms: int


class ServerLog(Model):
    """What a program printed beside the protocol, and what went wrong, the first and the last of it."""

    name: str
    text: str
    left_out: int


class Variable(Model):
    """A value that a known server wants."""

    name: str
    description: str = ""
    required: bool = False
    secret: bool = False


class Known(Model):
    """A server that Studio knows of. `reaches` says in a few words what it gets at.

    `installed`: one of this name was added here. `needs` is the program that is missing to start it. `source` is where
    it is known from: `studio`, or the path of a file.
    """

    name: str
    title: str
    description: str
    transport: Transport
    command: str = ""
    args: list[str] = Field(default_factory=list[str])
    env: list[Variable] = Field(default_factory=list[Variable])
    url: str = ""
    headers: list[Variable] = Field(default_factory=list[Variable])
    reaches: str = ""
    version: str = ""
    home: str = ""
    installed: bool = False
    needs: str = ""
    source: str = "studio"


class RegistryQuery(Model):
    """Which servers are wanted: those that have all words of `query` in what is said of them."""

    query: str = Field(default="", max_length=200)


class Registry(Model):
    """Servers that can be added. `problems` are files of one's own that could not be read."""

    servers: list[Known]
    problems: list[str]


class ResourceQuery(Model):
    """Which resources are wanted: of one server, of all that run where it names none."""

    server: str | None = Field(default=None, max_length=40)
    query: str = Field(default="", max_length=200)
    limit: int = Field(default=50, ge=1, le=500)


class Resource(Model):
    """Something a server lets be read. `mention` is how a message mentions it."""

    server: str
    uri: str
    name: str
    title: str
    description: str
    mime_type: str
    mention: str


class ResourceList(Model):
    """Resources of servers. `problems` are servers that could not be asked."""

    resources: list[Resource]
    problems: list[str]


class ResourceRequest(Model):
    """Read one resource."""

    server: str = Field(max_length=40)
    uri: str = Field(min_length=1, max_length=4096)


class ResourceText(Model):
    """A resource as text. What is no text is named with its kind and size."""

    server: str
    uri: str
    mime_type: str
    text: str


class PromptArgument(Model):
    """Something that a prompt wants to know."""

    name: str
    description: str
    required: bool


class Prompt(Model):
    """A message that a server has ready. `command` is how the composer calls it."""

    server: str
    name: str
    title: str
    description: str
    arguments: list[PromptArgument]
    command: str


class PromptList(Model):
    """Prompts of servers. `problems` are servers that could not be asked."""

    prompts: list[Prompt]
    problems: list[str]


class PromptRequest(Model):
    """Have one prompt written."""

    server: str = Field(max_length=40)
    name: str = Field(min_length=1, max_length=1000)
    arguments: dict[str, str] = Field(default_factory=dict[str, str], max_length=100)


class PromptText(Model):
    """A prompt as the text of one message."""

    server: str
    name: str
    text: str


class SignIn(Model):
    """Where a person signs in to a server, in their own browser."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Peer:
    """Who answers at the other end of a connection."""

    protocol_version: str
    era: Era
    version: str = ""
    instructions: str = ""
    has_tools: bool = False
    has_resources: bool = False
    has_prompts: bool = False


@dataclass(frozen=True, slots=True)
class Launch:
    """All it takes to connect to a server, secret values included. Never logged, never told."""

    name: str
    settings: ServerSettings
    env: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
