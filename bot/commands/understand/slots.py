"""Reading what a phrase leaves open, by the readers that commands use themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from bot.commands.parse_settings import read_country, read_language
from bot.commands.parse_when import (
    DAY_NAMES,
    ScheduleChange,
    format_clock,
    read_clock,
    read_pause,
    read_schedule_change,
)
from bot.commands.parse_zone import cities_of, find_zone
from bot.commands.understand.wishes import Read
from bot.core.chats import EVERY_DAY, WORKDAYS, days_in
from bot.core.errors import BadArgument
from bot.core.text import is_chinese
from bot.library.aliases import plain_key
from bot.library.library import Library

_JOINTS = re.compile(r"\s*(?:[,，、;；&+]|\band\b|\bor\b|\bplus\b|和|与|及|跟|以及|还有)\s*")
_AROUND = re.compile(
    r"^(?:the|this|that|a|an|topic|some|关于|有关)\s*|\s*(?:topics?|stuff|的|话题|问题)$"
)

_FIGURES = re.compile(r"\d|noon|midnight|[点點]")
_DAYS_TOO = re.compile(r"daily|weekdays|weekly|mon|tue|wed|thu|fri|sat|sun")
_EVERY = re.compile(r"\b(?:every|each|daily|weekly|weekdays|weekends)\b|每|天天|工作日|周末")
_HALF_DAY = re.compile(r"\b(?:in the|at|every|each)?\s*(morning|afternoon|evening|night|noon)s?\b")
_O_CLOCK = re.compile(r"\s*o'?clock\b")
_HOUR_NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
               "eleven", "twelve")  # fmt: skip
_HOURS = re.compile(rf"\b(?:{'|'.join(_HOUR_NAMES)})\b")
_WORDS_BETWEEN = re.compile(r"\b(?:please|for|by|around|about|come|in|from|now)\b")
_HAN_CLOCK = (
    r"(?:早上|早晨|清晨|上午|中午|下午|傍晚|晚上|夜里|凌晨)?"
    r"(?:\d{1,2}|[零一二两三四五六七八九十]{1,3})(?:[:：]\d{2}|[点點时](?:半|一刻|整|[\d零一二三四五六七八九十]{1,3}分?)?)"
)
_HAN_PIECES = re.compile(
    rf"每(?:个)?(?:周|星期|礼拜)[一二三四五六日天]|(?:周|星期|礼拜)[一二三四五六日天](?:[到至](?:周|星期|礼拜)?[一二三四五六日天])?"
    rf"|每个?工作日|工作日|平日|每天|每日|天天|周末|{_HAN_CLOCK}"
)
_EVENING = ("afternoon", "evening", "night")
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
            "seven": 7, "eight": 8, "nine": 9, "ten": 10, "couple of": 2, "few": 3,
            "a few": 3, "half a": 0}  # fmt: skip
_HAN_NUMBERS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8,
                "九": 9, "十": 10, "半": 0, "几": 3}  # fmt: skip
_SPAN = re.compile(
    r"(?:the )?(?:next )?(\d{1,3}|[a-z ]+?)?\s*(hour|day|week|month|weekend)s?(?: or so)?"
)
_HAN_SPAN = re.compile(
    r"(\d{1,3}|[一两二三四五六七八九十几])?个?(小时|天|日|周|星期|礼拜|月)(?:时间)?"
)
_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "weekend": 3,
         "小时": 1 / 24, "天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30}  # fmt: skip
_TODAY = {"today": "1d", "tomorrow": "2d", "tonight": "12h", "今天": "1d", "明天": "2d"}

_LANGUAGE_ENDS = re.compile(r"^(?:in |the )|(?: language)$|语言$")
_PLACE_ENDS = re.compile(r"^the |(?: (?:time|area|city|now))$|(?:市|这边|那边|这里|工作|上班)$")


def readers(library: Library) -> Mapping[str, Read]:
    """How each slot is read, with this library's topics and speakers."""
    return {
        "topic": partial(read_topic, library),
        "topics": partial(_topics, library),
        "speaker": partial(_speaker, library),
        "name": partial(_name, library),
        "when": read_when,
        "schedule": _schedule,
        "clock": _clock,
        "zone": _zone,
        "pause": _pause,
        "language": _language,
        "country": read_country,
    }


def read_topic(library: Library, words: str) -> str | None:
    """The slug of the topic that the words name, `the layoffs topic` included."""
    bare = _AROUND.sub("", _AROUND.sub("", words.strip())).strip()
    for tried in (words, bare, bare.removesuffix("s"), f"{bare}s"):
        if tried and (topic := library.topic_of(tried)):
            return topic.slug
    return None


def _topics(library: Library, words: str) -> str | None:
    if whole := read_topic(library, words):
        return whole
    parts = [part for part in _JOINTS.split(words) if part]
    slugs = [read_topic(library, part) for part in parts]
    return ",".join(dict.fromkeys(filter(None, slugs))) if parts and all(slugs) else None


def _speaker(library: Library, words: str) -> str | None:
    sought = plain_key(words)
    return words if len(sought) > 1 and sought in library.speaker_names else None


