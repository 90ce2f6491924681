"""What is told of secrets: never one itself."""

from studio.kit.models import Model


class SecretCount(Model):
    """Where secrets rest: sealed in the database, or in the keyring of the operating system."""

    sealed: int
    in_keyring: int
