"""Find the quote or article that people half remember, in either language and script.

    index = build(documents)              # or load_or_build(documents, folder)
    index.look("没有人在度假", limit=3)     # SearchResult(hits, sure): what a command needs
    index.search("没有人在度假", limit=3)   # [(id, score), …], best first

A line is read (query, terms, question, pinyin); its readings find candidates in an inverted index
(corpus, postings); each candidate is laid beside the line (align); what matched and what did not is
weighed in nats (evidence) and becomes a confidence (score). What that does not settle is asked of
an encoder (sense, encoder), and offered, never claimed. `make bench` measures it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.library.search.result import Confidence, Hit, Reason, SearchResult

if TYPE_CHECKING:
    from bot.library.search.lookup import Index, build, load_or_build

__all__ = ["Confidence", "Hit", "Index", "Reason", "SearchResult", "build", "load_or_build"]


def __getattr__(name: str) -> object:
    """Numpy, and all that needs it, is loaded when something is looked up."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from bot.library.search import lookup

    return getattr(lookup, name)
