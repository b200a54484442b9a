"""The tools, and the server that offers them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from datetime import datetime
from typing import Annotated, Any, Final

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field, ValidationError

from bot.digest.daily import quote_of_the_day
from bot.library.models.entries import Article, FactEntry, QuoteEntry
from bot.library.reload import LiveLibrary
from bot.mcp.lookup import Entry, entries_for
from bot.mcp.results import NOTHING, LibraryAnswer, TopicsFound, result_of, topic_result

CALLER: ContextVar[str] = ContextVar("caller", default="stdio")
"""Who calls, as the transport knows them: a name made from a token, never a person's."""

LONGEST: Final = 500
"""Characters of a question that are read, as many as in a chat."""

MOST: Final = 20
"""Results of an answer: about 20 kB, which an assistant's context bears."""

_INSTRUCTIONS = (
    "A library on AI work culture: quotations, facts and articles, each with its source. Quote "
    "`text` letter for letter, name speaker, outlet and date, give the link where there is one, "
    "and mark translations. When nothing is found, say so; do not answer from memory."
)

_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

Words = Annotated[str, Field(description="A topic, an id, or what is remembered of it; en or zh.")]
Limit = Annotated[int, Field(description=f"How many results at most: 1 to {MOST}.")]


def make_server(
    library: LiveLibrary, now: Callable[[], datetime], allow: Callable[[str], bool], version: str
) -> MCPServer[Any]:
    """The server. `allow` counts a call of that caller and says whether it is served."""
    server = _Server(allow, version)
    _add_lookups(server, library)
    _add_lists(server, library, now)
    return server


class _Server(MCPServer[Any]):
    """Every call is counted, and what is wrong with its arguments is told in one sentence."""

    def __init__(self, allow: Callable[[str], bool], version: str) -> None:
        super().__init__(
            "aiwork", title="AI work culture", instructions=_INSTRUCTIONS, version=version,
            log_level="WARNING", subscriptions=False,
        )  # fmt: skip
        self._allow = allow

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> Any:
        if not self._allow(CALLER.get()):
            raise ToolError("Too many calls for now: wait a minute, then call again.")
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(_sentence(error.__cause__)) from None
            raise


def _add_lookups(server: MCPServer[Any], library: LiveLibrary) -> None:
    async def look(words: str, limit: int, *kinds: type) -> LibraryAnswer:
        edition, line = library.edition, _clean(words)
        sure, entries = await entries_for(edition, line, kinds) if line else (False, [])
        shown = entries[: max(1, min(limit, MOST))]
        return _found(sure, [result_of(one, edition.library) for one in shown])

    @server.tool(annotations=_READS)
    async def find_quote(words: Words, limit: Limit = 3) -> LibraryAnswer:
        """Quotations, verbatim, with who said them and where: by topic, speaker, or words."""
        return await look(words, limit, QuoteEntry)

    @server.tool(annotations=_READS)
    async def fact(words: Words, limit: Limit = 3) -> LibraryAnswer:
        """Facts with their figures and who says so: by topic or words."""
        return await look(words, limit, FactEntry)

    @server.tool(annotations=_READS)
    async def article(words: Words, limit: Limit = 1) -> LibraryAnswer:
        """Articles in brief: title, summary, and the ids of their facts and quotations."""
        edition = library.edition
        titled: Sequence[Entry] = edition.library.titled(_clean(words)) if _clean(words) else ()
        if titled and not edition.library.topic_of(words):
            shown = titled[: max(1, min(limit, MOST))]
            return _found(True, [result_of(one, edition.library) for one in shown])
        return await look(words, limit, Article)

    @server.tool(annotations=_READS)
    async def search(words: Words, limit: Limit = 8) -> LibraryAnswer:
        """Quotations, facts and articles together, best first."""
        return await look(words, limit, QuoteEntry, FactEntry, Article)


def _add_lists(server: MCPServer[Any], library: LiveLibrary, now: Callable[[], datetime]) -> None:
    @server.tool(annotations=_READS)
    async def topics() -> TopicsFound:
        """What the library is about, with how much it holds on each."""
        held = library.edition.library
        return TopicsFound(topics=[topic_result(one, held) for one in held.topics.values()])

    @server.tool(annotations=_READS)
    async def today() -> LibraryAnswer:
        """The quotation of the day (UTC): the same for everybody."""
        held = library.edition.library
        if not held.quotes:
            return _found(False, [])
        return _found(True, [result_of(quote_of_the_day(held, now().date()), held)])


def _found(sure: bool, results: list[Any]) -> LibraryAnswer:
    if not results:
        return LibraryAnswer(found=False, sure=False, note=NOTHING)
    note = "" if sure else "Not certain to be what was meant: check before you cite it."
    return LibraryAnswer(found=True, sure=sure, note=note, results=results)


def _clean(words: str) -> str:
    """One line of at most LONGEST characters that can be encoded."""
    line = words[:LONGEST].encode("utf-8", "replace").decode()
    return " ".join("".join(c if c.isprintable() else " " for c in line).split())


def _sentence(error: ValidationError) -> str:
    """`words: a text is needed` in place of a page; what was given is not repeated."""
    first = error.errors(include_input=False, include_url=False)[0]
    name = ".".join(str(part) for part in first["loc"][:1]) or "arguments"
    return f"{name[:40]}: {first['msg']}. Give what the tool's schema asks for."
