"""Slack: Bolt listeners in, Block Kit out."""

from bot.adapters.slack.app import SlackAdapter
from bot.adapters.slack.exchange import Exchange
from bot.adapters.slack.installations import Installations
from bot.adapters.slack.oauth import InstallPages, States
from bot.adapters.slack.web import Web
from bot.adapters.slack.workspaces import ManyWorkspaces
from bot.core.installation import Installation

__all__ = [
    "Exchange",
    "InstallPages",
    "Installation",
    "Installations",
    "ManyWorkspaces",
    "SlackAdapter",
    "States",
    "Web",
]
