"""Receiving without loss, whatever a payload is like."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from bot.adapters.common.clock import Clock
from bot.adapters.common.log_once import LogOnce
from bot.adapters.common.receiver import Payload, Receiver
from tests.adapters.telegram.parts import Inbox

LOG = logging.getLogger("aiwork.test")


class Answers:
    """Odd payloads raise when they are looked at, and when they are answered."""

    def __init__(self) -> None:
        self.served: list[int] = []
        self.inbox = Inbox()

    def receiver(self) -> Receiver:
        return Receiver(
            self.inbox,
            "test",
            event_of=lambda payload: str(payload["id"]),
            queue_of=lambda payload: str(payload["chat"]),
            glance=self._glance,
            serve=self._serve,
            logger=LOG,
            log_once=LogOnce(LOG, Clock()),
        )

    def _glance(self, payload: Payload) -> None:
        if payload.get("odd") == "glance":
            raise ValueError("what somebody wrote")

    async def _serve(self, payload: Payload) -> None:
        if payload.get("odd") == "serve":
            raise ValueError("what somebody wrote")
        self.served.append(int(payload["id"]))


@pytest.mark.parametrize("odd", ["glance", "serve"])
async def test_an_odd_payload_holds_up_none_behind_it_and_its_words_stay_out_of_the_log(
    odd: str, caplog: pytest.LogCaptureFixture
) -> None:
    answers = Answers()
    receiver = answers.receiver()
    batch: list[dict[str, Any]] = [{"id": n, "chat": 1} for n in range(4)]
    batch[1]["odd"] = odd
    await receiver.accept(batch)
    await receiver.close(5.0)
    assert answers.served == ([0, 1, 2, 3] if odd == "glance" else [0, 2, 3])
    assert answers.inbox.payloads == {}
    assert "what somebody wrote" not in caplog.text
    assert caplog.records


async def test_what_was_not_finished_is_taken_up_by_the_next_start() -> None:
    answers = Answers()
    await answers.inbox.keep("test", [("7", '{"id": 7, "chat": 1}')])
    receiver = answers.receiver()
    await receiver.resume()
    await receiver.close(5.0)
    assert answers.served == [7]


async def test_a_copy_that_comes_again_is_answered_once_with_and_without_a_store() -> None:
    answers = Answers()
    receiver = answers.receiver()
    assert await receiver.accept_promptly({"id": 1, "chat": 1}, 1.0)
    assert not await receiver.accept_promptly({"id": 1, "chat": 1}, 1.0)
    receiver.accept_unstored([{"id": 2, "chat": 1}, {"id": 2, "chat": 1}])
    await receiver.close(5.0)
    assert answers.served == [1, 2]
