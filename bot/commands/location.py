"""`location`: a shared place is the time zone that it lies in, asked back by the clock there."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from bot.commands.registry import Who, command
from bot.commands.request import Request
from bot.commands.target import read_target
from bot.core.errors import BadArgument
from bot.core.reply import Act, Buttons, Paragraph, Reply, Span

_PLACE = re.compile(r"(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)")
_ISO_6709 = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?([+-])(\d{3})(\d{2})(\d{2})?")


@command("location", listed=False, who=Who.MANAGERS, personal=True)
async def location(request: Request) -> Reply:
    """`location 31.23,121.47`, as the platform says it."""
    target = await read_target(request)
    match = _PLACE.fullmatch(target.words)
    if match is None:
        raise BadArgument("settings.bad_zone")
    zone = nearest_zone(float(match[1]), float(match[2]))
    time = f"{request.services.now().astimezone(ZoneInfo(zone)):%H:%M}"
    city = zone.rpartition("/")[2].replace("_", " ")
    asked = request.spans("location.asked", time=Span(time, bold=True), city=Span(city, bold=True))
    yes = Act(request.say("button.yes"), target.line("settings", f"zone={zone}"))
    no = Act(request.say("button.no"), target.line("settings"))
    return Reply((Paragraph(asked), Buttons((yes, no))))


def nearest_zone(latitude: float, longitude: float) -> str:
    """The zone whose principal place in tzdata's zone1970.tab is nearest; degrees."""
    here = _point(latitude, longitude)
    return min(_zones(), key=lambda zone: math.dist(here, zone[0]))[1]


@cache
def _zones() -> tuple[tuple[tuple[float, float, float], str], ...]:
    return tuple(_read_zones())


def _read_zones() -> Iterator[tuple[tuple[float, float, float], str]]:
    table = files("tzdata").joinpath("zoneinfo", "zone1970.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            _, place, zone, *_ = line.split("\t")
            match = _ISO_6709.fullmatch(place)
            if match:
                yield _point(_degrees(*match.groups()[:4]), _degrees(*match.groups()[4:])), zone


def _degrees(sign: str, degrees: str, minutes: str, seconds: str | None) -> float:
    value = int(degrees) + int(minutes) / 60 + int(seconds or 0) / 3600
    return -value if sign == "-" else value


def _point(latitude: float, longitude: float) -> tuple[float, float, float]:
    """On the unit sphere, where the nearest in a straight line is the nearest."""
    lat, lon = math.radians(latitude), math.radians(longitude)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
