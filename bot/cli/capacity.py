"""`aiwork capacity`: what the platforms' limits will make of the digests to come."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import timedelta

import click

from bot.app.capacity import forecasts
from bot.cli.common import sentences, table
from bot.delivery.capacity import SlotForecast
from bot.settings import read_settings


@click.command()
@click.option(
    "--hours", type=click.IntRange(1, 168), default=24, show_default=True, help="How far ahead."
)
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=20, show_default=True,
    help="Slots in the table, the fullest first; JSON has all.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print every slot as JSON.")
@sentences
def capacity(hours: int, limit: int, as_json: bool) -> None:
    """Foresee each slot of each bot token and workspace: how many digests are due, when the last
    will arrive at the platform's limit, how many would expire (after six hours).

    Exit code 1 when a slot needs half of that time or more.
    """
    found = asyncio.run(forecasts(read_settings(), timedelta(hours=hours)))
    if as_json:
        click.echo(json.dumps([_figures(one) for one in found], indent=1))
    else:
        fullest = sorted(found, key=lambda one: (-one.used, one.due))
        table("Capacity", list(map(_row, fullest[:limit])))
        if len(found) > limit:
            click.echo(f"… and {len(found) - limit} slots that need less; --json has all")
        click.echo(_summary(found))
    sys.exit(1 if any(one.tight for one in found) else 0)


def _figures(one: SlotForecast) -> dict[str, object]:
    return {
        "lane": one.lane,
        "due": one.due.isoformat(),
        "count": one.count,
        "last": one.last.isoformat(),
        "expired": one.expired,
        "used": round(one.used, 4),
        "tight": one.tight,
    }


def _row(one: SlotForecast) -> dict[str, str]:
    return {
        "lane": one.lane,
        "due": f"{one.due:%Y-%m-%d %H:%M}Z",
        "digests": f"{one.count:,}",
        "last arrives": f"{one.last:%H:%M:%S}Z",
        "of six hours": f"{one.used:.0%}",
        "would expire": f"{one.expired:,}",
    }


def _summary(found: Sequence[SlotForecast]) -> str:
    expired, tight = sum(one.expired for one in found), sum(one.tight for one in found)
    if expired:
        return (
            f"{expired:,} digests would expire: move chats to other times (`digest on 10:00`), or"
            " run a second bot with a token of its own"
        )
    if tight:
        return (
            f"{tight:,} slots need half of six hours or more: from twice as many on, digests would"
            " expire; offer other times before it grows"
        )
    return "every digest arrives in less than half of its time"
