"""All commands, in the order in which help shows them."""

from __future__ import annotations

from functools import cache

from bot.commands import browse, digest, privacy, quote, report, status, subscribe
from bot.commands import settings as prefs
from bot.commands.help import about, make_help, start
from bot.commands.registry import Registry


@cache
def make_registry() -> Registry:
    """The registry. Raises ValueError when two commands share a name."""
    return Registry(
        (
            quote.quote,
            browse.search,
            browse.article,
            browse.topics,
            digest.digest,
            subscribe.subscribe,
            subscribe.unsubscribe,
            subscribe.subscriptions,
            prefs.settings,
            prefs.channel,
            status.status,
            status.home,
            privacy.privacy,
            report.report,
            make_help(make_registry),
            about,
            start,
        )
    )
