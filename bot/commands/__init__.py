"""The shared command handler: every platform's commands end up here."""
