"""Why a program is not installed.

NotFound ── ProgramUnknown
Conflict ── NotInstallable
"""

from studio.kit.errors import Conflict, NotFound


class ProgramUnknown(NotFound):
    """Studio looks for no program of that name."""

    code = "program_unknown"


class NotInstallable(Conflict):
    """There is no way that Studio knows of; the message says what a person can do."""

    code = "not_installable"
