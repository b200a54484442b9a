"""What the benchmarks share: a measurement with its bound, and how it is told."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

from rich.console import Console
from rich.table import Table

from tests.databases import new_database, postgres

Tell: TypeAlias = "Callable[[str], object]"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement: the median of its runs, and what it must reach."""

    name: str
    value: float
    unit: str
    bound: str
    held: bool


def at_least(name: str, value: float, bound: float, unit: str) -> Measurement:
    return Measurement(name, value, unit, f"≥ {bound:g}", value >= bound)


def at_most(name: str, value: float, bound: float, unit: str) -> Measurement:
    return Measurement(name, value, unit, f"≤ {bound:g}", value <= bound)


def fresh(kind: str, folder: Path) -> str:
    return new_database(kind, folder) if kind == "sqlite" else postgres().migrated()


def run(name: str, parts: Mapping[str, Callable[[bool, Tell], list[Measurement]]]) -> int:
    """Measure all parts, or those named on the command line; 0 when every bound was held."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.benchmarks.{name}")
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(parts)}; all when none is named")
    parser.add_argument("--quick", action="store_true", help="small and once: does it run at all?")
    parser.add_argument("--json", action="store_true")
    wish = parser.parse_args()
    logging.getLogger("aiwork").setLevel(logging.ERROR)
    console = Console(stderr=wish.json)
    lines: list[Measurement] = []
    with console.status("") as status:
        for part in wish.parts or parts:
            lines += parts[part](wish.quick, status.update)
    if wish.json:
        sys.stdout.write(json.dumps([asdict(line) for line in lines]) + "\n")
    else:
        console.print(_table(lines))
    return 0 if all(line.held for line in lines) else 1


def _table(lines: Sequence[Measurement]) -> Table:
    table = Table("what", "median", "must be", "")
    for line in lines:
        mark = "[green]held" if line.held else "[red]missed"
        table.add_row(line.name, f"{line.value:.2f} {line.unit}", line.bound, mark)
    return table
