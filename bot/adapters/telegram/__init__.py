"""Telegram: private chats, groups, forum topics, channels and inline mode.

app        the adapter: wiring, start, stop, digests
client     HTTP pools and bots; tokens kept out of logs
poll       getUpdates, and what two pollers do        webhook   the same over HTTP
intake     stored before confirmed, handled once      lanes     one chat in order, others beside
receive    an update -> what happened                 links     deep links
desk       what happened -> handler -> answer
speak      sends, edits, acknowledges; its patience   errors    the platform's wording -> SendError
render     a reply -> messages                        html      text that stays text
keyboard   buttons                                    inline    cards for inline mode
host       what Telegram knows of people and rooms    topics    tells an administrator
menu       setMyCommands                              trouble   each kind of trouble logged once
"""

from bot.adapters.telegram.app import Telegram
from bot.adapters.telegram.webhook import Webhook

__all__ = ["Telegram", "Webhook"]
