"""Tokens are encrypted before they are written, and decrypted when they are read."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from bot.core.errors import SettingsError, StoreError

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

SHORTEST = 32
"""Characters of a key: 32 random ones cannot be guessed."""

_CLEAR, _ENCRYPTED = "clear:", "sealed:"
"""What stands before a token in the database."""


class TokenCipher:
    """`keys` are joined by commas, the newest first: it encrypts, all of them decrypt. Without any,
    tokens are kept in clear. Raises SettingsError for a key that could be guessed."""

    def __init__(self, keys: str = "") -> None:
        self._keys = [key.strip() for key in keys.split(",") if key.strip()]
        if any(len(key) < SHORTEST for key in self._keys):
            raise SettingsError(
                [f"AIWORK_SECRET_KEY: a key has at least {SHORTEST} characters; "
                 "make one with `openssl rand -base64 32`"]
            )  # fmt: skip
        self._newest = _fernet(self._keys[:1])
        self._all = _fernet(self._keys)

    @property
    def has_key(self) -> bool:
        """Whether tokens are kept encrypted."""
        return self._newest is not None

    def encrypt(self, text: str) -> str:
        if not text:
            return ""
        if self._newest is None:
            return _CLEAR + text
        return _ENCRYPTED + self._newest.encrypt(text.encode()).decode()

    def decrypt(self, kept: str) -> str:
        """What was encrypted. Raises StoreError without the key that did it."""
        if not kept.startswith(_ENCRYPTED):
            return kept.removeprefix(_CLEAR)
        if self._all is None:
            raise StoreError(
                "AIWORK_SECRET_KEY is missing, and the stored Slack tokens are encrypted:"
                " set the key that they were stored with; nothing was changed"
            )
        decrypted = _decrypted(self._all, kept)
        if decrypted is None:
            raise StoreError(
                "AIWORK_SECRET_KEY does not open the stored Slack tokens: add the key that they"
                " were stored with, after the newest and a comma; nothing was changed"
            )
        return decrypted

    def outdated(self, kept: str) -> bool:
        """Whether it should be encrypted anew: it is in clear, or an older key did it."""
        if not kept or self._newest is None:
            return False
        return not kept.startswith(_ENCRYPTED) or _decrypted(self._newest, kept) is None


def _fernet(keys: list[str]) -> MultiFernet | None:
    if not keys:
        return None
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """Fernet wants 32 bytes; this takes whatever random text operators and hosts make."""
    digest = hashlib.sha256(b"aiwork stored tokens\0" + key.encode()).digest()
    return base64.urlsafe_b64encode(digest)


def _decrypted(fernet: MultiFernet, kept: str) -> str | None:
    from cryptography.fernet import InvalidToken

    try:
        return fernet.decrypt(kept.removeprefix(_ENCRYPTED)).decode()
    except InvalidToken:
        return None
