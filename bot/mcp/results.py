"""What the tools answer: entries with all that a fair citation needs, as data."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import BaseModel, Field

from bot.library.library import Library
from bot.library.models.entries import Article, FactEntry, QuoteEntry, Repair, Text, Topic

NOTHING = (
    "Nothing found: the library says nothing on this. Do not fill the gap from memory; "
    "`topics` lists what it is about."
)


class BothLanguages(BaseModel):
    en: str
    zh: str


class Citation(BaseModel):
    """Where an entry was published."""

    outlet: str | None = Field(description="Who published it first.")
    reposted_by: str | None = Field(description="Where it was read, if that is another outlet.")
    date: str | None = Field(description="Day of publication, YYYY-MM-DD.")
    date_note: BothLanguages | None = Field(description="What else is known of the date.")
    link: str | None = Field(description="Address of the original; null when none is known.")
    article: str = Field(description="Id for the tool `article`.")
    title: BothLanguages


class Voiced(BaseModel):
    """Who said it. A pseudonym is never anybody's real name: say that it is one."""

    name: BothLanguages
    kind: str = Field(description="named, pseudonym, anonymous or group.")
    role: BothLanguages | None
    organisation: BothLanguages | None


class QuoteResult(BaseModel):
    kind: Literal["quote"] = "quote"
    id: str
    text: str = Field(description="Letter for letter as in the source: quote this.")
    language: str = Field(description="Language of `text`.")
    text_is_translation: bool = Field(
        description="True when the source itself is a translation of what was said: say so."
    )
    wording_restored: bool = Field(description="True when damaged words were guessed: say so.")
    our_translation: str | None = Field(
        description="Ours, never the speaker's words: mark it as a translation."
    )
    speaker: Voiced
    context: BothLanguages | None
    topics: list[str]
    source: Citation


class FactResult(BaseModel):
    kind: Literal["fact"] = "fact"
    id: str
    text: BothLanguages = Field(description="In the editors' words, not a quotation.")
    evidence: str = Field(description="Words of the source, letter for letter.")
    who_says: list[BothLanguages] = Field(description="Who gives the figures.")
    topics: list[str]
    source: Citation


class ArticleResult(BaseModel):
    kind: Literal["article"] = "article"
    id: str
    title: BothLanguages
    summary: BothLanguages = Field(description="In the editors' words, not a quotation.")
    authors: list[str]
    facts: list[str] = Field(description="Ids for the tool `fact`.")
    quotes: list[str] = Field(description="Ids for the tool `find_quote`.")
    topics: list[str]
    source: Citation


class TopicResult(BaseModel):
    slug: str
    name: BothLanguages
    description: BothLanguages
    quotes: int
    facts: int
    articles: int


AnyResult: TypeAlias = "QuoteResult | FactResult | ArticleResult"


class LibraryAnswer(BaseModel):
    """Entries, best first. `sure`: these are what was asked for; otherwise they may be."""

    found: bool
    sure: bool
    note: str = ""
    results: list[AnyResult] = []


class TopicsFound(BaseModel):
    topics: list[TopicResult]


def result_of(entry: QuoteEntry | FactEntry | Article, library: Library) -> AnyResult:
    """The entry as data."""
    match entry:
        case QuoteEntry():
            return _quote(entry, library.article_of(entry))
        case FactEntry():
            return _fact(entry, library.article_of(entry))
        case _:
            return _article(entry, library)


def topic_result(topic: Topic, library: Library) -> TopicResult:
    return TopicResult(
        slug=topic.slug,
        name=BothLanguages(en=topic.name.en, zh=topic.name.hans),
        description=_both(topic.description),
        quotes=len(library.quotes_of(topic.slug)),
        facts=len(library.facts_of(topic.slug)),
        articles=len(library.articles_of(topic.slug)),
    )


def _quote(quote: QuoteEntry, article: Article) -> QuoteResult:
    speaker = quote.speaker
    return QuoteResult(
        id=quote.id,
        text=quote.text,
        language=quote.language.value,
        text_is_translation=quote.translated,
        wording_restored=quote.repair is Repair.GUESSED,
        our_translation=quote.translation.en or quote.translation.hans,
        speaker=Voiced(
            name=_both(speaker.name),
            kind=speaker.kind.value,
            role=_maybe(speaker.role),
            organisation=_maybe(speaker.organisation),
        ),
        context=_maybe(quote.context),
        topics=list(quote.topics),
        source=_citation(article),
    )


def _fact(fact: FactEntry, article: Article) -> FactResult:
    who = {figure.who_says.en: _both(figure.who_says) for figure in fact.figures}
    return FactResult(
        id=fact.id,
        text=_both(fact.text),
        evidence=fact.evidence,
        who_says=list(who.values()),
        topics=list(fact.topics),
        source=_citation(article),
    )


def _article(article: Article, library: Library) -> ArticleResult:
    facts = (*article.key_points, *article.facts)
    return ArticleResult(
        id=article.id,
        title=_both(article.title),
        summary=_both(article.summary),
        authors=list(article.source.authors),
        facts=[fact.id for fact in facts if fact.id in library.facts],
        quotes=[quote.id for quote in article.quotes],
        topics=list(article.topics),
        source=_citation(article),
    )


def _citation(article: Article) -> Citation:
    source = article.source
    first = source.original_outlet or source.outlet
    return Citation(
        outlet=first,
        reposted_by=source.outlet if source.outlet != first else None,
        date=str(source.published) if source.published else None,
        date_note=_maybe(source.published_note),
        link=str(source.url) if source.url else None,
        article=article.id,
        title=_both(article.title),
    )


def _both(text: Text) -> BothLanguages:
    return BothLanguages(en=text.en, zh=text.hans)


def _maybe(text: Text | None) -> BothLanguages | None:
    return _both(text) if text else None
