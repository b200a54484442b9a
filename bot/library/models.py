"""Article, quote and topic as the editors write them in YAML.

The descriptions and examples here become the JSON Schemas in `content/schema/`, which editors see
while typing. Unknown keys are refused. Rules that look at more than one field live in `check`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=48,
        description="Lower-case words joined by hyphens, never used again",
        examples=["nobody-takes-vacation"],
    ),
]
Day = Annotated[
    str,
    Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="A date, quoted", examples=["2024-05-10"]),
]
When = Annotated[
    str,
    Field(
        pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$",
        description="A year, month or day, quoted",
        examples=["2024-04"],
    ),
]


class Model(BaseModel):
    """Frozen, and refuses keys that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Text(Model):
    """One text in both languages; traditional Chinese is derived."""

    hans: str = Field(alias="zh-Hans", min_length=1, description="Simplified Chinese")
    en: str = Field(min_length=1, description="English")


class Status(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class TitleStatus(StrEnum):
    ORIGINAL = "original"
    REPOSTER = "reposter"
    OURS = "ours"


class SpeakerKind(StrEnum):
    NAMED = "named"
    PSEUDONYM = "pseudonym"
    ANONYMOUS = "anonymous"
    GROUP = "group"


class Repair(StrEnum):
    NONE = "none"
    EXACT = "exact"
    GUESSED = "guessed"


class Bound(StrEnum):
    ABOUT = "about"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    OVER = "over"
