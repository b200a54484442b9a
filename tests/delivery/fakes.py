"""A platform and a composer that do what they are told."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from bot.core.address import Address
from bot.core.ports import DigestRequest
from bot.core.reply import Paragraph, Reply, spans


class Platform:
    """Accepts every message, unless an answer was planned: an error to raise, before the message
    arrives or (`after`) when it has."""

    def __init__(self) -> None:
        self.arrived: list[tuple[Address, str]] = []
        self.during: Callable[[], object] = lambda: None
        self._planned: deque[tuple[Exception | None, bool]] = deque()

    def plan(self, *errors: Exception | None, after: bool = False) -> None:
        self._planned.extend((error, after) for error in errors)

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.arrived]

    async def send(self, at: Address, reply: Reply, *, silent: bool = False) -> str:
        self.during()
        error, after = self._planned.popleft() if self._planned else (None, False)
        if error is None or after:
            self.arrived.append((at, text_of(reply)))
        if error is not None:
            raise error
        return f"m{len(self.arrived)}"


def text_of(reply: Reply) -> str:
    return " ".join(
        span.text for block in reply.blocks if isinstance(block, Paragraph) for span in block.spans
    )


class Composer:
    """Brings one item of a pool per digest, the unseen first; nothing when all is seen."""

    def __init__(self, *pool: str) -> None:
        self.pool = list(pool) or ["item1", "item2", "item3"]
        self.occasions: list[DigestRequest] = []
        self.broken = False

    def choose(self, request: DigestRequest) -> Sequence[str]:
        if self.broken:
            raise ZeroDivisionError
        self.occasions.append(request)
        return [item for item in self.pool if item not in request.seen][:1]

    def serves(self, items: Sequence[str]) -> bool:
        return all(item in self.pool for item in items)

    def render(self, items: Sequence[str], request: DigestRequest) -> Reply:
        return Reply((Paragraph(spans(*items)),))
