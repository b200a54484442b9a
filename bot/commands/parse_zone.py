"""Time zones as people name them: IANA names, cities in both languages, UTC+8."""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import available_timezones

COMMON = (
    "Asia/Shanghai",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "UTC",
)
"""Offered as buttons; any other can be typed."""

_PLACES = {
    "Asia/Shanghai": "beijing 北京 上海 shenzhen 深圳 hangzhou 杭州 guangzhou 广州 廣州 chengdu"
    " 成都 nanjing 南京 wuhan 武汉 武漢 suzhou 苏州 蘇州 xian 西安 china 中国 中國",
    "Asia/Taipei": "台北 臺北 taiwan 台湾 台灣 臺灣 hsinchu 新竹",
    "Asia/Hong_Kong": "香港 hongkong hk",
    "Asia/Singapore": "新加坡",
    "Asia/Tokyo": "东京 東京 japan 日本",
    "Asia/Seoul": "首尔 首爾 korea 韩国 韓國",
    "Asia/Kolkata": "bangalore bengaluru mumbai delhi india 印度",
    "Europe/London": "伦敦 倫敦 uk 英国 英國",
    "Europe/Paris": "巴黎",
    "Europe/Berlin": "柏林 munich 慕尼黑",
    "Europe/Zurich": "苏黎世 蘇黎世",
    "America/New_York": "纽约 紐約 nyc boston 波士顿 波士頓 edt et",
    "America/Chicago": "芝加哥 austin 奥斯汀 ct",
    "America/Toronto": "多伦多 多倫多",
    "America/Los_Angeles": "sanfrancisco sf 旧金山 舊金山 bayarea 湾区 灣區 siliconvalley 硅谷 矽谷"
    " seattle 西雅图 西雅圖 paloalto menlopark mountainview 洛杉矶 洛杉磯 pst pdt pt",
    "America/Vancouver": "温哥华 溫哥華",
    "Australia/Sydney": "悉尼 雪梨",
    "UTC": "gmt z",
}

_AMBIGUOUS = {
    "cst": ("Shanghai", "Chicago"),
    "ist": ("Bangalore", "Dublin", "Jerusalem"),
    "bst": ("London", "Dhaka"),
    "ast": ("Halifax", "Riyadh"),
    "est": ("New York", "Sydney"),
}
"""Abbreviations that mean one zone here and another there, with a city of each."""

_HALF_HOURS = {
    "+3:30": "Asia/Tehran",
    "+4:30": "Asia/Kabul",
    "+5:30": "Asia/Kolkata",
    "+5:45": "Asia/Kathmandu",
    "+6:30": "Asia/Yangon",
    "+9:30": "Australia/Darwin",
}
"""Offsets that the Etc/ zones of IANA lack, as places that keep them all year."""

_OFFSET = re.compile(r"(?:utc|gmt)([+-])(\d{1,2})(?::?(\d{2}))?")


def find_zone(words: str) -> str | None:
    """The IANA zone that somebody means, or `None`.

    Takes `Asia/Shanghai`, `new york`, `北京`, `UTC+8`, `GMT-5:00`. Signs are as people write them:
    UTC+8 is east of Greenwich, although IANA calls it Etc/GMT-8.
    """
    name = re.sub(r"[\s_]+", "", words).lower().replace("−", "-")
    if match := _OFFSET.fullmatch(name):
        return _fixed(match[1], int(match[2]), match[3] or "00")
    return None if name in _AMBIGUOUS else _names().get(name)


def cities_of(words: str) -> tuple[str, ...]:
    """Cities of the zones that an ambiguous abbreviation may mean; none for any other word."""
    return _AMBIGUOUS.get(words.strip().lower(), ())


def zone_told(zone: str) -> str:
    """The zone as people write it: IANA's Etc/GMT-8 is UTC+8, east of Greenwich."""
    if not zone.startswith("Etc/GMT") or zone == "Etc/GMT":
        return zone
    return f"UTC{zone[7:].translate(str.maketrans('+-', '-+'))}"


def _fixed(sign: str, hours: int, minutes: str) -> str | None:
    if minutes != "00":
        return _HALF_HOURS.get(f"{sign}{hours}:{minutes}")
    if hours == 0:
        return "UTC"
    inverse = "-" if sign == "+" else "+"
    zone = f"Etc/GMT{inverse}{hours}"
    return zone if zone in available_timezones() else None


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for zone in sorted(available_timezones()):
        names[zone.replace("_", "").lower()] = zone
        if "/" in zone:
            names.setdefault(zone.rsplit("/", 1)[1].replace("_", "").lower(), zone)
    for zone, places in _PLACES.items():
        names.update(dict.fromkeys(places.split(), zone))
    return names
