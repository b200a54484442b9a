"""The languages the bot speaks."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """`BOTH` shows Chinese and English together, for mixed teams."""

    EN = "en"
    HANS = "zh-Hans"
    HANT = "zh-Hant"
    BOTH = "both"

    @property
    def chinese(self) -> bool:
        return self in (Language.HANS, Language.HANT)


_TRADITIONAL_REGIONS = ("hant", "tw", "hk", "mo")


def language_of(hint: str | None) -> Language | None:
    """What a platform's or a person's hint means: `zh-TW`, `zh_CN.UTF-8`, `en-US`, `both`.

    `None` for no hint and for languages that the bot does not speak.
    """
    if not hint:
        return None
    primary, *rest = hint.lower().replace("_", "-").replace(".", "-").split("-")
    if primary == "zh":
        return (
            Language.HANT if any(part in _TRADITIONAL_REGIONS for part in rest) else Language.HANS
        )
    return next((known for known in (Language.EN, Language.BOTH) if known == primary), None)
