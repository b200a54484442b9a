"""The HTTP server: the adapters' routes, health and figures, behind a guard that outlasts noise."""

from bot.http.app import Check, make_http
from bot.http.server import serve

__all__ = ["Check", "make_http", "serve"]
