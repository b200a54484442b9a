"""Noise at the door: it gets 4xx, no route breaks, nothing piles up."""

from __future__ import annotations

import asyncio
import logging
import random
import tracemalloc

import pytest

from bot.http import guard, server
from tests.http.conftest import Service, status


async def test_a_route_gets_the_body_as_it_was_sent(service: Service) -> None:
    assert status(await service.ask("POST", "/hook", b"\x00\xff" * 400_000)) == 200
    assert service.taken == [b"\x00\xff" * 400_000]


@pytest.mark.parametrize(
    ("method", "path", "wanted"),
    [("GET", "/hook", 405), ("BREW", "/healthz", 405), ("POST", "/nowhere", 404),
     ("POST", "/hook/", 404), ("GET", "/%00%ff/../..", 404)],
)  # fmt: skip
async def test_what_no_route_serves_is_told_so(
    service: Service, method: str, path: str, wanted: int
) -> None:
    assert status(await service.ask(method, path)) == wanted
    assert service.taken == []


async def test_two_megabytes_are_refused_and_the_sender_sees_why(service: Service) -> None:
    answer = await service.ask("POST", "/hook", b"x" * 2_000_000)
    assert status(answer) == 413
    assert b"1000000 bytes" in answer
    assert service.taken == []


async def test_a_body_without_an_end_is_cut_off(service: Service) -> None:
    head = b"POST /hook HTTP/1.1\r\nHost: bot\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"40000\r\n" + b"x" * 0x40000 + b"\r\n"
    answer = await service.say(head, *[chunk] * 40, until_closed=True)
    assert answer == b"" or status(answer) == 413
    assert service.taken == []


async def test_a_slow_body_is_cut_off(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.05)
    head = b"POST /hook HTTP/1.1\r\nHost: bot\r\nContent-Length: 10\r\n\r\n"
    answer = await service.say(head, b"slow", until_closed=True)
    assert status(answer) == 408
    assert service.taken == []


@pytest.mark.parametrize("start", [b"", b"POST /hook HTTP/1.1\r\nHost: b"])
async def test_a_head_that_never_ends_is_cut_off(
    start: bytes, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.05)
    assert await service.say(start, until_closed=True) == b""


async def test_huge_headers_are_refused(service: Service) -> None:
    answer = await service.ask("POST", "/hook", b"", "X-Big: " + "x" * 100_000)
    assert status(answer) in (400, 431)
    assert service.taken == []


async def test_bytes_beyond_ascii_in_headers_reach_the_route(service: Service) -> None:
    assert status(await service.ask("POST", "/hook", b"fine", "X-Slack-Signature: v0=é\xff")) == 200


async def test_too_many_at_once_are_asked_to_come_again_but_health_answers(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MAX_ANSWERING", 2)
    service.hold = asyncio.Event()
    waiting = [asyncio.create_task(service.ask("POST", "/hook", b"1")) for _ in range(2)]
    assert [await service.arrived.get() for _ in waiting] == [b"1", b"1"]
    refused = await service.ask("POST", "/hook", b"2")
    assert status(refused) == 503
    assert b"retry-after: 1" in refused.lower()
    assert status(await service.ask("GET", "/healthz")) == 200
    service.hold.set()
    assert {status(answer) for answer in await asyncio.gather(*waiting)} == {200}


async def test_silent_and_slow_connections_leave_room_for_honest_requests(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CROWDED", 20)
    slow = b"POST /hook HTTP/1.1\r\nHost: bot\r\nContent-Length: 10\r\n\r\nx"
    held = [await asyncio.open_connection("127.0.0.1", service.port) for _ in range(60)]
    for number, (_, writer) in enumerate(held):
        writer.write(slow if number % 2 else b"")
    assert status(await service.ask("GET", "/healthz")) == 200
    assert status(await service.ask("POST", "/hook", b"honest")) == 200
    assert service.taken == [b"honest"]
    for _, writer in held:
        writer.close()


async def test_bodies_in_hand_together_are_bounded(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MAX_HELD", 1_000)
    assert status(await service.ask("POST", "/hook", b"x" * 2_000)) == 503
    assert status(await service.ask("POST", "/hook", b"x" * 900)) == 200


async def test_a_route_that_hangs_is_given_up(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "ANSWER_SECONDS", 0.05)
    service.hold = asyncio.Event()
    assert status(await service.ask("POST", "/hook", b"1")) == 503


async def test_what_breaks_in_here_is_a_bare_500_and_one_line_in_the_log(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await service.ask("POST", "/hook", b"break")
    assert status(answer) == 500
    assert b"Traceback" not in answer
    assert b"xoxb" not in answer
    assert [record.getMessage() for record in caplog.records] == ["a hook route broke"]


async def test_a_body_that_breaks_off_in_the_middle_breaks_nothing(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    head = b"POST /hook HTTP/1.1\r\nHost: bot\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = await service.say(head + b"5\r\nhello\r\nGARBAGE\r\n", until_closed=True)
    assert status(answer) == 400
    await _hang_up_after(service, head + b"5\r\nhel")
    assert status(await service.ask("GET", "/healthz")) == 200
    assert caplog.records == []


def noise(dice: random.Random) -> bytes:
    """A request as nobody sane would send it; some are nearly right."""
    method = dice.choice(["GET", "POST", "PUT", "HEAD", "OPTIONS", "\x00", "post", "A" * 300])
    path = dice.choice(["/hook", "/healthz", "/", "/%", "/hook?x=%zz", "*", "hook", "/\xff", "//"])
    version = dice.choice(["HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/9.9", "", "SPDY"])
    names = ["Host", "Content-Length", "Transfer-Encoding", "X-\x00", "Upgrade", "Connection", ""]
    values = ["bot", "4", "-1", "99999999999999999999", "chunked", "websocket", "\xff\xfe", ""]
    lines = [f"{dice.choice(names)}: {dice.choice(values)}" for _ in range(dice.randrange(4))]
    head = "\r\n".join([f"{method} {path} {version}", *lines]) + "\r\n\r\n"
    return head.encode("latin-1") + dice.randbytes(dice.randrange(200))


async def test_random_requests_get_4xx_and_leave_nothing_behind(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "aiwork")
    dice = random.Random(7)

    async def some(number: int) -> set[int]:
        seen = set()
        for _ in range(number):
            junk = noise(dice) if dice.random() < 0.8 else dice.randbytes(dice.randrange(1, 300))
            answer = await _hang_up_after(service, junk)
            seen.add(status(answer) if answer.startswith(b"HTTP/") else 0)
        return seen

    await some(50)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    seen = set().union(*await asyncio.gather(*(some(50) for _ in range(8))))
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert seen <= {0, 200, 204, 400, 404, 405, 408, 413, 431}
    assert 400 in seen
    assert grown < 2_000_000
    assert caplog.records == []


async def _hang_up_after(service: Service, junk: bytes) -> bytes:
    """Send it and hang up, as a scanner does; what was answered by then."""
    reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
    try:
        writer.write(junk)
        writer.write_eof()
        async with asyncio.timeout(0.02):
            return await reader.read(4_096)
    except (ConnectionError, TimeoutError):
        return b""
    finally:
        writer.close()
