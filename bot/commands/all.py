"""All commands, in the order in which help shows them."""

from __future__ import annotations

from functools import cache

from bot.commands.about import about
from bot.commands.article import article
from bot.commands.channel import channel
from bot.commands.digest import digest
from bot.commands.fact import fact
from bot.commands.goodbye import goodbye
from bot.commands.greeting import greeting
from bot.commands.help import make_help
from bot.commands.hidden import hidden
from bot.commands.hide import hide
from bot.commands.home import home
from bot.commands.location import location
from bot.commands.privacy import privacy
from bot.commands.quote import quote
from bot.commands.registry import Registry
from bot.commands.report import report
from bot.commands.save import save
from bot.commands.saved import saved
from bot.commands.search import search
from bot.commands.settings import settings
from bot.commands.source import source
from bot.commands.start import start
from bot.commands.status import status
from bot.commands.subscribe import subscribe
from bot.commands.subscriptions import subscriptions
from bot.commands.thanks import thanks
from bot.commands.topics import topics
from bot.commands.unsubscribe import unsubscribe
from bot.commands.wordless import wordless


@cache
def make_registry() -> Registry:
    """The registry. Raises ValueError when two commands share a name."""
    return Registry(
        (
            quote,
            fact,
            search,
            source,
            article,
            topics,
            digest,
            save,
            saved,
            hide,
            hidden,
            subscribe,
            unsubscribe,
            subscriptions,
            settings,
            channel,
            status,
            home,
            privacy,
            report,
            make_help(make_registry),
            about,
            start,
            greeting,
            thanks,
            goodbye,
            location,
            wordless,
        )
    )
