"""The same conversation says the same on every platform, apart from prefixes and buttons."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.console import HERE
from bot.core.address import Address
from bot.core.command import Person
from bot.core.command_line import parse
from tests.commands.desk import Desk, OneStore, make_desk
from tests.databases import Clock, new_database
from tests.parity import console, slack, telegram
from tests.parity.transcript import Platform, Transcript, plain, readable, transcripts
from tests.standin.slack import TEAM

PLATFORMS = {
    "console": Platform(console.play, Person("terminal", HERE)),
    "telegram": Platform(telegram.play, Person("7", Address("telegram", "7")), "/"),
    "slack": Platform(
        slack.play, Person("U0ANN", Address("slack", "U0ANN", TEAM)), "/aiwork ", unfolds=False
    ),
}


@pytest.fixture
def databases(tmp_path: Path) -> tuple[str, str]:
    folders = tmp_path / "handler", tmp_path / "platform"
    for folder in folders:
        folder.mkdir()
    return new_database("sqlite", folders[0]), new_database("sqlite", folders[1])


@pytest.fixture
async def desks(databases: tuple[str, str]) -> AsyncIterator[tuple[Desk, Desk]]:
    """Two that have been told nothing yet, for the reference and for the platform."""
    clock = Clock("2026-03-02T08:00")
    stores = [OneStore(url, clock) for url in databases]
    yield make_desk(stores[0], clock), make_desk(stores[1], clock)
    for store in stores:
        await store.close()


@pytest.mark.parametrize("transcript", transcripts(), ids=lambda one: one.name)
@pytest.mark.parametrize("name", PLATFORMS)
async def test_a_conversation_says_the_same(
    name: str, transcript: Transcript, desks: tuple[Desk, Desk]
) -> None:
    platform = PLATFORMS[name]
    reference, played = desks
    shown = await platform.play(transcript, played)
    assert len(shown) == len(transcript.lines)
    home = platform.asker.home
    assert home
    for line, text in zip(transcript.lines, shown, strict=True):
        reply = await reference(
            parse(line), language=transcript.language, asker=platform.asker, at=home
        )
        assert plain(text) == plain(readable(reply, platform)), line


def test_there_are_conversations_in_every_language() -> None:
    told = transcripts()
    assert len(told) == 48
    assert {one.language for one in told} == {"en", "zh-Hans", "zh-Hant", "both"}
