"""Slack: Bolt listeners in, Block Kit out."""

from bot.adapters.slack.app import SlackAdapter
from bot.adapters.slack.installations import Installation, Installations

__all__ = ["Installation", "Installations", "SlackAdapter"]
