"""Figures: what is counted, and that no label says who or where."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.all import make_registry
from bot.commands.handler import AnsweredCommand, Handler
from bot.core.chats import DeliveryState
from bot.core.reply import Outcome
from bot.metrics import Metrics
from tests.commands.desk import Desk, OneStore, grammar, make_desk
from tests.databases import Clock, new_database


@pytest.fixture
def ask(tmp_path: Path) -> Desk:
    clock = Clock("2026-03-02T08:00")
    return make_desk(OneStore(new_database("sqlite", tmp_path), clock), clock)


def shown(metrics: Metrics) -> list[str]:
    return metrics.exposition().decode().splitlines()


def test_commands_are_counted_by_verb_and_outcome_with_their_latency() -> None:
    metrics = Metrics()
    for seconds in (0.004, 0.2):
        metrics.count_answer(AnsweredCommand("quote", Outcome.ANSWERED, seconds, looked_up=True))
    assert 'aiwork_commands_total{outcome="answered",verb="quote"} 2.0' in shown(metrics)
    assert 'aiwork_command_seconds_bucket{le="0.005"} 1.0' in shown(metrics)
    assert "aiwork_command_seconds_count 2.0" in shown(metrics)


def test_the_share_of_lookups_that_found_nothing_leaves_out_what_was_no_lookup() -> None:
    metrics = Metrics()
    for outcome in (Outcome.ANSWERED, Outcome.ANSWERED, Outcome.ANSWERED, Outcome.NOTHING_FOUND):
        metrics.count_answer(AnsweredCommand("search", outcome, 0.01, looked_up=True))
    metrics.count_answer(AnsweredCommand("quote", Outcome.ANSWERED, 0.01, looked_up=False))
    metrics.count_answer(AnsweredCommand("quote", Outcome.BROKEN, 0.01, looked_up=True))
    assert 'aiwork_searches_total{found="no"} 1.0' in shown(metrics)
    assert "aiwork_searches_nothing_found_ratio 0.25" in shown(metrics)


def test_deliveries_are_counted_by_state_and_what_was_sent_by_its_lateness() -> None:
    metrics = Metrics()
    metrics.delivered("slack", DeliveryState.SENT, 3.0)
    metrics.delivered("slack", DeliveryState.FAILED, 9.0)
    assert 'aiwork_deliveries_total{platform="slack",state="sent"} 1.0' in shown(metrics)
    assert 'aiwork_deliveries_total{platform="slack",state="failed"} 1.0' in shown(metrics)
    assert 'aiwork_delivery_lateness_seconds_count{platform="slack"} 1.0' in shown(metrics)


def test_pauses_and_reconnects_are_counted_by_platform() -> None:
    metrics = Metrics()
    metrics.rate_limited("telegram")
    metrics.reconnected("slack")
    assert 'aiwork_rate_limited_total{platform="telegram"} 1.0' in shown(metrics)
    assert 'aiwork_reconnects_total{platform="slack"} 1.0' in shown(metrics)


def test_labels_are_few_and_none_is_personal() -> None:
    metrics = Metrics()
    metrics.count_answer(AnsweredCommand("quote", Outcome.ANSWERED, 0.01, looked_up=True))
    metrics.delivered("slack", DeliveryState.SENT, 1.0)
    labels = set(re.findall(r'[{,](\w+)="', metrics.exposition().decode()))
    ours = labels - {"implementation", "major", "minor", "patchlevel", "version"}
    assert ours <= {"verb", "outcome", "platform", "state", "found", "le", "reason", "taken"}


async def test_what_becomes_of_an_offer_is_counted_by_reason_and_rank(ask: Desk) -> None:
    metrics = Metrics()
    told = Handler(ask.services, make_registry(), grammar(), metrics.count_answer)
    desk = replace(ask, handler=told)
    for typed in ("nerds finally get the limelight", "1", "quote scientfic progres in two", "help"):
        await desk(typed)
    assert 'aiwork_offers_total{reason="sense",taken="1"} 1.0' in shown(metrics)
    await desk("nerds finally get the limelight")
    await desk("help")
    assert 'aiwork_offers_total{reason="sense",taken="none"} 1.0' in shown(metrics)
    assert "limelight" not in metrics.exposition().decode()


async def test_what_nothing_was_made_of_is_counted_without_its_words(ask: Desk) -> None:
    metrics = Metrics()
    told = Handler(ask.services, make_registry(), grammar(), metrics.count_answer)
    desk = replace(ask, handler=told)
    for typed in ("the best recipe for tomato soup", "hi", "quote xyzzy", "layoffs"):
        await desk(typed)
    assert "aiwork_not_understood_total 1.0" in shown(metrics)
    assert "tomato" not in metrics.exposition().decode()
