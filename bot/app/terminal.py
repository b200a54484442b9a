"""The bot without any platform: one line answered, or a chat in the terminal."""

from __future__ import annotations

import asyncio

from bot.adapters.console import ConsoleAdapter
from bot.app.parts import Memory, make_house
from bot.commands.all import make_registry
from bot.commands.bag import MemoryBag, StoreBag
from bot.commands.handler import Handler
from bot.commands.request import House
from bot.core.language import language_of
from bot.core.ports import Host
from bot.core.reply import Reply
from bot.core.words import Voice
from bot.settings import Settings


async def ask(settings: Settings, typed: str, language: str | None) -> Reply:
    """Answer one line and be done."""
    memory, console = Memory(settings), ConsoleAdapter(language=language)
    house = make_house(settings, memory, {console.name: console}, MemoryBag())
    await console.start(Handler(house, make_registry()))
    try:
        return await console.answer(typed)
    finally:
        await memory.close()


async def chat(settings: Settings, language: str | None) -> int:
    """Talk until the input ends, while digests appear as they fall due. Returns the exit code.

    Raises StoreError when another process runs on the same data folder.
    """
    memory, registry = Memory(settings), make_registry()
    hosts: dict[str, Host] = {}
    house = make_house(settings, memory, hosts, StoreBag(memory.open))
    topics = (topic.name.en for topic in house.shelf.edition.library.topics.values())
    await memory.open()  # makes the data folder, where the history stands too
    console = ConsoleAdapter(
        language=language,
        completions=(*registry.names, *topics),
        history=settings.data_dir / "history",
    )
    hosts[console.name] = console
    await console.start(Handler(house, registry))
    try:
        await _talk_and_deliver(settings, memory, house, console, language)
    finally:
        await memory.close()
    return 0


async def _talk_and_deliver(
    settings: Settings,
    memory: Memory,
    house: House,
    console: ConsoleAdapter,
    language: str | None,
) -> None:
    from bot.app.deliveries import make_outbox

    voice = Voice(house.words, language_of(language) or house.default_language)
    outbox = make_outbox(settings, await memory.open(), house, {console.name: console})
    async with asyncio.TaskGroup() as group:
        work = (group.create_task(outbox.run()), group.create_task(house.shelf.watch()))
        if not await console.chat(voice.say("console.greeting")):
            print(voice.say("console.nothing_piped"))  # noqa: T201 - the answer to nothing
        for task in work:
            task.cancel()