def _name(library: Library, words: str) -> str | None:
    """Somebody or something that is named in the library, quoted or not."""
    named = words.split()
    return words if named and all(word in library.names for word in named) else None


def read_when(words: str) -> str | None:
    """`every day at 8` as `08:00 daily`, 每周一 as `weekly mon`; `None` when it is no time."""
    pieces = _chinese(words) if is_chinese(words) else _english(words)
    if pieces is None:
        return None
    try:
        change = read_schedule_change(pieces)
    except BadArgument:
        return None
    return _told(change, every=bool(_EVERY.search(words))) or None


def _schedule(words: str) -> str | None:
    """A time that can only be meant for digests: a time of day in figures, and the days."""
    told = read_when(words)
    if told is None or not _FIGURES.search(words) or len(told.split()) < 2:
        return None
    return told if read_clock(told.split()[0]) is not None and _DAYS_TOO.search(told) else None


def _told(change: ScheduleChange, *, every: bool) -> str:
    words = [format_clock(change.minute)] if change.minute is not None else []
    if change.days is not None:
        days = list(days_in(change.days))
        if change.days == EVERY_DAY:
            words.append("daily")
        elif change.days == WORKDAYS:
            words.append("weekdays")
        else:
            words += ["weekly"] if len(days) == 1 and every else []
            words.append(",".join(DAY_NAMES[day] for day in days))
    elif change.cadence is not None:
        words.append(str(change.cadence.value))
    return " ".join([*words, *([change.zone] if change.zone else [])])


def _english(words: str) -> str:
    text = _O_CLOCK.sub("", f" {words} ".lower())
    text = _HOURS.sub(lambda found: str(_HOUR_NAMES.index(found[0]) + 1), text)
    part = _HALF_DAY.search(text)
    if part:
        daily = " daily " if re.search(r"\b(?:every|each)\s+\w+s?\b", part[0]) else " "
        text = text.replace(part[0], daily)
        if part[1] == "noon":
            text += " 12:00 "
        elif part[1] in _EVENING:
            text = re.sub(r"\b(\d{1,2})(:\d\d)?\b(?!\s*[ap]m)(?!:)", r"\1\2pm", text)
    text = re.sub(r"\b(?:half past|half) (\d{1,2})\b", r"\1:30", text)
    text = re.sub(r"\bquarter past (\d{1,2})\b", r"\1:15", text)
    text = re.sub(r"(\d)\s+([ap])\.?m\.?", r"\1\2m", re.sub(r"\b([ap])\.m\.?", r"\1m", text))
    text = re.sub(r"(?<=\d)[.h](?=\d\d\b)", ":", text)
    text = re.sub(r"\b(mon|tues|wednes|thurs|fri|satur|sun)days?\b", _short_day, text)
    return " ".join(_WORDS_BETWEEN.sub(" ", text).split())


def _short_day(found: re.Match[str]) -> str:
    return found[1][:3]


def _chinese(words: str) -> str | None:
    """The pieces apart, as the reader of schedules wants them; `None` when anything is left."""
    found = _HAN_PIECES.findall(words)
    left = _HAN_PIECES.sub("", words)
    if not found or re.sub(r"[的在于和、,，\s]|时候|时间|准时", "", left):
        return None
    return " ".join(map(_han_piece, found))


def _han_piece(piece: str) -> str:
    piece = piece.replace("每个", "每").replace("星期", "周").replace("礼拜", "周")
    if piece == "每工作日":
        return "工作日"
    piece = re.sub("早晨|清晨|凌晨", "早上", re.sub("傍晚|夜里", "晚上", piece))
    piece = piece.replace("时", "点").replace("整", "").replace("一刻", "15分")
    noon = piece.startswith("中午")
    piece = piece.removeprefix("中午") if noon else piece
    return f"下午{piece}" if noon and re.match("[一1](?:点|:)", piece) else piece


def _clock(words: str) -> str | None:
    told = read_when(words)
    return told if told and read_clock(told) is not None else None


def _zone(words: str) -> str | None:
    for tried in (words, _PLACE_ENDS.sub("", words).strip()):
        if tried and (find_zone(tried) or cities_of(tried)):
            return tried.replace(" ", "_") if tried.isascii() else tried
    return None


def _pause(words: str) -> str | None:
    if words in _TODAY:
        return _TODAY[words]
    chinese = is_chinese(words)
    found = (_HAN_SPAN if chinese else _SPAN).fullmatch(words)
    if found:
        number = (found[1] or ("" if chinese else "a")).strip()
        count = int(number) if number.isdigit() else {**_NUMBERS, **_HAN_NUMBERS}.get(number)
        if count is None:
            return None
        days = count * _DAYS[found[2]]
        return f"{count}h" if found[2] in ("hour", "小时") else f"{round(days)}d"
    try:
        read_pause(words)
    except BadArgument:
        return None
    return words.replace(" ", "")


def _language(words: str) -> str | None:
    found = read_language(_LANGUAGE_ENDS.sub("", words.strip()))
    return str(found.value) if found else None
