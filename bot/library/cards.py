"""How an entry is shown: the neutral blocks of a quote and of an article, on every platform.

A quotation stands in the language it has in its source; a reader of the other language gets our
translation below it, marked as ours and without quotation marks of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from bot.core.language import Language
from bot.core.reply import Block, Footnote, Heading, Item, Paragraph, Quote, Span, Spans, spans
from bot.core.text import cut
from bot.core.words import Voice
from bot.library.figures import amount
from bot.library.models.entries import (
    Article,
    FactEntry,
    Figure,
    PublicationStatus,
    QuoteEntry,
    Repair,
    Speaker,
    SpeakerKind,
    TextLanguage,
)

LABEL = 28
"""Characters of a quotation on a button; Slack shows about 30 before it cuts."""

_REPAIRED = {
    Repair.NONE: "source.repair_none",
    Repair.EXACT: "source.repair_exact",
    Repair.GUESSED: "source.repair_guessed",
}

_INDEFINITE = re.compile(r"(a|an|one of) ")
"""An organisation without a name is no apposition: `engineer at a startup`, not `engineer, a
startup`."""


def quote_blocks(quote: QuoteEntry, article: Article, voice: Voice) -> tuple[Block, ...]:
    """Context if it needs one, the quotation, its translation, its source in one line.

    What the reader can read comes first. Where the speaker's own words are known, a reader of that
    language gets those as the quotation, and no translation of ours."""
    context = (Footnote(spans(voice.read(quote.context))),) if quote.context else ()
    if _reads_said(quote, voice):
        words = _own_words_first(quote, voice)
    else:
        words = (Quote(voice.script(quote.text), spans(byline(quote, voice))),)
        translated = _translation(quote, voice)
        words = (*words, *translated) if voice.language is Language.BOTH else (*translated, *words)
    return (*context, *words, provenance(article, voice, quote))


def provenance(article: Article, voice: Voice, quote: QuoteEntry | None = None) -> Footnote:
    """One line, `WSJ, late Oct 2025, from a Chinese translation`; the rest is behind `source`."""
    source = article.source
    outlet = source.original_outlet or source.outlet

    def name(half: Voice) -> str:
        if source.name:
            return half.read(source.name)
        return half.script(outlet) if outlet else half.say("source.unknown")

    def when(half: Voice) -> str:
        return half.read(source.dated) if source.dated else date_of(article, half)

    said = quote.said if quote and _reads_said(quote, voice) else None
    key = "source.short" if not (quote and quote.translated) else "source.from_translation"
    key, url = ("source.seen_at", said.url) if said else (key, source.url or "")
    host = urlsplit(url).hostname or ""
    told = voice.each(lambda half: half.say(key, outlet=name(half), when=when(half), host=host))
    return Footnote(spans(Span(told, href=url)))


def source_blocks(
    entry: QuoteEntry | FactEntry, article: Article, voice: Voice
) -> tuple[Block, ...]:
    """Where an entry comes from: article, outlet, authors, dates, the words of the source that say
    who speaks or what happened, who translated, what was repaired."""
    quote = entry if isinstance(entry, QuoteEntry) else None
    proof = quote.attribution if quote else getattr(entry, "evidence", "")
    blocks: list[Block] = [
        Heading(title_of(article, voice)),
        source_footnote(article, voice, quote),
        Paragraph(voice.spans("source.place", words=voice.script(proof))),
    ]
    if quote:
        blocks.append(Paragraph(_whose_wording(quote, voice)))
        blocks.append(Paragraph(voice.spans(_REPAIRED[quote.repair])))
    return tuple(blocks)


def _whose_wording(quote: QuoteEntry, voice: Voice) -> Spans:
    if quote.said:
        return voice.spans("source.said", page=Span(quote.said.url, href=quote.said.url))
    return voice.spans("source.translated_back" if quote.translated else "source.translated")


def byline(quote: QuoteEntry, voice: Voice) -> str:
    """`Madhavi Sewak, distinguished researcher, Google DeepMind`; pseudonyms say that they are."""
    return voice.each(lambda half: _byline(quote.speaker, half))


def source_footnote(article: Article, voice: Voice, quote: QuoteEntry | None = None) -> Footnote:
    """Outlet, who brought it to us, authors, date, link; whether the wording is a translation or
    was restored."""
    parts: list[str | Span] = [*_outlets(article, voice)]
    if authors := article.source.authors:
        named = [voice.script(name) for name in authors]
        parts.append(
            voice.say("source.by", authors=lambda half: half.say("list.joint").join(named))
        )
    parts.append(date_of(article, voice))
    if quote and quote.translated:
        parts.append(voice.say("quote.translated"))
    if quote and quote.repair is Repair.GUESSED:
        parts.append(voice.say("quote.restored"))
    joined: list[str | Span] = []
    for part in parts:
        joined += [" · ", part] if joined else [part]
    return Footnote(spans(*joined))


def date_of(article: Article, voice: Voice) -> str:
    """The date of publication, and what else is known of it."""
    day, note = article.source.published, article.source.published_note
    if day and note:
        return voice.say("source.dated", day=day, note=lambda half: half.read(note))
    return day or (voice.read(note) if note else voice.say("source.undated"))


def title_of(article: Article, voice: Voice) -> str:
    return voice.read(article.title)


def quote_label(quote: QuoteEntry, voice: Voice) -> str:
    """The beginning of a quotation, for a button or a list: in the reader's own language."""
    return cut(quote_line(quote, voice), LABEL)


