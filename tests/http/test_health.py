"""Health, readiness and figures, as a balancer and a scraper ask for them."""

from __future__ import annotations

import asyncio
import json
import signal
import socket

import pytest

from bot.core.errors import SettingsError
from bot.http import make_http, serve
from tests.http.conftest import Service, status


async def test_a_living_process_is_healthy(service: Service) -> None:
    answer = await service.ask("GET", "/healthz")
    assert status(answer) == 200


async def test_it_is_ready_when_every_part_does_its_work(service: Service) -> None:
    answer = await service.ask("GET", "/readyz")
    assert status(answer) == 200
    service.ready["slack"] = False
    answer = await service.ask("GET", "/readyz")
    assert status(answer) == 503
    told = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert told == {"ready": False, "checks": {"database": True, "slack": False}}


async def test_a_check_that_raises_counts_as_not_ready(service: Service) -> None:
    service.ready.pop("slack")
    assert status(await service.ask("GET", "/readyz")) == 503


async def test_many_who_ask_at_once_share_one_round_of_checks() -> None:
    asked = []

    async def slow() -> bool:
        asked.append(1)
        await asyncio.sleep(0.01)
        return True

    service = Service()
    app = make_http([], ready={"database": slow}, metrics=bytes)
    async with serve(app, 0, "127.0.0.1") as service.port:
        answers = await asyncio.gather(*(service.ask("GET", "/readyz") for _ in range(20)))
    assert {status(answer) for answer in answers} == {200}
    assert len(asked) < 20


async def test_figures_are_text_that_a_scraper_reads(service: Service) -> None:
    answer = await service.ask("GET", "/metrics")
    assert status(answer) == 200
    assert b"aiwork_commands_total 1.0" in answer
    assert b"text/plain; version=0.0.4" in answer


async def test_no_answer_names_the_server_or_its_version(service: Service) -> None:
    for answer in (await service.ask("GET", "/healthz"), await service.say(b"\x00\r\n\r\n")):
        assert b"server:" not in answer.lower()
        assert b"uvicorn" not in answer.lower()


async def test_a_request_in_hand_is_answered_before_the_server_stops() -> None:
    service = Service(hold=asyncio.Event())
    from starlette.routing import Route

    app = make_http([Route("/hook", service.hook, methods=["POST"])], ready={}, metrics=bytes)
    async with serve(app, 0, "127.0.0.1") as service.port:
        asking = asyncio.create_task(service.ask("POST", "/hook", b"in hand"))
        assert await service.arrived.get() == b"in hand"
        assert service.hold
        asyncio.get_running_loop().call_later(0.1, service.hold.set)
    assert status(await asking) == 200


async def test_signals_stay_with_the_caller(service: Service) -> None:
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


async def test_a_port_in_use_is_told_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match="set PORT to a free one"):
            async with serve(make_http([], ready={}, metrics=bytes), port, "127.0.0.1"):
                pass
