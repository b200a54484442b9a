"""Reading what a settings line asks for: `language=both time=08:30`, `语言=繁体 时间=8点半`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bot.commands.parse_when import (
    ScheduleChange,
    at_night,
    read_clock,
    read_days,
    refuse_ambiguous,
)
from bot.commands.parse_zone import find_zone
from bot.core.chats import WORKDAYS, Cadence, Schedule
from bot.core.command_line import CommandLine
from bot.core.errors import BadArgument
from bot.core.language import Language, language_of
from bot.core.reply import Span
from bot.core.text import cut
from bot.core.workdays import ZONES

LANGUAGE_NAMES = {
    Language.EN: "English",
    Language.HANS: "简体中文",
    Language.HANT: "繁體中文",
    Language.BOTH: "中文 + English",
}
"""Each in its own language, so that whoever needs it can read it."""

_LANGUAGES = {
    Language.EN: "english 英文 英语 英語 英国话",
    Language.HANS: "chinese 中文 汉语 漢語 普通话 普通話 华语 国语 简体 简体中文 簡體 簡體中文"
    " 简体字 simplified simplifiedchinese mandarin",
    Language.HANT: "繁体 繁体中文 繁體 繁體中文 正體 正體中文 繁体字 繁中 traditional"
    " traditionalchinese",
    Language.BOTH: "双语 雙語 中英双语 中英文 两种语言 bilingual both bothlanguages 中文+english"
    " chineseandenglish englishandchinese",
}

_KEYS = {
    "language": "lang 语言 語言",
    "digest": "简报 簡報",
    "time": "时间 時間",
    "days": "day 日子",
    "cadence": "频率 頻率",
    "zone": "timezone tz 时区 時區",
    "topics": "topic 话题 話題",
    "silent": "静音 靜音",
    "only": "只看 只要 仅限",
    "reactions": "reaction 喜好 反应 反應",
    "holidays": "holiday 节假日 節假日 假日 假期",
    "sure": "",
}
_CADENCES = {
    Cadence.DAILY: "每日 每天",
    Cadence.WEEKLY: "每周 每週",
}
_COUNTRIES = {
    "CN": "china chinese prc 中国 中國 大陆 大陸 内地",
    "HK": "hongkong 香港",
    "TW": "taiwan taiwanese 台湾 台灣 臺灣",
    "SG": "singapore singaporean 新加坡",
    "US": "usa america american unitedstates 美国 美國",
    "GB": "uk britain british english england unitedkingdom greatbritain 英国 英國",
    "DE": "germany german deutschland 德国 德國",
    "JP": "japan japanese 日本",
}
_FLAGS = {True: "on yes 开 開 是", False: "off no 关 關 否"}

T = TypeVar("T")

_PAIR = re.compile(r"(\w+)\s*[=＝]\s*(.*?)(?=\s+\w+\s*[=＝]|$)")
_NONE = ("none", "")

FindTopic = Callable[[str], str]
"""The slug of the topic that words mean. Raises BadArgument with the nearest ones."""


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """What a settings line asks for; `None` leaves a thing as it is. `sure` confirms a time at
    night."""

    schedule_change: ScheduleChange = field(default_factory=ScheduleChange)
    language: Language | None = None
    topics: tuple[str, ...] | None = None
    silent: bool | None = None
    only: bool | None = None
    holidays: str | None = None
    reactions: bool | None = None
    on: bool | None = None
    sure: bool = False

    @property
    def only_subscribes(self) -> bool:
        """Whether it says what the digest is about, and when, but nothing else."""
        when = ScheduleChange(self.schedule_change.minute)
        wanted = SettingsChange(when, topics=self.topics, sure=self.sure)
        return self.topics is not None and self == wanted

    def wakes(self, schedule: Schedule | None) -> int | None:
        """The minute at night to which this moves the digest; `None` when it was confirmed or is
        no news."""
        minute = self.schedule_change.minute
        if minute is None or self.sure or self.on is False or not at_night(minute):
            return None
        return None if schedule and schedule.minute == minute else minute


def read_settings_change(
    words: str, schedule: Schedule | None, topics: tuple[str, ...], find_topic: FindTopic
) -> SettingsChange:
    """The whole line, before anything is stored. Raises BadArgument that names the field."""
    values = _pairs(words)
    return SettingsChange(
        _wish(values, schedule),
        _language(values["language"]) if "language" in values else None,
        _topics(values["topics"], topics, find_topic) if "topics" in values else None,
        _flag(values["silent"], "silent") if "silent" in values else None,
        _flag(values["only"], "only") if "only" in values else None,
        _holidays(values["holidays"], schedule) if "holidays" in values else None,
        _flag(values["reactions"], "reactions") if "reactions" in values else None,
        _flag(values["digest"], "digest") if "digest" in values else None,
        "sure" in values,
    )


def _pairs(words: str) -> dict[str, str]:
    named = _by_word(_KEYS)
    pairs = _PAIR.findall(words) or [words.partition(" ")[::2]]
    for key, _ in pairs:
        if key.lower() not in named:
            named_so, offers = Span(cut(key, 40), bold=True), [CommandLine("settings")]
            raise BadArgument("settings.unknown", words=named_so, offers=offers)
    return {named[key.lower()]: value.strip() for key, value in pairs}


def _wish(values: dict[str, str], schedule: Schedule | None) -> ScheduleChange:
    minute = days = cadence = zone = None
    if "time" in values and (minute := read_clock(values["time"])) is None:
        raise BadArgument("settings.bad_time", field="time")
    if "days" in values and not (days := _days(values["days"], schedule)):
        raise BadArgument("settings.bad_days", field="days")
    if "cadence" in values:
        cadence = _by_word(_CADENCES).get(values["cadence"].lower())
        if cadence is None:
            raise BadArgument("settings.bad_cadence", field="cadence")
    if "zone" in values and (zone := find_zone(values["zone"])) is None:
        refuse_ambiguous(values["zone"])
        raise BadArgument("settings.bad_zone", field="zone")
    return ScheduleChange(minute, days, cadence, zone)


def _days(value: str, schedule: Schedule | None) -> int | None:
    """A mask; `+fri` and `-fri` change the days there are, of which a weekly digest has one."""
    mask = read_days(value.lstrip("+-"))
    if mask is None or not value.startswith(("+", "-")):
        return mask
    now = schedule.days if schedule else WORKDAYS
    if value.startswith("-"):
        return now & ~mask
    return mask if schedule and schedule.cadence is Cadence.WEEKLY else now | mask


def _language(value: str) -> Language:
    found = read_language(value)
    if found is None:
        raise BadArgument("settings.bad_language", field="language")
    return found


def read_language(value: str) -> Language | None:
    """`zh-Hant`, `English`, 繁体中文; `None` for anything else."""
    word = re.sub(r"\s", "", value.lower())
    return language_of(value) or _by_word(_LANGUAGES).get(word)


def _topics(value: str, now: tuple[str, ...], find_topic: FindTopic) -> tuple[str, ...]:
    """Slugs; `+pay` and `-pay` change the topics there are, `none` drops all."""
    words = [] if value.lower() in _NONE else re.split("[,，、]", value.lstrip("+-"))
    slugs = tuple(dict.fromkeys(find_topic(word.strip()) for word in words))
    if value.startswith("-"):
        return tuple(slug for slug in now if slug not in slugs)
    return (*now, *slugs) if value.startswith("+") else slugs


def _flag(value: str, field: str) -> bool:
    flag = _by_word(_FLAGS).get(value.lower())
    if flag is None:
        raise BadArgument("settings.bad_flag", field=field)
    return flag


def _holidays(value: str, schedule: Schedule | None) -> str:
    """Whose public holidays to keep; empty for none, `on` for those of the zone's country."""
    flag = _by_word(_FLAGS).get(value.lower())
    if flag is False or value.lower() in _NONE:
        return ""
    home = ZONES.get(schedule.zone) if flag and schedule else None
    if (country := home or read_country(value)) is None:
        raise BadArgument("settings.bad_holidays", field="holidays")
    return country


def read_country(value: str) -> str | None:
    """`CN`, `Germany`, `bank holidays in the UK`'s UK, 中国; None for one that is not kept."""
    word = re.sub(r"[\s.]|^the ", "", value.lower())
    return _by_word(_COUNTRIES).get(word)


def _by_word(words: Mapping[T, str]) -> dict[str, T]:
    return {
        word: meant
        for meant, others in words.items()
        for word in (str(meant).lower(), *others.split())
    }
