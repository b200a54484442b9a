"""Entries drawn with the platforms' own renderers, for editors."""

from __future__ import annotations

import json

import click

from bot.core.reply import Block, Reply
from bot.core.words import Voice
from bot.library.cards import article_blocks, fact_blocks, quote_blocks
from bot.library.models.entries import Article, FactEntry, QuoteEntry


def draw(
    entry: QuoteEntry | FactEntry | Article, article: Article, voice: Voice, platform: str
) -> None:
    """Print the card: coloured text, Telegram's HTML, or Slack's message as JSON."""
    reply = Reply(blocks_of(entry, article, voice))
    if platform == "telegram":
        from bot.adapters.telegram.render import render as telegram

        for message in telegram(reply, "aiwork"):
            click.echo(message.text)
    elif platform == "slack":
        from bot.adapters.slack.render import render as slack

        for one in slack(reply, lambda line: f"/aiwork {line}"):
            click.echo(json.dumps(one, ensure_ascii=False, indent=1))
    else:
        from bot.adapters.console import ConsoleAdapter

        ConsoleAdapter().show(reply)


def blocks_of(
    entry: QuoteEntry | FactEntry | Article, article: Article, voice: Voice
) -> tuple[Block, ...]:
    """What the bot shows of it."""
    match entry:
        case QuoteEntry():
            return quote_blocks(entry, article, voice)
        case FactEntry():
            return fact_blocks(entry, article, voice)
        case _:
            return article_blocks(entry, voice)
