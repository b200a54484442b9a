"""Telegram: private chats, groups, forum topics, channels and inline mode.

adapter       wiring, start, stop, digests          client       the Bot API's methods, three pools
inbound       an update -> an event                 transport    HTTP errors that say if it was sent
targets       how an answer travels back            errors       Telegram's wording -> SendError
respond       sends, edits, acknowledges            render       a reply -> messages
polling       getUpdates, and two pollers           html         text that stays text
webhook       the same over HTTP                    buttons      inline keyboards
lifecycle     moved groups, topics that are gone    inline       cards for inline mode
directory     what Telegram knows of its chats      chat_picker  letting a person choose a room
command_menu  setMyCommands                         deep_links   t.me/bot?start=...
"""

from bot.adapters.telegram.adapter import Adapter
from bot.adapters.telegram.webhook import WebhookSettings

__all__ = ["Adapter", "WebhookSettings"]
