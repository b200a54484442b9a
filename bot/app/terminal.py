"""The bot without any platform: one line answered, or a chat in the terminal."""

from __future__ import annotations

import asyncio
from functools import partial

from bot.adapters.console import ConsoleAdapter
from bot.app.services import LazyStore, make_services, read_grammar, read_words
from bot.commands.all import make_registry
from bot.commands.handler import Handler
from bot.commands.request import Services
from bot.commands.shuffle import MemoryShuffle, StoreShuffle
from bot.core.language import Language, language_of
from bot.core.ports import Directory
from bot.core.reply import Reply
from bot.core.words import Voice
from bot.library.reload import Edition
from bot.settings import Settings


async def ask(settings: Settings, typed: str, language: str | None) -> Reply:
    """Answer one line and be done."""
    memory, console = LazyStore(settings), ConsoleAdapter(language=language)
    services = make_services(settings, memory, {console.name: console}, MemoryShuffle())
    await console.start(Handler(services, make_registry(), read_grammar()))
    try:
        return await console.answer(typed)
    finally:
        await memory.close()


async def chat(settings: Settings, language: str | None) -> int:
    """Talk until the input ends, while digests appear as they fall due. Returns the exit code.

    Raises StoreError when another process runs on the same data folder.
    """
    memory, registry = LazyStore(settings), make_registry()
    directories: dict[str, Directory] = {}
    spoken = Voice(read_words(), language_of(language) or Language(settings.language))
    services = make_services(
        settings, memory, directories, StoreShuffle(memory.open), partial(_reloaded, spoken)
    )
    topics = (topic.name.en for topic in services.library.edition.library.topics.values())
    await memory.open()  # makes the data folder, where the history stands too
    console = ConsoleAdapter(
        language=language,
        completions=(*registry.names, *topics),
        history=settings.data_dir / "history",
    )
    directories[console.name] = console
    await console.start(Handler(services, registry, read_grammar()))
    try:
        await _talk_and_deliver(settings, memory, services, console, language)
    finally:
        await memory.close()
    return 0


def _reloaded(voice: Voice, edition: Edition) -> None:
    """An editor who writes beside the chat sees that the edit has arrived."""
    library = edition.library
    counts = {"quotes": str(len(library.quotes)), "facts": str(len(library.facts))}
    print(voice.say("console.reloaded", **counts))  # noqa: T201 - for who sits at the terminal


async def _talk_and_deliver(
    settings: Settings,
    memory: LazyStore,
    services: Services,
    console: ConsoleAdapter,
    language: str | None,
) -> None:
    from bot.app.deliveries import make_outbox

    voice = Voice(services.words, language_of(language) or services.default_language)
    outbox = make_outbox(settings, await memory.open(), services, {console.name: console})
    async with asyncio.TaskGroup() as group:
        work = (group.create_task(outbox.run()), group.create_task(services.library.watch()))
        if not await console.chat(voice.say("console.greeting")):
            print(voice.say("console.nothing_piped"))  # noqa: T201 - the answer to nothing
        for task in work:
            task.cancel()
