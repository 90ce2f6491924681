"""What happens to installations."""

from dataclasses import dataclass

from studio.features.installs.models import Installation


@dataclass(frozen=True, slots=True)
class InstallationChanged:
    """It waits, began or ended."""

    installation: Installation
