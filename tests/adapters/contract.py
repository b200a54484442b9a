"""What every adapter promises, whatever its platform: subclass, fill in the hooks, run.

    class TestDrawing(DrawingContract): ...     1-4 and 8: what replies look like (pure)
    class TestPayloads(PayloadContract): ...    5: recorded payloads become commands
    class TestErrors(ErrorContract): ...        6: error answers become `SendError`s
    class TestLife(LifeContract): ...           7: start and stop leave nothing

A *native* message is whatever the platform's API takes, as JSON-ready data (or plain text).
`pytest --update-golden` rewrites the golden files; review the diff.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.core.command import Command
from bot.core.command_line import CommandLine
from bot.core.errors import SendError
from bot.core.plain_text import text_of, unfold
from bot.core.reply import (
    Act,
    Block,
    Buttons,
    Footnote,
    Form,
    Heading,
    Item,
    Pager,
    Paragraph,
    Quote,
    Reply,
    Span,
)
from tests.adapters.samples import SAMPLES

HERE = Path(__file__).parent
PAYLOADS = HERE.parent / "fixtures" / "payloads"

each_sample = pytest.mark.parametrize("name", sorted(SAMPLES))


def squash(text: str) -> str:
    """The text without white space: platforms trim and wrap, and parts are cut at spaces."""
    return "".join(text.split())


class DrawingContract:
    """Hooks: `platform`, `draw`, `visible`, `alive`, `problems`, `lines`, `show`."""

    platform: str
    unfolds_forms = True
    """Whether forms are drawn as rows of buttons (a modal's form is not in the message)."""

    def draw(self, reply: Reply) -> list[Any]:
        """The native messages, in the order they are sent."""
        raise NotImplementedError

    def visible(self, native: Any) -> str:
        """What a person reads in it (without buttons), parsed as the platform parses."""
        raise NotImplementedError

    def alive(self, native: Any) -> set[tuple[str, str]]:
        """What the platform makes more than text: ("bold" | "link" | "mention" | "command" |
        "emoji" | "date", the text it stands on)."""
        raise NotImplementedError

    def problems(self, native: Any) -> list[str]:
        """Broken limits, in the platform's own units."""
        raise NotImplementedError

    def lines(self, native: Any) -> list[CommandLine]:
        """The command lines that its buttons give back when pressed."""
        raise NotImplementedError

    def show(self, line: CommandLine) -> str:
        """How this line is typed on the platform."""
        raise NotImplementedError

    @each_sample
    def test_nothing_is_lost(self, name: str) -> None:
        seen = squash("".join(map(self.visible, self.draw(SAMPLES[name]))))
        at = 0
        for piece in _pieces(SAMPLES[name], self):
            found = seen.find(squash(piece), at)
            assert found >= 0, f"{piece[:60]!r} is missing after {seen[:at][-60:]!r}"
            at = found + len(squash(piece))

    @each_sample
    def test_nothing_comes_alive(self, name: str) -> None:
        intended = {
            (kind, squash(text)) for kind, text in _intended(_flat(SAMPLES[name]), self.show)
        }
        alive = {
            (kind, squash(text))
            for native in self.draw(SAMPLES[name])
            for kind, text in self.alive(native)
        }
        assert alive <= intended

    @each_sample
    def test_limits_hold_and_no_message_is_empty(self, name: str) -> None:
        for native in self.draw(SAMPLES[name]):
            assert self.problems(native) == []
            assert self.visible(native).strip()

    @each_sample
    def test_buttons_come_back_as_the_lines_they_were_made_from(self, name: str) -> None:
        natives = self.draw(SAMPLES[name])
        back = [line for native in natives for line in self.lines(native)]
        text = squash("".join(map(self.visible, natives)))
        sample = SAMPLES[name]
        for line in _offered(_flat(sample) if self.unfolds_forms else sample.blocks):
            assert line in back or squash(self.show(line)) in text, f"nothing leads to {line}"

    @each_sample
    def test_it_looks_as_it_looked_before(self, name: str, request: pytest.FixtureRequest) -> None:
        drawn = _as_text(self.draw(SAMPLES[name]))
        golden = HERE / "golden" / f"{name}.{self.platform}"
        files = {golden: drawn}
        if read := self.as_read(SAMPLES[name]):
            files[golden.with_suffix(".txt")] = read
        for path, text in files.items():
            if request.config.getoption("--update-golden"):
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
            assert path.read_text(encoding="utf-8") == text

    def as_read(self, reply: Reply) -> str:
        """What a person reads of the native messages, where these are not readable as they are:
        it stands beside the golden file, so that a reviewer sees what changed."""
        return ""


def _as_text(natives: list[Any]) -> str:
    if all(isinstance(native, str) for native in natives):
        return "\n\f\n".join(natives) + "\n"
    return json.dumps(natives, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _flat(reply: Reply) -> list[Block]:
    parts = [unfold(b) if isinstance(b, Form) else (b,) for b in reply.blocks]
    return [block for part in parts for block in part]


def _pieces(reply: Reply, contract: DrawingContract) -> Iterable[str]:
    """Every text that must be readable, in order."""
    for block in _flat(reply) if contract.unfolds_forms else reply.blocks:
        yield from text_of(Reply((block,)), contract.show).splitlines()


def _intended(blocks: Iterable[Block], show: Any) -> Iterable[tuple[str, str]]:
    for block in blocks:
        match block:
            case Heading(text=text):
                yield "bold", text
            case Paragraph(spans=line) | Footnote(spans=line) | Quote(byline=line):
                yield from _intended_spans(line, show)
            case Item(title=title, note=note):
                yield from _intended_spans((*title, *note), show)
            case _:
                pass


def _intended_spans(line: tuple[Span, ...], show: Any) -> Iterable[tuple[str, str]]:
    for span in line:
        if span.bold:
            yield "bold", span.text
        if span.href:
            yield "link", span.text
        if span.command:
            yield "command", show(span.command)


def _offered(blocks: Iterable[Block]) -> Iterable[CommandLine]:
    for block in blocks:
        if isinstance(block, Buttons):
            yield from (b.line for b in block.row if isinstance(b, Act))
        if isinstance(block, Pager):
            near = (block.page - 1, block.page + 1)
            yield from (block.line.on_page(n) for n in near if 1 <= n <= block.pages)


class PayloadContract:
    """Recorded payloads in tests/fixtures/payloads/<platform>/*.json, each an object with
    `payload` (as the platform sends it) and `command`: the keys that `told` gives, or null when
    the payload must not become a command. Hooks: `platform`, `commands`, `forged`.
    """

    platform: str

    async def commands(self, payload: Any) -> list[Command]:
        """What the handler is asked when the platform delivers this payload."""
        raise NotImplementedError

    async def forged(self) -> tuple[int, list[Command]]:
        """The HTTP status that a payload with a wrong signature gets, and what was asked."""
        raise NotImplementedError

    async def test_recorded_payloads_become_commands(self) -> None:
        recorded = sorted((PAYLOADS / self.platform).glob("*.json"))
        assert recorded, f"no payloads recorded for {self.platform}"
        for path in recorded:
            record = json.loads(path.read_text(encoding="utf-8"))
            expected = [record["command"]] if record["command"] else []
            asked = [told(command) for command in await self.commands(record["payload"])]
            assert asked == [{**_DEFAULTS, **one} for one in expected], path.name

    async def test_a_bad_signature_is_refused(self) -> None:
        assert await self.forged() == (401, [])


_DEFAULTS: dict[str, Any] = {
    "kind": "dm",
    "language": None,
    "event": "",
    "personal": False,
    "too_long": False,
}


def told(command: Command) -> dict[str, Any]:
    """A command as the JSON of a recorded payload: `line`, `at`, `asker`, `home`, and what
    differs from a private chat without hints."""
    return {
        "line": str(command.line),
        "at": str(command.at),
        "asker": command.asker.id,
        "home": str(command.asker.home) if command.asker.home else None,
        "kind": command.kind.value,
        "language": command.language,
        "event": command.event,
        "personal": command.personal,
        "too_long": command.too_long,
    }


@dataclass(frozen=True, slots=True)
class ErrorCase:
    """`answer` is what the platform says to a send (in the stand-in's terms); `raises` is the
    exact class that `send` must raise, `None` when the message counts as sent."""

    name: str
    answer: Any
    raises: type[SendError] | None


class ErrorContract:
    """Hooks: `cases`, `send_against`."""

    cases: Sequence[ErrorCase]

    async def send_against(self, answer: Any) -> None:
        """Let the platform answer one send like this."""
        raise NotImplementedError

    async def test_error_answers_become_what_to_do_about_them(self) -> None:
        for case in self.cases:
            raised: type[BaseException] | None = None
            try:
                await self.send_against(case.answer)
            except SendError as error:
                raised = type(error)
            assert raised is case.raises, f"{case.name}: {raised} instead of {case.raises}"


class LifeContract:
    """Hook: `running`, which starts the adapter against its stand-in and stops it."""

    def running(self) -> AbstractAsyncContextManager[Any]:
        """Start the adapter, answer at least one command, stop it; the stand-in lives inside."""
        raise NotImplementedError

    async def test_start_and_stop_leave_nothing_behind(self) -> None:
        async with self.running():
            pass  # what is imported and cached once may stay
        tasks, files = asyncio.all_tasks(), _open_files()
        async with self.running():
            pass
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == tasks
        assert _open_files() <= files


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
