"""The parts that every way of running the bot is made from."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

import bot
from bot.app.published import published_content
from bot.app.workdays import WorkdaysFile
from bot.commands.request import Services
from bot.commands.shuffle import Shuffle
from bot.commands.understand.grammar import Grammar
from bot.commands.understand.wishes import read_wishes
from bot.core.command import Command
from bot.core.errors import SettingsError
from bot.core.language import Language
from bot.core.ports import Directory
from bot.core.words import Words
from bot.library.reload import Edition, LiveLibrary
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.store.store import Store

CACHE = "search-index"


def folder(name: str, given: Path | None = None) -> Path:
    """`content` or `config`: the given path, else in the current folder, else the packaged copy,
    else beside the package (a checkout). Raises SettingsError when there is none."""
    package = Path(bot.__file__).parent
    tried = [given] if given else [Path(name), package / f"_{name}", package.parent / name]
    for path in tried:
        if path.is_dir():
            return path
    raise SettingsError([f"No folder {tried[0]}; name one in AIWORK_CONTENT_DIR or create it"])


def read_words() -> Words:
    """The bot's sentences. zh-Hant is derived by OpenCC, which is loaded when first needed."""
    tables = {
        language: yaml.load(_words_file(language).read_bytes(), Loader=yaml.CSafeLoader)
        for language in (Language.EN, Language.HANS, Language.HANT)
    }
    return Words(tables[Language.EN], tables[Language.HANS], tables[Language.HANT], to_hant)


def phrase_files() -> tuple[Path, Path]:
    """Where the phrases of plain words stand, English and Chinese."""
    english, chinese = (folder("config") / f"understand.{name}.yaml" for name in ("en", "zh-Hans"))
    return english, chinese


def read_grammar() -> Grammar:
    """The phrases of plain words in both languages."""
    english, chinese = (
        read_wishes(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader))
        for path in phrase_files()
    )
    return Grammar(english, chinese)


def to_hant(text: str) -> str:
    """Simplified to traditional characters as written in Taiwan; vocabulary stays as it is, so
    that a quotation stays verbatim. Phrases go by `config/hant.yaml`, and of a foreign name each
    character by itself: OpenCC makes 达布雷 mine-laying, 達佈雷."""
    convert, phrases = _converter().convert, _phrases()
    made, end = [], 0
    for found in _phrase_or_name().finditer(text):
        told = phrases.get(found[0]) or "".join(map(convert, found[0]))
        made += [convert(text[end : found.start()]), told]
        end = found.end()
    return "".join([*made, convert(text[end:])])


@cache
def _phrases() -> dict[str, str]:
    file = folder("config") / "hant.yaml"
    return dict(yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader))


@cache
def _phrase_or_name() -> re.Pattern[str]:
    phrases = "|".join(sorted(map(re.escape, _phrases()), key=len, reverse=True))
    han = "[\u3400-\u9fff]"
    return re.compile(rf"{phrases}|{han}{{1,6}}(?:·{han}{{1,6}})+")


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("s2tw")


def _words_file(language: Language) -> Path:
    return folder("config") / f"words.{language}.yaml"


def open_library(
    settings: Settings, told: Callable[[Edition], None] = lambda _: None
) -> LiveLibrary:
    """The library, checked and indexed. Raises ContentError with every problem. `told` hears of
    each edition that is swapped in later."""
    published = published_content(settings)
    held = published.current() if published else None
    place = held.content if held else folder("content", settings.content_dir)
    return LiveLibrary(place, settings.data_dir / CACHE, told)


@cache
def workdays() -> WorkdaysFile:
    """The public holidays of now, for whoever plans digests in this process."""
    return WorkdaysFile(folder("config") / "workdays.yaml")


class LazyStore:
    """The store, opened when it is first asked for: a lookup needs none, and importing SQLAlchemy
    takes longer than answering."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store: Store | None = None
        self._opening = asyncio.Lock()

    async def open(self) -> Store:
        async with self._opening:
            if self._store is None:
                self._store = await open_store(self._settings)
            return self._store

    async def language(self, command: Command) -> Language | None:
        """What the person chose for themselves, else what was chosen for the chat; asked only of
        a store that is open anyway."""
        if self._store is None:
            return None
        for at in dict.fromkeys((command.asker.home, command.at)):  # the same in a private chat
            chat = await self._store.chats.find(at) if at else None
            if chat and chat.language:
                return chat.language
        return None

    async def close(self) -> None:
        if self._store:
            await self._store.close()


async def open_store(settings: Settings) -> Store:
    """The database of these settings. Raises StoreError with what to do."""
    from bot.store.store import Store

    key = settings.secret_key.get_secret_value() if settings.secret_key else ""
    durable = settings.sqlite_synchronous == "FULL"
    url = database_url(settings)
    return await Store.open(url, durable=durable, secret_key=key, workdays=workdays())


def database_url(settings: Settings) -> str:
    if settings.database_url:
        return settings.database_url.get_secret_value()
    return f"sqlite:///{settings.data_dir / 'aiwork.db'}"


def make_services(
    settings: Settings,
    memory: LazyStore,
    directories: dict[str, Directory],
    shuffle: Shuffle,
    told: Callable[[Edition], None] = lambda _: None,
) -> Services:
    return Services(
        library=open_library(settings, told),
        words=read_words(),
        shuffle=shuffle,
        preferred_language=memory.language,
        open_store=memory.open,
        directories=directories,
        now=lambda: datetime.now(UTC),
        default_language=Language(settings.language),
        default_zone=settings.zone,
        workdays=workdays(),
        public_url=settings.public_url or "",
    )
