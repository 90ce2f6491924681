"""Events of all features in the page's words: a closed list, and data only, never anything to be run."""

from typing import Any

from studio.features.approvals.events import ApprovalDecided, ApprovalRequested
from studio.features.chat.events import TurnBegan, TurnOver
from studio.features.conversations.events import ConversationChanged, ConversationDeleted
from studio.features.dashboard.events import WindowsChanged
from studio.features.installs.events import InstallationChanged
from studio.features.providers.events import ProvidersChanged
from studio.features.runs.events import UnseenChanged
from studio.features.settings.events import ProfileChanged

Announced = (
    ApprovalRequested
    | ApprovalDecided
    | ConversationChanged
    | ConversationDeleted
    | TurnBegan
    | TurnOver
    | ProvidersChanged
    | InstallationChanged
    | ProfileChanged
    | UnseenChanged
    | WindowsChanged
)

KINDS: tuple[type[Announced], ...] = (
    ApprovalRequested,
    ApprovalDecided,
    ConversationChanged,
    ConversationDeleted,
    TurnBegan,
    TurnOver,
    ProvidersChanged,
    InstallationChanged,
    ProfileChanged,
    UnseenChanged,
    WindowsChanged,
)

SIGNALS: dict[type[Announced], str] = {
    ProvidersChanged: "providers_changed",
    ProfileChanged: "profile_changed",
    UnseenChanged: "unseen_runs_changed",
}
"""What is told without saying more: look again."""


def announce(event: Announced) -> dict[str, Any]:  # noqa: PLR0911 -- one case for each kind of event
    """Return an event as the page hears it: `{type, data}`."""
    match event:
        case ApprovalRequested(approval):
            return {"type": "approval_requested", "data": approval.model_dump(mode="json")}
        case ApprovalDecided(approval):
            return {"type": "approval_decided", "data": approval.model_dump(mode="json")}
        case ConversationChanged(conversation_id):
            return {"type": "conversation_changed", "data": {"conversation_id": conversation_id}}
        case ConversationDeleted(conversation_id):
            return {"type": "conversation_deleted", "data": {"conversation_id": conversation_id}}
        case TurnBegan(conversation_id, message_id):
            return {"type": "turn_began", "data": {"conversation_id": conversation_id, "message_id": message_id}}
        case TurnOver(conversation_id, message_id):
            return {"type": "turn_over", "data": {"conversation_id": conversation_id, "message_id": message_id}}
        case InstallationChanged(installation):
            return {"type": "installation_changed", "data": installation.model_dump(mode="json")}
        case ProvidersChanged() | ProfileChanged() | UnseenChanged():
            return {"type": SIGNALS[type(event)], "data": {}}
        case WindowsChanged(is_told):
            return {"type": "windows_changed", "data": {"is_told": is_told}}
