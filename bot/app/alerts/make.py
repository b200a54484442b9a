"""The alerts of a running bot, and a message to try them with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.app.alerts.alerts import Alerts
from bot.app.alerts.tell import Teller, deliver, hint
from bot.app.doctor import HERE, Surroundings, look_at_platform
from bot.app.platforms import platforms_for
from bot.app.roles import Platform, Role
from bot.app.services import open_store, read_words
from bot.commands.all import make_registry
from bot.commands.request import Services
from bot.core.address import Address
from bot.core.command import Command
from bot.core.errors import RetryLater, SendError, SettingsError
from bot.core.language import Language
from bot.core.ports import Sender
from bot.core.reply import Card, Paragraph, Reply, spans
from bot.core.words import Voice, Words
from bot.log import Redaction
from bot.settings import Settings, secrets_of
from bot.settings.values import chats
from bot.store.store import Store

START_SECONDS = 10.0
"""For a platform to take the token, before a trial says that it does not answer."""


def make_alerts(
    settings: Settings,
    store: Store,
    services: Services,
    senders: Mapping[str, Sender],
    stopped: Callable[[], Sequence[str]] = tuple,
    here: Surroundings = HERE,
    now: Callable[[], float] = time.monotonic,
) -> Alerts | None:
    """`None` where AIWORK_OPERATORS names nobody."""
    operators = chats(settings.operators)
    if not operators:
        return None
    voice = Voice(services.words, services.default_language)
    clean = Redaction(secrets_of(settings)).text
    return Alerts(
        store,
        Teller(store.alerts, operators, senders, voice, clean),
        services.library,
        settings.data_dir,
        platforms={
            name: partial(look_at_platform, name, settings, [], here) for name in settings.platforms
        },
        voice=voice,
        stopped=stopped,
        free=here.free,
        now=now,
    )


async def try_alerts(settings: Settings) -> list[tuple[Address, str]]:
    """Send a message to each operator; why it did not arrive, '' where it did. Raises SettingsError
    when there are none."""
    operators = chats(settings.operators)
    if not operators:
        raise SettingsError(
            ["AIWORK_OPERATORS is not set: name chats, such as telegram:123 or slack:C024BE91L"]
        )
    spoken = _Spoken(read_words(), Language(settings.language))
    text = Voice(spoken.words, spoken.default_language).say("alert.test")
    reply = Reply((Paragraph(spans(text)),))
    store = await open_store(settings)
    try:
        found = platforms_for(settings, Role.WORKER, store, spoken, make_registry(), lambda _: None)
        told: dict[Address, str] = {}
        for one in found:
            mine = [at for at in operators if at.platform == one.adapter.name]
            if one.sends and mine:
                told |= await _told_on(one.adapter, mine, reply)
            if one.sends and one.close:
                await one.close()
        return [(at, told[at]) for at in operators]
    finally:
        await store.close()


async def _told_on(
    adapter: Platform, operators: Sequence[Address], reply: Reply
) -> dict[Address, str]:
    try:
        try:
            async with asyncio.timeout(START_SECONDS):
                await adapter.start(_Nobody())
        except TimeoutError:
            return {at: f"{at}: {adapter.name} does not answer; try again" for at in operators}
        except SettingsError as error:
            return {at: f"{at}: {error}" for at in operators}
        return {at: await _told(adapter, at, reply) for at in operators}
    finally:
        await adapter.stop()


async def _told(sender: Sender, at: Address, reply: Reply) -> str:
    for _ in range(2):
        try:
            await deliver(sender, at, reply)
        except RetryLater as error:
            if error.after is None or error.after > START_SECONDS:
                return hint(at, error)
            await asyncio.sleep(error.after)
        except SendError as error:
            return hint(at, error)
        else:
            return ""
    return f"{at}: the platform keeps asking for pauses; try again"


@dataclass(frozen=True, slots=True)
class _Spoken:
    words: Words
    default_language: Language


class _Nobody:
    """Answers nothing: who only sends is asked nothing."""

    async def __call__(self, command: Command) -> Reply:
        return Reply(())

    async def cards(self, command: Command, offset: int, limit: int) -> tuple[Card, ...]:
        return ()
