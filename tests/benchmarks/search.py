"""How well and how fast quotes are found, beside the obvious call, on the same queries.

    python -m tests.benchmarks.search [--json] [--quick]

The baseline is `rapidfuzz.process.extract` with `fuzz.WRatio` and its default processor, cut at 86
of 100: at 80 it finds 45 % and answers 37 % of what means nothing, at 90 it finds 20 %. The corpus
is our own content, every fifth line held back for negatives, grown by recombining its clauses.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.library.documents import documents
from bot.library.load import load
from bot.library.search import build
from tests.benchmarks._noise import Query, grown, queries

CONTENT = Path(__file__).parents[2] / "content"
SIZE, EACH = 2_000, 40
QUICK_SIZE, QUICK_EACH = 500, 8
CUT = 86

Search = Callable[[str], str | None]
"""The text of the best document, or None."""


def main() -> None:
    quick = "--quick" in sys.argv
    figures = measure(*((QUICK_SIZE, QUICK_EACH) if quick else (SIZE, EACH)))
    if "--json" in sys.argv:
        print(json.dumps(figures, indent=1, ensure_ascii=False))
    else:
        _show(figures)


def measure(size: int, each: int) -> dict[str, dict[str, float]]:
    """Per kind of query, the share found first by each (for negatives: answered at all), then the
    milliseconds a query takes."""
    lines = [text for one in documents(load(CONTENT)) for text in (one["text"], *one["also"])]
    held = lines[::5]
    known = grown([line for line in lines if line not in held], size)
    asked = list(queries(known[: len(lines)], held, each))
    engines = {"ours": _ours(known), "WRatio": _baseline(known)}
    figures: dict[str, dict[str, float]] = defaultdict(dict)
    for name, search in engines.items():
        for kind, value in _tried(name, search, asked).items():
            figures[kind][name] = value
    return figures


def _ours(texts: Sequence[str]) -> Search:
    rows = [{"id": text, "text": text, "author": "", "work": "", "lang": ""} for text in texts]
    index = build(rows)

    def search(typed: str) -> str | None:
        return next((text for text, _ in index.search(typed, 1)), None)

    return search


def _baseline(texts: Sequence[str]) -> Search:
    def search(typed: str) -> str | None:
        found = process.extract(
            typed, texts, scorer=fuzz.WRatio, processor=default_process, limit=1, score_cutoff=CUT
        )
        return found[0][0] if found else None

    return search


def _tried(name: str, search: Search, asked: Sequence[Query]) -> dict[str, float]:
    right: dict[str, list[bool]] = defaultdict(list)
    spent = []
    for query in track(asked, name, console=Console(stderr=True), transient=True):
        start = time.process_time()
        found = search(query.typed)
        spent.append((time.process_time() - start) * 1000)
        hit = found is not None and all(part in found for part in query.parts)
        right[query.kind].append(hit)
    shares = {kind: statistics.mean(some) for kind, some in right.items()}
    return {**shares, **_means(shares), **_times(spent)}


def _means(shares: dict[str, float]) -> dict[str, float]:
    nothing = [share for kind, share in shares.items() if kind.startswith("none")]
    found = [share for kind, share in shares.items() if not kind.startswith("none")]
    return {"MEAN found first": statistics.mean(found), "MEAN answered": statistics.mean(nothing)}


def _times(spent: list[float]) -> dict[str, float]:
    spent = sorted(spent)
    return {"ms, median": spent[len(spent) // 2], "ms, p99": spent[int(len(spent) * 0.99)]}


def _show(figures: dict[str, dict[str, float]]) -> None:
    table = Table("query", "ours", "WRatio", title="found first (none: answered at all)")
    for column in table.columns[1:]:
        column.justify = "right"
    for kind, row in figures.items():
        cells = (f"{v:.2f}" if kind.startswith("ms") else f"{v:.1%}" for v in row.values())
        table.add_row(kind, *cells, style="bold" if kind.isupper() or "MEAN" in kind else None)
    Console().print(table)


if __name__ == "__main__":
    main()
