"""The commands as a platform's menu shows them; made from the registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.language import Language


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One command: `verb` is `[a-z]{1,32}`, summaries are at most 256 characters.

    `manages` says that in rooms only those who may change settings get far with it.
    """

    verb: str
    summary: Mapping[Language, str]
    manages: bool = False
