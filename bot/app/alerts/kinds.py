"""What operators are told of; the words files hold each one's sentences."""

from __future__ import annotations

from enum import StrEnum


class Alert(StrEnum):
    """`alert.<kind>` says what is wrong and what to do, `alert.<kind>_over` that it is over."""

    TOKEN = "token"  # noqa: S105 - a word, not a secret
    SETUP = "setup"
    DATABASE = "database"
    ENDED = "ended"
    STOPPED = "stopped"
    CONTENT = "content"
    DOUBT = "doubt"
    DISK = "disk"
    DRY = "dry"
    BACKUP = "backup"
