"""Receiving without loss, by polling and over HTTP; starting, stopping, giving way."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.adapters.telegram import Adapter, WebhookSettings
from bot.adapters.telegram.polling import TWO_POLLERS
from bot.core.address import Address
from bot.core.errors import SettingsError
from tests.adapters.telegram.parts import Bench, says
from tests.standin.telegram import TOKEN, Fault, Standin

SECRET = "X-Telegram-Bot-Api-Secret-Token"


async def test_an_update_is_stored_before_it_is_confirmed_and_erased_when_answered(
    telegram: Standin, bench: Bench
) -> None:
    bench.handler.hold = asyncio.Event()
    async with bench.running():
        telegram.says("hello")
        await telegram.until(lambda: telegram.confirmed == 1)
        assert list(bench.inbox.payloads) == ["1"]
        assert telegram.sent == []
        bench.handler.hold.set()
        await telegram.until(lambda: telegram.sent)
    assert bench.inbox.payloads == {}


async def test_what_an_earlier_run_left_is_answered_and_nothing_is_answered_twice(
    telegram: Standin, bench: Bench
) -> None:
    telegram.says("one")
    telegram.says("two")
    source = "telegram:4242"
    await bench.inbox.keep(source, [("1", '{"update_id": 1, "message": null}')])
    await bench.inbox.done(source, "1")  # answered, but the confirmation was lost
    async with bench.running():
        await telegram.until(lambda: telegram.confirmed == 2)
    assert bench.handler.lines == ["two"]


async def test_an_update_that_cannot_be_read_is_skipped(telegram: Standin, bench: Bench) -> None:
    async with bench.running():
        telegram.update(message={"message_id": "seven", "chat": {"id": 7}})
        telegram.update(something_new={"x": 1})
        telegram.says("hello")
        await telegram.until(lambda: telegram.sent)
    assert bench.handler.lines == ["hello"]
    assert bench.inbox.payloads == {}


async def test_a_chat_that_talks_faster_than_it_is_answered_is_answered_in_order(
    telegram: Standin, bench: Bench
) -> None:
    bench.handler.hold = asyncio.Event()
    async with bench.running():
        for n in range(150):
            telegram.says(f"word {n}")
        await telegram.until(lambda: telegram.confirmed == 150)
        bench.handler.hold.set()
        await telegram.until(lambda: len(telegram.sent) == 150)
    assert telegram.texts(7) == [f"answer to word {n}" for n in range(150)]
    assert bench.inbox.payloads == {}


async def test_a_store_that_fails_confirms_nothing(
    telegram: Standin, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, failures = bench.inbox.keep, iter([OSError("disk full"), OSError("disk full")])

    async def failing(source: str, events: list[tuple[str, str]]) -> list[str]:
        for failure in failures:
            raise failure
        return await keep(source, events)

    monkeypatch.setattr(bench.inbox, "keep", failing)
    async with bench.running():
        telegram.says("hello")
        await telegram.until(lambda: telegram.sent)
    assert [call.get("offset", 0) for call in telegram.called("getUpdates")][:3] == [0, 0, 0]
    assert telegram.texts(7) == ["answer to hello"]


async def test_killed_amid_fifty_updates_every_one_is_answered(
    telegram: Standin, tmp_path: Path
) -> None:
    for n in range(50):
        telegram.says(f"word {n}", user=100 + n % 10)
    first = await _worker(telegram.root, tmp_path / "inbox")
    await telegram.until(lambda: len(telegram.sent) >= 20)
    first.send_signal(signal.SIGKILL)
    await first.wait()
    answered = len(telegram.sent)
    second = await _worker(telegram.root, tmp_path / "inbox")
    await telegram.until(lambda: len({sent.text for sent in telegram.sent}) == 50)
    second.send_signal(signal.SIGKILL)
    await second.wait()
    times = Counter(sent.text for sent in telegram.sent)
    in_hand = 10  # one per chat
    assert set(times) == {f"answer to word {n}" for n in range(50)}
    assert answered < 50
    assert max(times.values()) <= 2
    assert sum(n - 1 for n in times.values()) <= in_hand


async def _worker(root: str, inbox: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.adapters.telegram.worker", root, str(inbox), env=os.environ
    )


async def test_a_wrong_token_is_said_at_start_and_never_shown(telegram: Standin) -> None:
    for token in ("4242:WRONG-TOKEN", "not a token", "", "4242:a/../b"):
        with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN is not accepted") as error:
            await Bench(telegram).adapter(token=token).start(Bench(telegram).handler)
        assert not token or token not in str(error.value)


async def test_a_network_that_is_away_at_start_is_waited_for_and_said_once(
    telegram: Standin, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fail("getMe", Fault(), times=5)
    telegram.fail("deleteWebhook", Fault(502), times=2)
    async with bench.running():
        telegram.says("hello")
        await telegram.until(lambda: telegram.sent)
    warned = [r for r in caplog.records if r.levelname == "WARNING"]
    assert len(warned) == 1
    assert bench.clock.slept[:5] == [1, 2, 4, 8, 16]


async def test_the_token_reaches_no_log(
    telegram: Standin, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    telegram.fail("sendMessage", Fault(), times=2)
    telegram.fail("getUpdates", Fault(502), times=2)
    async with bench.running():
        telegram.says("hello")
        await telegram.until(lambda: telegram.confirmed == 1)
    assert caplog.records
    assert TOKEN not in caplog.text


async def test_polling_takes_down_a_webhook_and_keeps_what_is_pending(
    telegram: Standin, bench: Bench
) -> None:
    telegram.webhook = {"url": "https://bot.example.org/"}
    telegram.says("hello")
    async with bench.running():
        await telegram.until(lambda: telegram.sent)
    assert telegram.webhook is None


async def test_a_newcomer_gives_way_at_its_third_conflict(telegram: Standin, bench: Bench) -> None:
    conflict = Fault(409, "Conflict: terminated by other getUpdates request")
    async with bench.running() as adapter:
        telegram.fail("getUpdates", conflict, times=3)
        telegram.says("hello")
        with pytest.raises(SettingsError) as error:
            await asyncio.wait_for(adapter.watch(), 10)
    assert error.value.sentences == (TWO_POLLERS,)


async def test_an_established_poller_backs_off_and_goes_on(
    telegram: Standin, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    async with bench.running() as adapter:
        telegram.says("one")
        await telegram.until(lambda: telegram.sent)
        bench.clock.time += 61
        telegram.fail("getUpdates", Fault(409, "Conflict: terminated by other"), times=30)
        telegram.says("two")
        await telegram.until(lambda: not telegram.faults("getUpdates"))
        telegram.says("three", user=8)
        await telegram.until(lambda: len(telegram.sent) == 3)
        assert not adapter.failed
    assert len([r for r in caplog.records if r.levelname == "ERROR"]) == 1
    assert max(bench.clock.slept) <= 20, "a newcomer must never have a minute to itself"


async def test_of_two_real_pollers_the_newcomer_gives_way(telegram: Standin, bench: Bench) -> None:
    async with bench.running() as established:
        telegram.says("one")
        await telegram.until(lambda: telegram.sent)
        bench.clock.time += 61
        other = Bench(telegram)
        async with other.running() as newcomer:
            with pytest.raises(SettingsError):
                await asyncio.wait_for(newcomer.watch(), 10)
        telegram.says("two")
        await telegram.until(lambda: len(telegram.sent) == 2)
        assert not established.failed


async def test_stop_lets_running_answers_finish(telegram: Standin, bench: Bench) -> None:
    bench.handler.hold = asyncio.Event()
    adapter = bench.adapter()
    await adapter.start(bench.handler)
    for n in range(20):
        telegram.says(f"word {n}", user=100 + n % 5)
    await telegram.until(lambda: telegram.confirmed == 20)
    stopping = asyncio.create_task(adapter.stop())
    await asyncio.sleep(0)
    bench.handler.hold.set()
    await stopping
    await adapter.watch()
    assert len(telegram.sent) == 20


async def test_what_does_not_finish_in_time_stays_for_the_next_start(
    telegram: Standin, bench: Bench
) -> None:
    bench.handler.hold = asyncio.Event()
    async with bench.running(grace=0.01):
        telegram.says("hello")
        await telegram.until(lambda: telegram.confirmed == 1)
    assert list(bench.inbox.payloads) == ["1"]
    bench.handler.hold = None
    async with bench.running():
        await telegram.until(lambda: telegram.sent)
    assert telegram.texts(7) == ["answer to hello"]


def over_http(adapter: Adapter) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(Starlette(routes=adapter.routes()))
    return httpx.AsyncClient(transport=transport, base_url="http://bot")


async def test_a_webhook_stores_answers_and_answers_once(telegram: Standin, bench: Bench) -> None:
    update = {"update_id": 5, "message": telegram.message("hello")}
    async with bench.running(webhook=WebhookSettings("https://bot.example.org/hook")) as adapter:
        assert telegram.webhook is not None
        assert telegram.webhook["url"] == "https://bot.example.org/hook"
        assert telegram.webhook["allowed_updates"]
        headers = {SECRET: telegram.webhook["secret_token"]}
        async with over_http(adapter) as http:
            for _ in range(3):
                assert (await http.post("/hook", json=update, headers=headers)).status_code == 200
            await telegram.until(lambda: telegram.sent)
    assert telegram.texts(7) == ["answer to hello"]
    assert bench.inbox.payloads == {}
    assert telegram.webhook, "what comes while we are down is kept by Telegram"


async def test_a_webhook_takes_no_noise(telegram: Standin, bench: Bench) -> None:
    hook = WebhookSettings("https://bot.example.org", "s3cret")
    adapter = bench.adapter(webhook=hook)
    noise: list[tuple[int, dict[str, str], bytes]] = [
        (401, {}, b"{}"),
        (401, {SECRET: ""}, b"{}"),
        (401, {SECRET: "s3cre"}, b"{}"),
        (400, {SECRET: "s3cret"}, b"{"),
        (400, {SECRET: "s3cret"}, b"[]"),
        (400, {SECRET: "s3cret"}, b'{"update_id": "1"}'),
        (400, {SECRET: "s3cret"}, b'{"update_id": true}'),
        (400, {SECRET: "s3cret"}, b"\xff\xfe"),
        (400, {SECRET: "s3cret"}, b"[" * 100_000),
        (413, {SECRET: "s3cret"}, b" " * 1_000_001),
    ]
    async with over_http(adapter) as http:
        good = {"update_id": 1, "message": telegram.message("hi")}
        early = await http.post("/telegram", json=good, headers={SECRET: "s3cret"})
        assert early.status_code == 503, "not started yet: Adapter comes again"
        await adapter.start(bench.handler)
        for status, headers, body in noise:
            answer = await http.post("/telegram", content=body, headers=headers)
            assert (answer.status_code, body[:20]) == (status, body[:20])
        await adapter.stop()
    assert bench.handler.asked == []


def test_a_webhook_that_telegram_would_refuse_is_said_at_once() -> None:
    bench = Bench(Standin())
    bench.telegram.root = "http://127.0.0.1:1"
    with pytest.raises(SettingsError) as error:
        bench.adapter(webhook=WebhookSettings("bot.example.org", "späß"))
    assert len(error.value.sentences) == 2


async def test_a_worker_beside_a_webhook_only_sends(telegram: Standin, bench: Bench) -> None:
    telegram.room(7)
    async with bench.running(listens=False) as adapter:
        await adapter.send(Address("telegram", "7"), says("digest"))
    assert telegram.texts(7) == ["digest"]
    assert {method for method, _ in telegram.calls} == {"getMe", "sendMessage"}


async def test_a_full_disk_leaves_lookups_answered(
    telegram: Standin, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(source: str, events: list[tuple[str, str]]) -> list[str]:
        raise OSError("disk full")

    monkeypatch.setattr(bench.inbox, "keep", failing)
    async with bench.running():
        telegram.says("quote 996")
        await telegram.until(lambda: telegram.sent)
    assert telegram.texts(7) == ["answer to quote 996"]


async def test_a_text_that_is_no_unicode_is_stored_and_holds_up_nobody(
    telegram: Standin, bench: Bench
) -> None:
    stored: list[str] = []
    keep = bench.inbox.keep

    async def strict(source: str, events: Sequence[tuple[str, str]]) -> list[str]:
        stored.extend(payload.encode("utf-8").decode() for _, payload in events)
        return await keep(source, events)

    bench.inbox.keep = strict  # type: ignore[method-assign]
    async with bench.running():
        telegram.says("quote \ud83d")
        telegram.says("topics")
        await telegram.until(lambda: "answer to topics" in telegram.texts(7))
    assert len(stored) == 2
    assert bench.inbox.payloads == {}
