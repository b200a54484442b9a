"""`saved`: what was saved, page by page, some of it, or all of it as a file."""

from __future__ import annotations

import json

from bot.commands.kept_list import list_kept, take_off
from bot.commands.quote import entries_by_item
from bot.commands.registry import command
from bot.commands.request import Request
from bot.commands.result_list import Result
from bot.commands.search import search_results
from bot.commands.target import TargetChat, read_target
from bot.core.chats import KeptKind
from bot.core.markdown import markdown_of
from bot.core.plain_text import line_text
from bot.core.reply import Block, File, Heading, Paragraph, Reply, spans
from bot.library.cards import (
    article_blocks,
    byline,
    fact_blocks,
    provenance,
    quote_blocks,
    title_of,
)
from bot.library.documents import item_id
from bot.library.models.entries import Article, QuoteEntry

_REMOVE = {"remove", "删除", "刪除"}
_EXPORT = {"export", "导出", "導出", "匯出"}


@command(
    "saved",
    "我的收藏",
    examples=(("saved", "我的收藏"), ("saved export", "我的收藏 导出")),
    personal=True,
)
async def saved(request: Request) -> Reply:
    target = await read_target(request)
    word, _, rest = target.words.partition(" ")
    if word.lower() in _EXPORT:
        return await _exported(request, target, as_json=rest.strip().lower() == "json")
    if word.lower() in _REMOVE and rest:
        await take_off(request, target, KeptKind.SAVED, rest)
        return Reply((Paragraph(request.spans("saved.remove")),), replaces=True)
    if not target.words:
        return await list_kept(request, target, KeptKind.SAVED)
    found = {item_id(one) for one, _ in await search_results(request, target.words)}
    return await list_kept(request, target, KeptKind.SAVED, found)


async def _exported(request: Request, target: TargetChat, *, as_json: bool) -> Reply:
    """Markdown to read, or JSON for machines; what the library has withdrawn stays away."""
    store = await request.store()
    chat = await store.chats.find(target.at)
    items = await store.kept.items(chat, KeptKind.SAVED) if chat else ()
    known = entries_by_item(request.edition.library)
    entries = [known[item] for item in items if item in known]
    if not entries:
        return Reply((Paragraph(request.spans("saved.none")),))
    title = request.say("saved.title")
    if as_json:
        rows = [_row(request, one) for one in entries]
        file = File("aiwork-saved.json", json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        cards = [markdown_of(_card(request, one)) for one in entries]
        file = File("aiwork-saved.md", f"# {title}\n\n" + "\n\n---\n\n".join(cards) + "\n")
    return Reply((Heading(title), file))


def _card(request: Request, one: Result) -> tuple[Block, ...]:
    library, voice = request.edition.library, request.voice
    if isinstance(one, Article):
        return article_blocks(one, voice)
    article = library.article_of(one)
    if isinstance(one, QuoteEntry):
        return quote_blocks(one, article, voice)
    return fact_blocks(one, article, voice)


def _row(request: Request, one: Result) -> dict[str, str]:
    library, voice = request.edition.library, request.voice
    article = one if isinstance(one, Article) else library.article_of(one)
    source = {
        "article": article.id,
        "source": line_text(provenance(article, voice).spans),
        "url": article.source.url or "",
    }
    if isinstance(one, Article):
        return {"kind": "article", "id": one.id, "text": title_of(one, voice), **source}
    if isinstance(one, QuoteEntry):
        by = line_text(spans(byline(one, voice)))
        return {"kind": "quote", "id": one.id, "text": one.text, "speaker": by, **source}
    return {"kind": "fact", "id": one.id, "text": voice.read(one.text), **source}
