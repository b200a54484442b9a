"""What may be found, as data; the words files hold each finding's sentence and its fix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.text import clean
from bot.core.words import Voice


class Trouble(StrEnum):
    """`doctor.<trouble>` says what is wrong, `doctor.<trouble>_fix` what to do."""

    SETTINGS = "settings"
    NO_PLATFORM = "no_platform"
    NO_LIBRARY = "no_library"
    FOLDER = "folder"
    FOLDER_OPEN = "folder_open"
    DISK = "disk"
    BACKUP = "backup"
    DATABASE_NEW = "database_new"
    DATABASE = "database"
    DATABASE_OLD = "database_old"
    DATABASE_NEWER = "database_newer"
    CONTENT = "content"
    ZONES = "zones"
    DELIVERIES = "deliveries"
    CAPACITY = "capacity"
    LIMITED = "limited"
    UNREACHABLE = "unreachable"
    TOKEN = "token"  # noqa: S105 - a word, not a secret
    APP_TOKEN = "app_token"  # noqa: S105 - a word, not a secret
    SCOPES = "scopes"
    CLOCK = "clock"
    WEBHOOK_ADDRESS = "webhook_address"
    WEBHOOK_IN_THE_WAY = "webhook_in_the_way"
    WEBHOOK_SECRET = "webhook_secret"  # noqa: S105 - a word, not a secret
    WEBHOOK_ERROR = "webhook_error"
    WAITING = "waiting"
    READS_ALL = "reads_all"
    NO_GROUPS = "no_groups"
    NO_FILES = "no_files"
    ROOM = "room"
    ROOMS_LEFT = "rooms_left"
    WORKSPACES = "workspaces"


NOTES = frozenset(
    {
        Trouble.NO_PLATFORM, Trouble.DATABASE_NEW, Trouble.LIMITED, Trouble.WAITING,
        Trouble.READS_ALL, Trouble.NO_GROUPS, Trouble.NO_FILES, Trouble.ROOMS_LEFT,
        Trouble.WORKSPACES,
    }
)  # fmt: skip
"""Worth knowing; nothing must be done."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A trouble and the values of its sentences, none of which is a secret."""

    trouble: Trouble
    values: dict[str, str] = field(default_factory=dict)

    @property
    def must_be_done(self) -> bool:
        return self.trouble not in NOTES

    def what(self, voice: Voice) -> str:
        return voice.say(f"doctor.{self.trouble}", **self.values)

    def fix(self, voice: Voice) -> str:
        return voice.say(f"doctor.{self.trouble}_fix", **self.values)


def found(trouble: Trouble, **values: object) -> Finding:
    return Finding(trouble, {name: _plain(str(value)) for name, value in values.items()})


def _plain(text: str) -> str:
    """Line by line what can be read: a platform's or a file's words command no terminal."""
    return "\n".join(" " * (len(one) - len(one.lstrip())) + clean(one) for one in text.split("\n"))


def report(findings: Sequence[Finding], voice: Voice, version: str) -> dict[str, object]:
    """For programs: `ok` unless something must be done."""
    return {
        "version": version,
        "ok": not any(one.must_be_done for one in findings),
        "findings": [
            {
                "id": one.trouble.value,
                "must_be_done": one.must_be_done,
                "what": one.what(voice),
                "fix": one.fix(voice),
            }
            for one in findings
        ],
    }
