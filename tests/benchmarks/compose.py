"""What composing costs when many chats are due at once.

    python -m tests.benchmarks.compose [--quick] [--json]

Chats follow none to three topics and have seen up to half of the quotations. The baseline is
drawing the same digests once they are chosen, in the same run.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from bot.app.services import read_words
from bot.core.address import Address
from bot.core.chats import Cadence, Chat, Slot
from bot.core.command import RoomKind
from bot.core.language import Language
from bot.core.ports import DigestRequest
from bot.digest.composer import Composer
from tests.index import live_library

DAY = date(2026, 3, 2)
CHATS_AT_ONCE = 50_000


def main() -> None:
    figures = measure(300 if "--quick" in sys.argv else 2000)
    if "--json" in sys.argv:
        print(json.dumps(figures, indent=1))
        return
    print(f"{'choose and draw, a chat':<34}{figures['compose_ms']:>9.2f} ms")
    print(f"{'  drawing alone':<34}{figures['draw_ms']:>9.2f} ms")
    print(f"{'  ratio':<34}{figures['ratio']:>9.2f}")
    print(f"{f'{CHATS_AT_ONCE:,} chats, one core':<34}{figures['all_s']:>9.0f} s")


def measure(chats: int) -> dict[str, float]:
    library = live_library().edition.library
    composer = Composer(lambda: library, read_words(), Language.EN)
    requests = _requests(chats)
    items = [composer.choose(request) for request in requests]

    def compose() -> None:
        for request in requests:
            composer.render(composer.choose(request), request)

    def draw() -> None:
        for chosen, request in zip(items, requests, strict=True):
            composer.render(chosen, request)

    composed, drawn = _cpu(compose) / chats, _cpu(draw) / chats
    return {
        "compose_ms": composed * 1000,
        "draw_ms": drawn * 1000,
        "ratio": composed / drawn,
        "all_s": composed * CHATS_AT_ONCE,
    }


def _requests(chats: int) -> list[DigestRequest]:
    library, rng = live_library().edition.library, random.Random(7)
    topics, quotes = sorted(library.topics), [f"quote:{one}" for one in library.quotes]
    due = datetime(DAY.year, DAY.month, DAY.day, 9, tzinfo=UTC)
    made = []
    for number in range(chats):
        held = rng.sample(quotes, rng.randrange(len(quotes) // 2))
        made.append(
            DigestRequest(
                chat=Chat(number, Address("telegram", str(number)), RoomKind.DM, Language.EN),
                slot=Slot(DAY, due),
                cadence=Cadence.DAILY,
                zone="UTC",
                topics=tuple(rng.sample(topics, rng.choice((0, 1, 1, 2, 3)))),
                seen={one: due - timedelta(days=rng.randrange(1, 60)) for one in held},
            )
        )
    return made


def _cpu(run: Callable[[], None]) -> float:
    """The best of three, in seconds of CPU."""
    took = []
    for _ in range(3):
        began = time.process_time()
        run()
        took.append(time.process_time() - began)
    return min(took)


if __name__ == "__main__":
    main()
