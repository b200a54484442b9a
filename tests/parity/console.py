"""The terminal, as the parity suite plays it."""

from __future__ import annotations

import io
import re

from rich.console import Console as Terminal

from bot.adapters.console import ConsoleAdapter
from tests.commands.desk import Desk
from tests.parity.transcript import Transcript

_BUTTON = re.compile(r"^\[[^\]]+\] \S.*$")
_DRAWING = re.compile(r"^== | ==$|^│ |^─+$| <https?://[^>|]+>")


async def play(transcript: Transcript, desk: Desk) -> list[str]:
    console = ConsoleAdapter(language=transcript.language)
    await console.start(desk.handler)
    shown = []
    for line in transcript.lines:
        reply = await console.answer(line)
        out = io.StringIO()
        ConsoleAdapter(terminal=Terminal(file=out, soft_wrap=True)).show(reply)
        shown.append(_without_drawing(out.getvalue()))
    await console.stop()
    return shown


def _without_drawing(text: str) -> str:
    lines = (line for line in text.splitlines() if not _BUTTON.match(line))
    return "\n".join(_DRAWING.sub("", line) for line in lines)
