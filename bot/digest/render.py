"""How a digest reads. Pure: the same input says the same thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from bot.core.command_line import CommandLine
from bot.core.reply import (
    Act,
    Audience,
    Block,
    Buttons,
    Divider,
    Footnote,
    Heading,
    Item,
    Reply,
    Span,
    Spans,
    spans,
)
from bot.core.text import cut
from bot.core.words import Voice
from bot.digest.choose import TOPICS_A_DAY, DigestPreferences, Entry, count_unseen, reason_for
from bot.library.cards import fact_blocks, key_figure, quote_blocks, title_of
from bot.library.documents import ARTICLE
from bot.library.library import Library
from bot.library.models.entries import Article, QuoteEntry

SENTENCE = 220
"""Characters of a summary's first sentence that a digest shows."""

_FIRST_SENTENCE = re.compile(r".+?(?:[。！？]|[.!?](?=\s|$))", re.DOTALL)


def render(
    library: Library,
    items: Sequence[str],
    voice: Voice,
    day: date,
    preferences: DigestPreferences | None = None,
    *,
    chat: str = "@here",
) -> Reply | None:
    """The digest as one message; an item that was withdrawn meanwhile is left out, and `None`
    says that nothing is left. `chat` is what makes a settings line mean the chat that the digest
    is for; none is needed in a private one."""
    preferences = preferences or DigestPreferences()
    entries = _entries_there(library, items)
    articles = [library.articles[one] for one in _names(items, ARTICLE) if one in library.articles]
    if not entries and not articles:
        return None
    parts = _cards(library, entries, voice, preferences, day)
    parts += [(_teaser(one, voice),) for one in articles]
    blocks: list[Block] = [
        Heading(_headline(library, entries, voice, day, preferences)),
        *parts[0],
    ]
    for part in parts[1:]:
        blocks += [Divider(), *part]
    if left := _left_unseen(library, items, preferences, day):
        blocks.append(Footnote(voice.spans("digest.left", count=str(left))))
    blocks.append(Buttons(_buttons(library, entries, articles, voice, chat)))
    return Reply(tuple(blocks), Audience.ROOM)


def _left_unseen(
    library: Library, items: Sequence[str], preferences: DigestPreferences, day: date
) -> int:
    """How many entries on the chat's topics are left for the next digests."""
    now = dict.fromkeys(items, datetime.combine(day, time(12), UTC))
    after = replace(preferences, seen={**preferences.seen, **now})
    return count_unseen(library, after, day)


def _cards(
    library: Library,
    entries: Sequence[Entry],
    voice: Voice,
    preferences: DigestPreferences,
    day: date,
) -> list[tuple[Block, ...]]:
    """Each entry with what is to be said before it; a source that stands below several entries in
    a row is said once."""
    cards: list[tuple[Block, ...]] = []
    for place, one in enumerate(entries):
        article = library.article_of(one)
        if isinstance(one, QuoteEntry):
            card = quote_blocks(one, article, voice)
        else:
            card = fact_blocks(one, article, voice)
        following = entries[place + 1 :]
        if preferences.weekly and following and library.article_of(following[0]) is article:
            card = card[:-1]
        cards.append((*_why(library, one, voice, preferences, day), *card))
    return cards


def _why(
    library: Library, one: Entry, voice: Voice, preferences: DigestPreferences, day: date
) -> tuple[Footnote, ...]:
    """That it is new, from a neighbouring topic, or comes once more."""
    reason, known = reason_for(library, one, preferences, day), library.topics
    if reason in ("new", "again"):
        return (Footnote(voice.spans("digest.new" if reason == "new" else "digest.once_more")),)
    wanted = [topic for topic in preferences.topics if topic in known]
    if reason == "neighbour":
        said = voice.spans(
            "digest.neighbour",
            topics=lambda v: v.say("list.joint").join(v.read(known[t].name) for t in wanted),
            other=lambda v: v.read(known[one.topics[0]].name),
        )
        return (Footnote(said),)
    return ()


def _headline(
    library: Library,
    entries: Sequence[Entry],
    voice: Voice,
    day: date,
    preferences: DigestPreferences,
) -> str:
    """What it is about today, and the day; a week is named by its last day."""
    if preferences.weekly:
        return voice.say("digest.title_weekly", day=day.isoformat())
    topics = [
        next((t for t in (*preferences.topics, *one.topics) if t in one.topics), "")
        for one in entries
    ]
    told = [library.topics[one] for one in dict.fromkeys(topics) if one in library.topics]
    if not told:
        return voice.say("digest.title", day=day.isoformat())
    return voice.say(
        "digest.title_about",
        about=lambda half: half.say("list.joint").join(half.read(one.name) for one in told),
        day=day.isoformat(),
    )


def _entries_there(library: Library, items: Sequence[str]) -> list[Entry]:
    """The entries that were chosen and are still served, in the order of the choice."""
    return [library.entries[item] for item in items if item in library.entries]


def _names(items: Sequence[str], prefix: str) -> list[str]:
    return [item.removeprefix(prefix) for item in items if item.startswith(prefix)]


def _teaser(article: Article, voice: Voice) -> Item:
    """The title, the first sentence of the summary, the figure that says most."""
    title = voice.spans("digest.article", title=lambda half: Span(title_of(article, half), True))
    note: Spans = spans(voice.each(lambda half: first_sentence(half.read(article.summary))))
    figure = key_figure(article, voice)
    return Item(title, (*note, Span("\n"), *figure) if figure else note)


def first_sentence(text: str) -> str:
    found = _FIRST_SENTENCE.match(text)
    return cut(found[0] if found else text, SENTENCE)


def _buttons(
    library: Library,
    entries: Sequence[Entry],
    articles: Sequence[Article],
    voice: Voice,
    chat: str,
) -> tuple[Act, ...]:
    """Another quote, the article, save, settings, stop. A week has too many entries for a button
    each: topics then."""
    shown = [*articles, *(library.article_of(one) for one in entries)]
    few = entries if len(entries) <= TOPICS_A_DAY else ()
    keep = tuple(_save(one, number, len(few), voice) for number, one in enumerate(few, 1))
    return (
        Act(voice.say("button.another"), CommandLine("quote")),
        Act(voice.say("button.article"), CommandLine("article", shown[0].id)),
        *(keep or (Act(voice.say("button.topics"), CommandLine("topics")),)),
        Act(voice.say("button.settings"), CommandLine("settings", chat)),
        Act(voice.say("button.stop"), CommandLine("digest", f"off {chat}".strip())),
    )


def _save(one: Entry, number: int, of: int, voice: Voice) -> Act:
    label = voice.say("button.save_nth", number=str(number)) if of > 1 else voice.say("button.save")
    return Act(label, CommandLine("save", one.id))
