"""How many files a request passes, from its payload to its answer: a traced run of the real bot
over a real store. With `-s` the files are printed in the order in which they are entered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from bot.adapters.telegram import Adapter
from bot.commands.all import make_registry
from bot.store.store import Store
from tests.adapters.slack.kit import adapter_for
from tests.adapters.slack.payloads import slash
from tests.commands.desk import Desk, OneStore, make_desk
from tests.databases import Clock, new_database
from tests.standin.slack import SlackStandIn
from tests.standin.telegram import TOKEN, Standin
from tests.tracing import Trace

SLACK, TELEGRAM = 38, 36
"""What it is now; it may only become less."""


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[tuple[Desk, Store]]:
    clock = Clock("2026-03-02T08:00")
    store = OneStore(new_database("sqlite", tmp_path), clock)
    yield make_desk(store, clock), await store.open()
    await store.close()


async def test_a_quote_on_slack_passes_no_more_files_than_it_did(
    desk: tuple[Desk, Store],
) -> None:
    handler, store = desk[0].handler, desk[1]
    words = desk[0].services.words
    async with SlackStandIn() as slack:
        adapter = adapter_for(slack, words=words, inbox=store.inbox, chats=store.chats)
        await adapter.start(handler)
        for _ in range(2):  # the first asks who the person is
            payload = slash(slack, "quote 996", channel="D0ANN", name="directmessage")
            with Trace() as trace:
                await slack.deliver("slash_commands", payload)
                await slack.until(partial(slack.answers, str(payload["response_url"])))
        await adapter.stop()
    print("\nSlack:", len(trace.files), *trace.files, sep="\n  ")  # noqa: T201 - shown with -s
    assert 20 < len(trace.files) <= SLACK


async def test_a_quote_on_telegram_passes_no_more_files_than_it_did(
    desk: tuple[Desk, Store],
) -> None:
    registry, store = make_registry(), desk[1]
    async with Standin() as telegram:
        adapter = Adapter(
            TOKEN,
            inbox=store.inbox,
            chats=store.chats,
            words=desk[0].services.words,
            menu=(),
            verbs=registry.names,
            root=telegram.root,
        )
        await adapter.start(desk[0].handler)
        for number in (1, 2):
            with Trace() as trace:
                telegram.says("quote 996")
                await telegram.until(partial(_sent, telegram, number))
        await adapter.stop()
    print("\nTelegram:", len(trace.files), *trace.files, sep="\n  ")  # noqa: T201 - shown with -s
    assert 20 < len(trace.files) <= TELEGRAM


def _sent(telegram: Standin, number: int) -> bool:
    return len(telegram.sent) >= number
