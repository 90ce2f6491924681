"""What can be preferred."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from studio.kit.models import Model

Section = Literal["profile", "terminal"]

MOST_ROUNDS = 500

ShortcutKeys = Annotated[str, Field(max_length=40)]

PersonaId = Literal["", "analyst", "product", "architect", "developer", "tester", "reviewer", "writer"]


class Persona(Model):
    """A role that an assistant can take on. `prompt` is what it is told."""

    id: PersonaId
    title: str
    description: str
    prompt: str


class Profile(Model):
    """A person's preferences. Names not listed here are kept as they come."""

    model_config = ConfigDict(extra="allow")

    name: str = Field(default="", max_length=200)
    language: Literal["", "en", "fr"] = ""
    """Empty: the language of the browser or the terminal."""
    theme: Literal["system", "light", "dark", "neon"] = "system"
    text_size: Literal["small", "normal", "large"] = "normal"
    instructions: str = Field(default="", max_length=20_000)
    """Added to the system prompt of every conversation."""
    persona: PersonaId = ""
    """The role that an assistant takes on. Empty: none."""
    max_tool_rounds: int = Field(default=15, ge=1, le=MOST_ROUNDS)
    """How many rounds of tool calls one answer may take."""
    thinking_tokens: int = Field(default=0, ge=0, le=60_000)
    """How many tokens a model may think before it answers, where its provider lets one say so. 0: as it likes."""
    shortcuts: dict[str, ShortcutKeys] = Field(default_factory=dict[str, ShortcutKeys], max_length=200)
    """Keys of the page's actions, by their ids, where they are not the usual ones: `mod+shift+o`. Empty: none."""
    keep_days: int = Field(default=0, ge=0, le=36_500)
    """For how many days a conversation is kept that nobody uses. 0: for ever."""
    backup_days: int = Field(default=0, ge=0, le=365)
    """After how many days another backup is made. 0: none is made by itself."""
    workflow_approval_hours: int = Field(default=0, ge=0, le=8760)
    """How long a question of a workflow waits before it counts as refused. 0: for ever."""
    on_close: Literal["ask", "quit", "serve"] = "ask"
    """What happens to Studio as its window is closed: it is ended, or works on."""
    notifications: bool = True
    """Whether the window tells of questions that wait while nobody looks at it."""
    tray: bool = True
    """Whether there is an icon beside the clock while the window runs, and closing the window only hides it."""
    private_hosts: list[str] = Field(default_factory=list[str], max_length=100)
    """Hosts of this machine or its network that pages may be read from, as `host` or `host:port`."""


class ProfilePatch(Model):
    """Changes to the profile: every name given replaces that name; null forgets it."""

    model_config = ConfigDict(extra="allow")

    def changes(self) -> dict[str, Any]:
        """Return what was given, by name."""
        return dict(self.model_extra or {})


class Personas(Model):
    """The roles there are to choose from, and the one that is taken on: the profile's `persona`."""

    personas: list[Persona]
    active: PersonaId


class Config(Model):
    """Everything a person configured, but for providers and rules."""

    profile: Profile
    terminal: dict[str, Any]
    bmad: Personas
