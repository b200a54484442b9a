"""Every setting, and what an operator is told when one is wrong."""

from __future__ import annotations

from bot.settings.reading import origin, read_settings, secrets_of, shown, variable
from bot.settings.settings import DEFAULTS, LOCAL, Settings

__all__ = [
    "DEFAULTS",
    "LOCAL",
    "Settings",
    "origin",
    "read_settings",
    "secrets_of",
    "shown",
    "variable",
]