def quote_line(quote: QuoteEntry, voice: Voice) -> str:
    """The quotation as one text in the reader's language: own words, else ours, else as it is;
    for who reads both, as it stands in its source."""
    if voice.language is Language.BOTH:
        return voice.script(quote.text)
    if quote.said and _reads_said(quote, voice):
        return quote.said.text
    return _translated(quote, voice) or voice.script(quote.text)


def article_blocks(article: Article, voice: Voice) -> tuple[Block, ...]:
    """Headline, summary, key points with their figures, source."""
    points = tuple(
        Item(spans("• ", voice.read(fact.text)))  # its numbers stand in it: said once is enough
        for fact in article.key_points
        if fact.status == PublicationStatus.PUBLISHED
    )
    summary = Paragraph(spans(voice.read(article.summary)))
    title = Heading(title_of(article, voice))
    return (title, summary, *points, source_footnote(article, voice))


def key_figure(article: Article, voice: Voice) -> Spans:
    """The figure that says most about the article, with who says it and when; empty when it has
    none."""
    facts = sorted((*article.key_points, *article.facts), key=lambda fact: not fact.key)
    return next((line for fact in facts if (line := _figures(fact, voice, 1))), ())


def fact_blocks(fact: FactEntry, article: Article, voice: Voice) -> tuple[Block, ...]:
    """The figure large, the sentence, who says so, its article's source."""
    figure = fact.figures[0] if fact.figures else None
    head: tuple[Block, ...] = ()
    if figure:
        head = (Heading(voice.each(lambda half: amount(figure, half))),)
    who: tuple[Block, ...] = ()
    if figure and figure.who_says.en != article.source.original_outlet:
        told = voice.spans(
            "fact.who_says", who=lambda half: half.read(figure.who_says), when=figure.as_of
        )
        who = (Footnote(told),)
    sentence = Paragraph(spans(voice.read(fact.text)))
    return (*head, sentence, *who, provenance(article, voice))


def fact_label(fact: FactEntry, voice: Voice) -> str:
    """The beginning of a fact, for a button or a list."""
    return cut(voice.read(fact.text), LABEL)


def _byline(speaker: Speaker, voice: Voice) -> str:
    name = voice.read(speaker.name)
    if speaker.kind is SpeakerKind.PSEUDONYM:
        name = voice.say("quote.pseudonym", name=name)
    role = voice.read(speaker.role) if speaker.role else ""
    home = voice.read(speaker.organisation) if speaker.organisation else ""
    post = [role, home]
    if speaker.organisation and _INDEFINITE.match(speaker.organisation.en):
        post = [voice.say("quote.role_at" if role else "quote.from", role=role, home=home)]
    return voice.say("quote.comma").join(filter(None, [name, *post]))


def _reads_said(quote: QuoteEntry, voice: Voice) -> bool:
    spoken = quote.said.language if quote.said else None
    return spoken is not None and _is_english(voice) == (spoken is TextLanguage.EN)


def _is_english(voice: Voice) -> bool:
    """A reader of both languages reads English, too."""
    return voice.language in (Language.EN, Language.BOTH)


def _own_words_first(quote: QuoteEntry, voice: Voice) -> tuple[Block, ...]:
    assert quote.said is not None
    by, text, said = spans(byline(quote, voice)), voice.script(quote.text), quote.said.text
    if voice.language is Language.BOTH:
        own = Voice(voice.words, Language.EN).spans("quote.said", text=said)
        return (Quote(text, by), Paragraph(own))
    return (Quote(said, by), Paragraph(voice.spans("quote.read", text=text)))


def _translation(quote: QuoteEntry, voice: Voice) -> tuple[Block, ...]:
    """Ours, for who does not read the text's language; for readers of both always the English."""
    if not (ours := _translated(quote, voice)):
        return ()
    key = "quote.our_translation_back" if quote.translated else "quote.our_translation"
    half = Voice(voice.words, Language.EN) if _is_english(voice) else voice
    return (Paragraph(half.spans(key, text=ours)),)  # said once, in the language it is in


def _translated(quote: QuoteEntry, voice: Voice) -> str:
    """Our translation into what this reader reads; empty when the text needs none."""
    if _is_english(voice):
        return quote.translation.en or ""
    return voice.script(quote.translation.hans) if quote.translation.hans else ""


def _outlets(article: Article, voice: Voice) -> list[str | Span]:
    """The original outlet first, linked when we have its address; then who reposted it."""
    source = article.source
    first = source.original_outlet or source.outlet or voice.say("source.unknown")
    reposted = source.outlet if source.original_outlet and source.outlet != first else None
    shown: list[str | Span] = [Span(voice.script(first), href=source.url or "")]
    return [*shown, voice.say("source.via", outlet=voice.script(reposted))] if reposted else shown


def _figures(fact: FactEntry, voice: Voice, limit: int | None) -> Spans:
    shown = fact.figures[:limit]
    return spans(voice.each(lambda half: half.say("figure.joint").join(_told(shown, half))))


def _told(figures: Sequence[Figure], voice: Voice) -> Iterator[str]:
    """`over $100 million: what it is (who says so, as of when)`."""
    for figure in figures:
        yield voice.say(
            "figure.line",
            amount=amount(figure, voice),
            what=voice.read(figure.what),
            who=voice.read(figure.who_says),
            when=figure.as_of,
        )
