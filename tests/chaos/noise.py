"""A real process with every route open, under requests that nobody sane would send.

python -m tests.chaos.noise [--requests 10000] [--slow 40] [--seed N] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlencode

import psutil

from tests.adapters.slack.payloads import happened, mention, pressed, slash
from tests.adapters.slack.service import signature
from tests.fleet import Fleet, Slack, Telegram
from tests.standin.slack_oauth import SIGNING_SECRET
from tests.whole import Bot

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
LEFT = 0
"""The status of a request whose connection was closed without an answer."""

WELL = (200, 204)
GROWTH = 12_000_000
"""Bytes: what an allocator keeps of eight requests of 2 MB at once, and no more however many."""

ROUTES = (
    "/slack/events", "/slack/commands", "/slack/interactions", "/telegram", "/slack/install",
    "/slack/oauth_redirect", "/healthz", "/livez", "/readyz", "/metrics", "/", "/nowhere",
)  # fmt: skip
OPEN = ("/slack/install", "/healthz", "/livez", "/readyz", "/metrics", "/")
"""What anybody may look at with GET; `/` is the reading room, for the bot has an address."""


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def bare(self) -> str:
        return self.path.partition("?")[0]

    @property
    def harmless(self) -> bool:
        """May be answered with 200: an open page, or Slack's look at a certificate."""
        look = self.bare == "/slack/commands" and (
            self.body.startswith(b"ssl_check=1") or "ssl_check" in self.path
        )
        return look or (self.bare in OPEN and self.method in ("GET", "HEAD"))


@dataclass(frozen=True, slots=True)
class NoiseVerdict:
    """`wrong` are requests that got what they should not; `heard` commands that a listener ran."""

    requests: int
    statuses: dict[int, int]
    wrong: int
    heard: int
    lines: int
    rss_before: int
    rss_after: int
    slow: int
    slow_statuses: dict[int, int]
    slow_seconds: float
    examples: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        flat = self.rss_after - self.rss_before <= GROWTH
        cut = set(self.slow_statuses) <= {LEFT, 408} and self.slow_seconds < 15
        return not (self.wrong or self.heard or self.lines) and flat and cut


async def noise_test(
    url: str,
    requests: int,
    slow: int,
    rng: random.Random,
    *,
    progress: Callable[[], object] = lambda: None,
) -> NoiseVerdict:
    with tempfile.TemporaryDirectory() as folder:
        async with (
            Slack() as slack,
            Telegram() as telegram,
            Fleet(Path(folder), url, slack, telegram) as fleet,
        ):
            bot = await fleet.start("run")
            return await _Run(bot, slack, rng, progress).judged(fleet, requests, slow)


