"""The small parts that articles and topics are made of: texts, days, numbers, closed lists.

Descriptions and examples become the help that editors see while typing, so each is said in
English and, on the next line, in Chinese.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

MAX_ID = 48
"""Characters of an id: it travels in `quote <id> p99` (64 bytes of Telegram callback data) and in
the deep link `article_<id>` (64 characters)."""

MAX_EVIDENCE = 40
"""Characters of a locator: enough to find the place, too short to stand in for the article."""


class Unit(StrEnum):
    """What a figure counts. A closed list, because each unit has its own way of being drawn."""

    PERCENT = "percent"
    TIMES = "times"
    PEOPLE = "people"
    JOBS = "jobs"
    COMPANIES = "companies"
    EVENTS = "events"
    PAPERS = "papers"
    ITEMS = "items"
    USD = "usd"
    CNY = "cny"
    HOURS = "hours"
    HOURS_PER_DAY = "hours_per_day"
    HOURS_PER_WEEK = "hours_per_week"
    DAYS = "days"
    DAYS_PER_WEEK = "days_per_week"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    MILES = "miles"
    CLUSTERS = "clusters"


class Bound(StrEnum):
    ABOUT = "about"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    OVER = "over"


class TextLanguage(StrEnum):
    """The languages that content is written in; traditional Chinese is derived."""

    HANS = "zh-Hans"
    EN = "en"


class PublicationStatus(StrEnum):
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


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("number", "not a number")
    return value


def _day(value: str) -> str:
    try:
        date.fromisoformat(f"{value}-01-01"[:10] if len(value) == 4 else f"{value}-01"[:10])
    except ValueError as error:
        raise PydanticCustomError("no_such_day", "no such day") from error
    return value


Number = Annotated[int | float, PlainValidator(_number), WithJsonSchema({"type": "number"})]
"""A number as written, never one read from text or from true/false."""

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=MAX_ID)]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_day)]
When = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"), AfterValidator(_day)]
Https = Annotated[str, Field(pattern=r"^https://[^\s/]+\.[^\s]+$", max_length=500)]
NonEmptyText = Annotated[str, Field(min_length=1)]


class Model(BaseModel):
    """Frozen, and refuses keys that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def about(english: str, chinese: str, *examples: Any, **more: Any) -> Any:
    """A field whose schema says what it is for, in both languages, and shows an example."""
    return Field(description=f"{english}\n{chinese}", examples=list(examples), **more)


class Text(Model):
    """One text in both languages; traditional Chinese is derived from the simplified."""

    hans: NonEmptyText = about(
        "Simplified Chinese, with full-width punctuation and a space beside Latin and digits.",
        "简体中文；标点用全角，汉字与英文、数字之间留空格。",
        "每周工作 100 小时",
        alias="zh-Hans",
        title="Simplified Chinese",
    )
    hant: NonEmptyText | None = about(
        "Traditional Chinese, only where the derived one is wrong (a name).",
        "繁体中文；只在自动转换不对时才写（例如人名）。",
        "薩姆·阿特曼",
        alias="zh-Hant",
        default=None,
        title="Traditional Chinese",
    )
    en: NonEmptyText = about(
        "The same in English.", "同样内容的英文。", "100 hours a week", title="English"
    )


class Translation(Model):
    """Our own translation of a quotation, into the language it was not said in."""

    hans: NonEmptyText | None = about(
        "Our Chinese translation, for a quotation in English.",
        "我们的中文译文；语录原文是英文时填写。",
        "我们基本上一直在冲刺。",
        alias="zh-Hans",
        default=None,
        title="Chinese translation",
    )
    en: NonEmptyText | None = about(
        "Our English translation, for a quotation in Chinese. Shown as ours, never as their words.",
        "我们的英文译文；语录原文是中文时填写。展示时注明是我们译的，不当作原话。",
        "We are basically sprinting all the time.",
        default=None,
        title="English translation",
    )


class Sayings(Model):
    """Lines by which an entry is found and that nobody is ever shown."""

    en: tuple[NonEmptyText, ...] = about(
        "In English.",
        "英文。",
        ["nobody goes on holiday here"],
        default=(),
        max_length=4,
        title="English",
    )
    hans: tuple[NonEmptyText, ...] = about(
        "In Chinese.",
        "中文。",
        ["这儿没人休假"],
        alias="zh-Hans",
        default=(),
        max_length=4,
        title="Simplified Chinese",
    )

    @property
    def lines(self) -> tuple[str, ...]:
        return (*self.en, *self.hans)
