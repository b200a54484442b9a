"""aiwork: a chat bot about AI work culture, for teams on Slack and Telegram."""

__version__ = "0.1.0"
