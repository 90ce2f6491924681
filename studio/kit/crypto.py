"""Sealing bytes with AES-256-GCM under a key that lies in a private file."""

import os
from pathlib import Path

from studio.kit.paths import write_private

KEY_BYTES = 32
NONCE_BYTES = 12


class CannotUnseal(ValueError):
    """The bytes were not sealed with this key and in this context, or were changed since."""


def create_key(path: Path) -> bytes:
    """Return the key in `path`, made now where there is none.

    Raises:
        CannotUnseal: the file is no key.
    """
    if not path.exists():
        write_private(path, os.urandom(KEY_BYTES))
    return load_key(path)


def load_key(path: Path) -> bytes:
    """Return the key in `path`.

    Raises:
        CannotUnseal: there is none, or the file is no key.
    """
    try:
        key = path.read_bytes()
    except OSError as error:
        raise CannotUnseal(f"The key file '{path}' cannot be read: {error.strerror}.") from error
    if len(key) != KEY_BYTES:
        raise CannotUnseal(f"The key file '{path}' is damaged: it holds {len(key)} bytes instead of {KEY_BYTES}.")
    return key


def seal(key: bytes, plain: bytes, *, context: str) -> bytes:
    """Return nonce and ciphertext. `context` says what it is, and must be said again to unseal it."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, plain, context.encode())


def unseal(key: bytes, sealed: bytes, *, context: str) -> bytes:
    """Return what was sealed.

    Raises:
        CannotUnseal: another key, another context, or changed bytes.
    """
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 -- see _cipher

    try:
        return _cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotUnseal(f"What is stored as {context!r} cannot be read with this key.") from error


def _cipher(key: bytes):  # noqa: ANN202 -- its type is not known before the import
    # 72 ms and 17 MB: only those who keep secrets pay for it.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    return AESGCM(key)
