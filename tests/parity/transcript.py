"""Conversations to play on every platform: what is typed, a line each; buttons are lines too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.core.command import Person
from bot.core.plain_text import text_of, unfold
from bot.core.reply import Block, Form, Reply
from tests.commands.desk import Desk

FOLDER = Path(__file__).parent / "transcripts"


@dataclass(frozen=True, slots=True)
class Transcript:
    name: str
    language: str
    lines: tuple[str, ...]


Play = Callable[[Transcript, Desk], Awaitable[list[str]]]


@dataclass(frozen=True, slots=True)
class Platform:
    """`play` types each line, with `desk.handler` behind the adapter, and gives what a person
    could then read (without buttons), in any layout. `prefix` stands before commands that are
    shown, `asker` is who it types as, and `unfolds` says that forms are shown as text."""

    play: Play
    asker: Person
    prefix: str = ""
    unfolds: bool = True


def transcripts() -> list[Transcript]:
    return [_read(path) for path in sorted(FOLDER.glob("*.txt"))]


def readable(reply: Reply, platform: Platform) -> str:
    """What the neutral reply says."""
    blocks: list[Block] = []
    for block in reply.blocks:
        blocks += unfold(block) if isinstance(block, Form) and platform.unfolds else (block,)
    return text_of(Reply(tuple(blocks)), lambda line: f"{platform.prefix}{line}")


def plain(text: str) -> list[str]:
    """The lines of a text without indentation and empty ones."""
    return [line for raw in text.splitlines() if (line := " ".join(raw.split()))]


def _read(path: Path) -> Transcript:
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    return Transcript(path.stem, first.removeprefix("# language: "), tuple(lines))
