"""Slack: slash commands, mentions, direct messages, the App Home, modals, shortcuts.

adapter      wiring, start, stop, digests             client     clients by workspace and token
inbound      a payload -> an event                    errors     Slack's wording -> SendError
targets      how an answer reaches people             render     a reply -> Block Kit messages
respond      posts, response URLs, the App Home       rich_text  text that stays text, and back
modals       answers, forms and shares in modals      buttons    elements, and presses back
dispatch     Bolt's kinds, kept and acknowledged      forms      a form as a view, and back
webhook      signed HTTP in                           directory  what Slack knows of its people
socket_mode  connections that always come back        lifecycle  invited, removed, uninstalled
oauth        installing into many workspaces
"""

from bot.adapters.slack.adapter import Adapter
from bot.adapters.slack.client import WebClients
from bot.adapters.slack.oauth.install import InstallRoutes, OAuthStates
from bot.adapters.slack.oauth.tokens import TokenClient
from bot.adapters.slack.oauth.workspaces import ManyWorkspaces

__all__ = [
    "Adapter",
    "InstallRoutes",
    "ManyWorkspaces",
    "OAuthStates",
    "TokenClient",
    "WebClients",
]
