"""An imported article as a draft: YAML with a comment at every doubtful place.

What a person has to write (summaries, facts in our own words, translations) is left open, with the
sentences of the source beside it as comments; what was found is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from bot.core.text import han, is_chinese
from bot.editor.clean import Certainty, TextRepair
from bot.editor.importer.figures import Amount, Sentence, sentences_with_figures
from bot.editor.importer.quotations import Quotation, pseudonyms_in, quotations_in
from bot.editor.importer.source import ArticleText
from bot.editor.source_copy import Passage, has_letters, passages_of
from bot.editor.yaml_edit import one_line, scalar
from bot.library.aliases import simplify
from bot.library.library import Library
from bot.library.rules.quotes import (
    LEAST_CHARACTERS,
    LEAST_WORDS,
    MOST_HAN,
    MOST_QUOTES,
    MOST_WORDS,
)

OUTLINE = 3
"""Sentences of the source that stand beside an unwritten summary."""

DOUBTFUL = "doubtful: "
"""How a comment begins that a person has to settle before the entry may be published."""

SHORT = "short: it needs a line of context"
LOST = "letters were lost here"

_SLUG = re.compile(r"[^a-z0-9]+")


def draft_of(source: ArticleText, name: str, library: Library, today: date) -> str:
    """The file's text. Which words are ours and which the source's stays apart: those of the source
    stand as quotations, evidence and comments alone."""
    quotes = _servable(quotations_in(source.text))
    figures = sentences_with_figures(source.text)
    parts = (
        _head(source, name, today),
        _topics(library, source.text),
        _summary(source.text),
        _facts(name, figures, today),
        _quotes(name, quotes, source),
    )
    return "\n".join(line.rstrip() for part in parts for line in part) + "\n"


def _head(source: ArticleText, name: str, today: date) -> Iterator[str]:
    chinese = is_chinese(source.text)
    yield "# yaml-language-server: $schema=../schema/article.json"
    yield f"# A draft that was imported. {_repairs_told(source)}"
    yield "# `aiwork content check` says what is missing; read every line before it is published."
    yield f"id: {name}"
    yield "status: draft"
    yield f"added: '{today.isoformat()}'"
    yield f"language: {'zh-Hans' if chinese else 'en'}"
    title = _known(source, "title")
    yield "title:"
    yield f"  zh-Hans: {scalar(title if chinese else '')}{_told(source, 'title', chinese)}"
    yield f"  en: {scalar('' if chinese else title)}{_told(source, 'title', not chinese)}"
    yield "title_status: original  # original | reposter | ours"
    yield "source:"
    yield f"  outlet: {scalar(_known(source, 'outlet')) or 'null'}{_told(source, 'outlet')}"
    outlet = scalar(_known(source, "original_outlet")) or "null"
    yield f"  original_outlet: {outlet}{_told(source, 'original_outlet')}"
    url = _known(source, "url")
    yield f"  url: {url if url.startswith('https://') else 'null'}{_told(source, 'url')}"
    authors = [
        one.strip() for one in re.split(r"[;；、,，]", _known(source, "authors")) if one.strip()
    ]
    yield f"  authors: [{', '.join(map(scalar, authors))}]{_told(source, 'authors')}"
    day = _known(source, "published")
    yield f"  published: {repr(day) if day else 'null'}{_told(source, 'published')}"
    yield "  published_note:"
    yield f"  retrieved: '{today.isoformat()}'"
    false_names = ", ".join(map(scalar, pseudonyms_in(source.text)))
    yield f"pseudonyms: [{false_names}]"


def _repairs_told(source: ArticleText) -> str:
    done, guessed = len(source.cleaned.repairs), len(source.cleaned.guessed)
    return f"{done} places of its text were repaired, {guessed} of them by a guess." if done else ""


def _topics(library: Library, text: str) -> Iterator[str]:
    named = [topic.slug for topic in library.topics_in(text)] or _often_named(library, text)
    yield f"topics: [{', '.join(sorted(named)[:6])}]  # suggested by the words it uses"


def _often_named(library: Library, text: str) -> list[str]:
    """Topics by how often their words stand in the text, for one that is too long to be looked
    through as a question."""
    counts = {
        slug: sum(text.casefold().count(word.casefold()) for word in topic.aliases if len(word) > 2)
        for slug, topic in library.topics.items()
    }
    best = sorted(counts, key=lambda slug: -counts[slug])
    return [slug for slug in best if counts[slug] > 1][:5]


def _summary(text: str) -> Iterator[str]:
    yield "# In your own words. What the article says first:"
    yield from (f"#   {one}" for one in _outline(text))
    yield "summary:"
    yield "  zh-Hans:"
    yield "  en:"


def _outline(text: str) -> list[str]:
    sentences = re.findall(r"[^。！？\n]{16,}[。！？]|[^.!?\n]{40,}[.!?]", text)
    return [one.strip()[:160] for one in sentences[:OUTLINE]]


def _facts(name: str, figures: Sequence[Sentence], today: date) -> Iterator[str]:
    yield "key_points:" if figures else "key_points: []"
    for number, one in enumerate(figures, 1):
        yield f"  # {one.text[:200]}"
        yield f"  - id: {name[:40]}-{number:02}  # say what it is about"
        yield "    status: draft"
        yield "    topics: []"
        yield "    text:  # in your own words, with the number and its date"
        yield "      zh-Hans:"
        yield "      en:"
        yield f"    evidence: {scalar(one.evidence)}"
        yield "    figures:"
        for amount in one.amounts[:4]:
            yield from _figure(amount, one.as_of if one.as_of <= today.isoformat() else "")


def _figure(amount: Amount, as_of: str) -> Iterator[str]:
    yield (
        f"      - value: {amount.value:.10g}"
        if amount.value < 1e9
        else (f"      - value: {amount.value:.0f}")
    )
    yield f"        unit: {amount.unit}"
    if amount.bound:
        yield f"        bound: {amount.bound}"
    yield f"        as_of: {repr(as_of) if as_of else '  # when was it so?'}"
    yield "        what:"
    yield "        who_says:"


def _servable(found: Sequence[Quotation]) -> list[Quotation]:
    """The surest first where there are more than may be quoted; then in the order of the text."""
    fitting = [one for one in found if _fits(one.text)]
    best = sorted(fitting, key=lambda one: (len(one.doubts), one.start))[:MOST_QUOTES]
    return [one for one in fitting if one in best]


def _short(text: str) -> tuple[str, ...]:
    short = len(text) < LEAST_CHARACTERS if han(text) else len(text.split()) < LEAST_WORDS
    return (SHORT,) if short else ()


def _fits(text: str) -> bool:
    return han(text) <= MOST_HAN if han(text) else len(text.split()) <= MOST_WORDS


def _quotes(name: str, quotes: Sequence[Quotation], source: ArticleText) -> Iterator[str]:
    yield "quotes:" if quotes else "quotes: []"
    chinese = is_chinese(source.text)
    passages = passages_of(source.cleaned)
    for number, one in enumerate(quotes, 1):
        line = len([held for held in source.text[: one.start].split("\n")[:-1] if held.strip()])
        restored = _restored(one, passages[line] if line < len(passages) else None)
        for doubt in (*one.doubts, *_short(one.text), *_lost(restored)):
            yield f"  # {DOUBTFUL}{doubt}"
        yield f"  - id: {name[:38]}-said-{number:02}"
        yield "    status: draft"
        yield f"    text: {scalar(one.text)}"
        yield f"    language: {'zh-Hans' if chinese else 'en'}"
        yield "    translated: false  # true when this text is itself a translation"
        yield "    speaker:"
        yield "      name:"
        spoken = scalar(one.speaker)
        yield f"        zh-Hans: {spoken if is_chinese(one.speaker) else ''}".rstrip()
        yield f"        en: {'' if is_chinese(one.speaker) else spoken}".rstrip()
        yield f"      kind: {one.kind}"
        yield f"    attribution: {scalar(one.attribution)}"
        yield "    topics: []"
        yield f"    repair: {_repair(restored)}"
        yield "    translation:"


def _restored(one: Quotation, passage: Passage | None) -> list[TextRepair]:
    """The runs of lost bytes that were restored inside the quotation."""
    repairs = passage.repairs if passage else ()
    return [
        repair
        for repair in repairs
        if repair.kind == "shifted" and has_letters(one.text, simplify(repair.after))
    ]


def _lost(restored: Sequence[TextRepair]) -> Iterator[str]:
    for one in restored:
        if one.confidence is Certainty.GUESSED:
            told = one_line(f"{LOST}: {one.before} was read as {simplify(one.after)}")
            yield "".join(char for char in told if char.isprintable())


def _repair(restored: Sequence[TextRepair]) -> str:
    sure = {one.confidence for one in restored}
    return "guessed" if Certainty.GUESSED in sure else "exact" if sure else "none"


def _known(source: ArticleText, key: str) -> str:
    value = source.known[key].value if key in source.known else ""
    return simplify(value) if is_chinese(value) else value


def _told(source: ArticleText, key: str, here: bool = True) -> str:
    """Where a thing is known from, as a comment."""
    return f"  # from {one_line(source.known[key].told_by)}" if here and key in source.known else ""


def slug_of(title: str) -> str:
    """An id of a headline's Latin words; empty for one that has none."""
    return _SLUG.sub("-", title.casefold()).strip("-")[:48].strip("-")