class _Run:
    def __init__(
        self, bot: Bot, slack: Slack, rng: random.Random, progress: Callable[[], object]
    ) -> None:
        self._bot, self._slack, self._rng, self._progress = bot, slack, rng, progress
        self._seen: Counter[int] = Counter()
        self._wrong: list[str] = []

    async def judged(self, fleet: Fleet, requests: int, slow: int) -> NoiseVerdict:
        await self._send(max(200, requests // 5))
        before = self._rss()
        self._seen.clear()
        await self._send(requests)
        after = self._rss()
        slow_statuses, seconds = await self._crawl(slow)
        return NoiseVerdict(
            requests=requests,
            statuses=dict(sorted(self._seen.items())),
            wrong=len(self._wrong),
            heard=int(await fleet.figure(self._bot, "aiwork_commands_total")),
            lines=len(self._bot.errors.splitlines()),
            rss_before=before,
            rss_after=after,
            slow=slow,
            slow_statuses=dict(slow_statuses),
            slow_seconds=round(seconds, 1),
            examples=(*self._wrong[:5], *self._bot.errors.splitlines()[:5]),
        )

    def _rss(self) -> int:
        return int(psutil.Process(self._bot.process.pid).memory_info().rss)

    async def _send(self, number: int) -> None:
        async def some(count: int) -> None:
            for _ in range(count):
                request = a_request(self._rng, self._slack)
                status = await self._ask(request)
                self._seen[status] += 1
                if not (status == LEFT or 400 <= status < 500) and not (
                    status in WELL and request.harmless
                ):
                    self._wrong.append(f"{status} for {request.method} {request.path}")
                self._progress()

        await asyncio.gather(*(some(number // 8) for _ in range(8)))

    async def _ask(self, request: Request) -> int:
        head = [f"{request.method} {request.path} HTTP/1.1", "Host: bot", "Connection: close"]
        head += [f"{name}: {value}" for name, value in request.headers.items()]
        head += [f"Content-Length: {len(request.body)}", "", ""]
        return await self._exchange("\r\n".join(head).encode("latin-1", "replace") + request.body)

    async def _exchange(self, raw: bytes) -> int:
        """The status of the answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._bot.port)
        try:
            writer.write(raw)
            answer = await reader.read()
        except ConnectionError:
            return LEFT
        finally:
            writer.close()
        if answer.startswith(b"HTTP/1.1 100"):
            answer = answer.partition(b"\r\n\r\n")[2]
        return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else LEFT

    async def _crawl(self, number: int) -> tuple[Counter[int], float]:
        """Bodies and heads that never end, all at once, and whether health is answered meanwhile;
        seconds until the last was cut off."""
        body = b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Length: 900\r\n\r\n{"
        head = b"POST /telegram HTTP/1.1\r\nHost: b"
        began = time.monotonic()
        crawling = [
            asyncio.create_task(self._exchange(body if at % 2 else head)) for at in range(number)
        ]
        health = await self._exchange(b"GET /healthz HTTP/1.0\r\n\r\n")
        if health != 200:
            self._wrong.append(f"{health} for /healthz while others are slow")
        return Counter(await asyncio.gather(*crawling)), time.monotonic() - began


def a_request(rng: random.Random, slack: Slack) -> Request:
    """A request to one of the routes, nearly right in many ways, but for its signature."""
    path = rng.choice(ROUTES) + rng.choice(("", "", "", "?ssl_check=1", "?code=x&state=é", "?%zz"))
    method = rng.choice(("POST", "POST", "POST", "POST", "GET", "PUT", "HEAD", "OPTIONS", "BREW"))
    body = _a_body(rng, slack)
    kind = rng.choice((FORM, JSON, "text/plain", "", "multipart/form-data; boundary=x"))
    headers = {"Content-Type": kind} | _signed(rng, body) | _odd(rng)
    return Request(method, path.encode().decode("latin-1"), headers, body)


def _a_body(rng: random.Random, slack: Slack) -> bytes:
    kind = rng.random()
    if kind < 0.005:
        return b"text=" + b"x" * 2_000_000
    if kind < 0.3:
        return rng.randbytes(rng.randrange(300))
    team = {"team_id": "T0NONE"}
    button = {"type": "button", "action_id": "act:0", "value": "quote"}
    message = {"message_id": 1, "date": 1, "text": "/quote", "chat": {"id": 7, "type": "private"}}
    return rng.choice(
        (
            urlencode({**slash(slack, "quote 996"), **team}).encode(),
            json.dumps(happened(mention("<@U0BOT> help"))).encode(),
            b"payload=" + urlencode({"": json.dumps(pressed(slack, button))})[1:].encode(),
            json.dumps({"update_id": rng.randrange(10**9), "message": message}).encode(),
            b"ssl_check=1&token=x", b"payload=[]", b"[" * 5_000, b"{", b"null", b"\xff\xfe", b"",
        )
    )  # fmt: skip


def _signed(rng: random.Random, body: bytes) -> dict[str, str]:
    """Signatures that are wrong, old, early, of another body, or missing."""
    return rng.choice(
        (
            {},
            signature(body, secret="another-secret"),
            signature(body, secret=SIGNING_SECRET, age=301 + rng.random() * 1e6),
            signature(body, secret=SIGNING_SECRET, age=-301 - rng.random() * 1e6),
            signature(body + b"x", secret=SIGNING_SECRET),
            {**signature(body), "X-Slack-Signature": rng.choice(("", "v0=", "v0=é\xff", "v1=0"))},
            {**signature(body, secret=""), "X-Slack-Request-Timestamp": rng.choice(_TIMES)},
        )
    )


_TIMES = ("", "0", "-5", "é", "1e9", "9" * 400, "soon", "0x10")


def _odd(rng: random.Random) -> dict[str, str]:
    return rng.choice(
        (
            {}, {"X-Telegram-Bot-Api-Secret-Token": rng.choice(("", "wrong", "é\xff", "a" * 300))},
            {"Cookie": "aiwork-install=é.1.x"}, {"X-Big": "x" * rng.choice((10, 40_000))},
            {"Accept-Encoding": "gzip"}, {"Expect": "100-continue"}, {"Upgrade": "websocket"},
        )
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.noise", description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--slow", type=int, default=40)
    parser.add_argument("--seed", type=int, default=20260301)
    parser.add_argument("--json", action="store_true")
    wish = parser.parse_args()
    rng = random.Random(wish.seed)
    verdict = asyncio.run(noise_test("", wish.requests, wish.slow, rng))
    told = {**asdict(verdict), "kept": verdict.kept}
    if wish.json:
        sys.stdout.write(json.dumps(told) + "\n")
    else:
        sys.stdout.write("".join(f"{name:<14}{value}\n" for name, value in told.items()))
    return 0 if verdict.kept else 1


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
