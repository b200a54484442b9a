"""What one person who floods the bot costs the others: the real process, Slack's Socket Mode.

    python -m tests.benchmarks.noisy [--quick] [--json]

Fifty people ask one thing each, at an even pace; then the same with somebody who sends sixty long
lookups at once, again and again. The time of an answer counts from the post of the command to the
arrival of its answer. The baseline is the same run without the flood.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.adapters.slack.payloads import slash
from tests.standin.slack import APP_TOKEN, BOT_TOKEN, SlackStandIn
from tests.standin.slack_api import Json
from tests.whole import running

GOAL_MS = 300.0
"""For 99 of 100 answers to the fifty while the flood lasts."""

PEOPLE, FLOOD, PACE = 50, 60, 0.05
"""Who asks; lines of one flood; seconds between two askers."""

LINES = ("quote 996", "help", "topics", "quote 裁员", "fact layoffs")
NOISE = "quote 研究员 " + "1" * 450


class TimedSlack(SlackStandIn):
    def __init__(self) -> None:
        super().__init__()
        self.answered: dict[str, float] = {}

    def respond(self, key: str, message: Json) -> Json:
        self.answered.setdefault(key, time.perf_counter())
        return super().respond(key, message)


def main() -> None:
    rounds = 2 if "--quick" in sys.argv else 8
    figures = asyncio.run(measure(rounds))
    if "--json" in sys.argv:
        print(json.dumps(figures, indent=1))
        return
    for label, key, goal in (
        ("quiet, nobody else: p50", "alone_p50_ms", ""),
        ("  p99", "alone_p99_ms", ""),
        ("quiet beside the flood: p50", "beside_p50_ms", ""),
        ("  p99", "beside_p99_ms", f"   goal {GOAL_MS:.0f} ms"),
    ):
        print(f"{label:<34}{figures[key]:>9.0f} ms{goal}")
    print(f"{'  p99 in p99 alone':<34}{figures['p99_ratio']:>9.2f}")


async def measure(rounds: int) -> dict[str, float]:
    settings = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
    with tempfile.TemporaryDirectory() as folder:
        async with TimedSlack() as slack:
            slack.users |= {f"U{n:04}": {"locale": "en-US", "tz": "UTC"} for n in range(PEOPLE)}
            settings["SLACK_API_BASE_URL"] = slack.api
            async with running(Path(folder), settings) as bot:
                await bot.ready()
                await asked(slack)  # profiles are read, and the index is opened
                alone = [wait for _ in range(rounds) for wait in await asked(slack)]
                beside = [wait for _ in range(rounds) for wait in await asked(slack, flood=True)]
    figures = {
        f"{name}_{share}_ms": value * 1000
        for name, waits in (("alone", alone), ("beside", beside))
        for share, value in (
            ("p50", statistics.median(waits)),
            ("p99", statistics.quantiles(waits, n=100)[98]),
        )
    }
    return {**figures, "p99_ratio": figures["beside_p99_ms"] / figures["alone_p99_ms"]}


async def asked(slack: TimedSlack, *, flood: bool = False) -> list[float]:
    """Seconds that each of the fifty waited."""
    if flood:
        for _ in range(FLOOD):
            payload = slash(slack, NOISE, user="U0LI")
            await slack.push(slack.envelope("slash_commands", payload))
    posted: dict[str, float] = {}
    for number in range(PEOPLE):
        payload = slash(slack, LINES[number % len(LINES)], user=f"U{number:04}", channel="D0ANN")
        posted[str(payload["response_url"]).rpartition("/")[2]] = time.perf_counter()
        await slack.push(slack.envelope("slash_commands", payload))
        await asyncio.sleep(PACE)
    await slack.until(lambda: posted.keys() <= slack.answered.keys(), 60)
    return [slack.answered[key] - at for key, at in posted.items()]


if __name__ == "__main__":
    main()
