"""`/mcp` over HTTP: one request, one answer, for those who hold a token."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any, Final

from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.mcp.server import CALLER

PATH: Final = "/mcp"

_NO_TOKEN: Final = "send `Authorization: Bearer …` with a token of AIWORK_MCP_TOKENS"  # noqa: S105 - no token but a sentence


def mcp_route(server: MCPServer[Any], tokens: Sequence[str]) -> Route:
    """The route. `server.session_manager` must run while it serves. Every answer is JSON and ends
    its request: nothing is held open, and any process may serve any call.

    The SDK's check of Host and Origin is off: it protects servers without tokens, and knows only
    localhost.
    """
    server.streamable_http_app(
        json_response=True,
        stateless_http=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return Route(PATH, _Door(server, tokens), methods=["POST"])


class _Door:
    """Lets in who has a token, and names the caller by it."""

    def __init__(self, server: MCPServer[Any], tokens: Sequence[str]) -> None:
        self._server = server
        self._callers = [hashlib.sha256(token.encode()).digest() for token in tokens]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            return await PlainTextResponse("POST only", 405, {"allow": "POST"})(
                scope, receive, send
            )
        caller = self._caller(scope)
        if caller is None:
            refusal = PlainTextResponse(_NO_TOKEN, 401, {"www-authenticate": "Bearer"})
            return await refusal(scope, receive, send)
        CALLER.set(caller)
        return await self._server.session_manager.handle_request(scope, receive, send)

    def _caller(self, scope: Scope) -> str | None:
        """A name for the limit: the token's hash, since a token stands nowhere but in settings."""
        given = next((v for n, v in scope["headers"] if n == b"authorization"), b"")
        scheme, _, token = given.partition(b" ")
        digest = hashlib.sha256(token.strip()).digest()
        known = [one for one in self._callers if hmac.compare_digest(one, digest)]
        return known[0].hex()[:16] if known and scheme.lower() == b"bearer" else None
