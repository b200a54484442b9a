"""An assistant that calls the library's tools with whatever comes to mind."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mcp import Client

from bot.library.reload import LiveLibrary
from bot.mcp.server import make_server

CONTENT = Path(__file__).parents[2] / "content"
TOOLS = ("find_quote", "search", "fact", "article", "topics", "today", "no_such_tool")
PIECES = (
    "996", "layoffs", "没有人在度假", "裁員", "two years", "quote", "\x00", "\ud800", "\u202e",
    "😀", "<script>", "' OR 1=1 --", "../..", "%s", "{}", "\n", "ﷺ" * 40, "a" * 900,
)  # fmt: skip
ODD: tuple[Any, ...] = (None, True, -1, 0, 10**30, 1.5, float("inf"), [], ["996"], {}, {"a": []})


@dataclass(frozen=True, slots=True)
class AssistantVerdict:
    """`broken` are calls that ended in a traceback, in the answer or in the log."""

    calls: int
    refused: int
    broken: int

    @property
    def kept(self) -> bool:
        return self.broken == 0


async def assistant_test(
    folder: Path, calls: int, rng: random.Random, progress: Callable[[], object]
) -> AssistantVerdict:
    """So many calls through the SDK's own client, in this process."""
    server = make_server(
        LiveLibrary(CONTENT, folder), lambda: datetime.now(UTC), lambda _caller: True, "0"
    )
    log, refused, broken = _Tracebacks(), 0, 0
    logging.getLogger().addHandler(log)
    try:
        async with Client(server) as client:
            for _ in range(calls):
                answer = await client.call_tool(rng.choice(TOOLS), _arguments(rng))
                refused += bool(answer.is_error)
                broken += "Traceback" in str(answer.content)
                progress()
    finally:
        logging.getLogger().removeHandler(log)
    return AssistantVerdict(calls, refused, broken + log.seen)


def _arguments(rng: random.Random) -> dict[str, Any]:
    words = "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 4)))
    made: dict[str, Any] = {"words": words if rng.random() < 0.8 else rng.choice(ODD)}
    if rng.random() < 0.5:
        made["limit"] = rng.randint(-5, 100) if rng.random() < 0.6 else rng.choice(ODD)
    if rng.random() < 0.1:
        made.pop("words")
    return made


class _Tracebacks(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.seen = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.seen += bool(record.exc_info)
