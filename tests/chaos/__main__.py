"""make chaos: python -m tests.chaos [--kills 200] [--digests 10000] [--chats 300] [--seed N]
[--database sqlite|postgres|both] [--lanes 1000] [--json]
[--only kill,lanes,crowd,capacity,duel,faults,year,fleet,noise,assistant,doors]

Exit code 1 when a promise was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from rich.console import Console
from rich.progress import Progress

from bot.store.store import Store
from tests.chaos.assistant import AssistantVerdict, assistant_test
from tests.chaos.capacity import CapacityVerdict, capacity_test
from tests.chaos.crowd import CrowdVerdict, crowd, default_postgres
from tests.chaos.doors import DoorsVerdict, doors_test
from tests.chaos.duel import duel
from tests.chaos.faults import FaultVerdict, fault_test
from tests.chaos.fleet import FleetVerdict, fleet_test
from tests.chaos.kill import Verdict, kill_test
from tests.chaos.noise import NoiseVerdict, noise_test
from tests.chaos.year import SteppedClock, Year, YearVerdict
from tests.databases import KINDS, new_database, postgres

LanesVerdict: TypeAlias = "CrowdVerdict | CapacityVerdict"
AnyVerdict: TypeAlias = (
    "Verdict | FaultVerdict | YearVerdict | FleetVerdict | NoiseVerdict | LanesVerdict"
    " | AssistantVerdict | DoorsVerdict"
)
Job: TypeAlias = "tuple[str, int | None, Callable[[Callable[[], object]], AnyVerdict]]"


def main() -> int:
    wish = _arguments()
    logging.getLogger("aiwork").setLevel(logging.CRITICAL)
    console = Console(stderr=wish.json)
    verdicts: list[AnyVerdict] = []
    with tempfile.TemporaryDirectory() as folder, Progress(console=console) as progress:
        for name, steps, job in _jobs(wish, Path(folder)):
            task = progress.add_task(name, total=steps)
            verdict = job(lambda task=task: progress.advance(task))  # type: ignore[misc]
            progress.update(task, total=1, completed=1)
            verdicts.append(verdict)
            _tell(progress.console, name, verdict)
    kept = all(verdict.kept for verdict in verdicts)
    if wish.json:
        results = [{**asdict(verdict), "kept": verdict.kept} for verdict in verdicts]
        sys.stdout.write(json.dumps({"seed": wish.seed, "kept": kept, "results": results}) + "\n")
    else:
        console.print("the promise was kept" if kept else "[red]the promise was broken")
    return 0 if kept else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5, help="of each duel of two workers")
    parser.add_argument("--digests", type=int, default=10_000)
    parser.add_argument("--chats", type=int, default=300)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--service", type=int, default=2_000, help="digests of the whole service")
    parser.add_argument("--requests", type=int, default=10_000, help="of noise")
    parser.add_argument("--calls", type=int, default=10_000, help="of an assistant over MCP")
    parser.add_argument("--seed", type=int, default=20260301)
    parser.add_argument("--database", choices=(*KINDS, "both"), default="both")
    parser.add_argument("--lanes", type=int, default=1000, help="of the tests with many")
    every = "kill,lanes,crowd,capacity,duel,faults,year,fleet,noise,assistant,doors"
    parser.add_argument("--only", default=every)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _jobs(wish: argparse.Namespace, folder: Path) -> Iterator[Job]:
    kinds = KINDS if wish.database == "both" else (wish.database,)
    for kind in kinds:
        if "kill" in wish.only:
            yield from _kills(wish, kind, folder)
        if "faults" in wish.only:
            yield f"faults, {kind}", None, _faults(wish, kind, folder)
        if "lanes" in wish.only:
            yield from _kills(wish, kind, folder, wish.lanes)
            many = _faults(wish, kind, folder, wish.lanes)
            yield f"faults, {wish.lanes} lanes, {kind}", None, many
    if "crowd" in wish.only and "postgres" in kinds:
        yield "20,000 lanes, postgres by default", None, _crowd
    if "capacity" in wish.only:
        yield "capacity, a million chats", None, _capacity
    if "duel" in wish.only and "postgres" in kinds:
        yield from _duels(wish)
    if "year" in wish.only:
        yield "a year, sqlite", None, _year(wish, _new("sqlite", folder))
    if "fleet" in wish.only and "postgres" in kinds:
        yield "a service, postgres", None, _fleet(wish, postgres().database())
    if "noise" in wish.only:
        yield "noise, sqlite", None, _noise(wish)
    if "doors" in wish.only:
        kills = max(1, wish.kills // 10)  # a real process starts anew after each
        yield "doors, sqlite", 2 * kills, _doors(wish, kills)
    if "assistant" in wish.only:
        yield "assistant", wish.calls, _assistant(wish, folder)


def _kills(wish: argparse.Namespace, kind: str, folder: Path, lanes: int = 1) -> Iterator[Job]:
    for leave in (False, True):
        url = _new(kind, folder)

        def job(advance: Callable[[], object], leave: bool = leave, url: str = url) -> Verdict:
            rng = random.Random(wish.seed)
            run = kill_test(url, kind, wish.kills, rng, leave=leave, lanes=lanes, progress=advance)
            return asyncio.run(run)

        many = f"{lanes} lanes, " if lanes > 1 else ""
        yield f"kill, {many}{'leave' if leave else 'once more'}, {kind}", wish.kills, job


def _duels(wish: argparse.Namespace) -> Iterator[Job]:
    for how in ("kill", "freeze", "transaction"):
        for leave in (False, True):
            url = postgres().migrated()

            def job(
                advance: Callable[[], object], how: str = how, leave: bool = leave, url: str = url
            ) -> Verdict:
                rng = random.Random(wish.seed)
                run = duel(url, wish.rounds, rng, how=how, leave=leave, progress=advance)
                return asyncio.run(run)

            word = "leave" if leave else "once more"
            yield f"two workers, {how}, {word}", wish.rounds, job


def _capacity(advance: Callable[[], object]) -> CapacityVerdict:
    return capacity_test(1_000_000, progress=advance)


def _crowd(advance: Callable[[], object]) -> CrowdVerdict:
    with default_postgres() as url:
        return asyncio.run(crowd(url, 20_000, progress=advance))


def _faults(
    wish: argparse.Namespace, kind: str, folder: Path, lanes: int = 1
) -> Callable[[Callable[[], object]], FaultVerdict]:
    urls = [_new(kind, folder) for _ in range(2)]

    def job(advance: Callable[[], object]) -> FaultVerdict:
        rng = random.Random(wish.seed)
        run = fault_test(urls.pop, kind, wish.digests, rng, lanes=lanes, progress=advance)
        return asyncio.run(run)

    return job


def _year(wish: argparse.Namespace, url: str) -> Callable[[Callable[[], object]], YearVerdict]:
    async def live(advance: Callable[[], object]) -> YearVerdict:
        clock = SteppedClock(datetime(2026, 1, 1, tzinfo=UTC))
        store = await Store.open(url, clock=clock)
        verdict = await Year(store, clock, wish.chats, wish.days, wish.seed).run(advance)
        await store.close()
        return verdict

    return lambda advance: asyncio.run(live(advance))


def _fleet(wish: argparse.Namespace, url: str) -> Callable[[Callable[[], object]], AnyVerdict]:
    def job(advance: Callable[[], object]) -> AnyVerdict:
        rng = random.Random(wish.seed)
        return asyncio.run(fleet_test(url, wish.service, 50, 20.0, rng, progress=advance))

    return job


def _doors(wish: argparse.Namespace, kills: int) -> Callable[[Callable[[], object]], AnyVerdict]:
    def job(advance: Callable[[], object]) -> AnyVerdict:
        return asyncio.run(doors_test(kills, random.Random(wish.seed), progress=advance))

    return job


def _noise(wish: argparse.Namespace) -> Callable[[Callable[[], object]], AnyVerdict]:
    def job(advance: Callable[[], object]) -> AnyVerdict:
        rng = random.Random(wish.seed)
        return asyncio.run(noise_test("", wish.requests, 40, rng, progress=advance))

    return job


def _assistant(
    wish: argparse.Namespace, folder: Path
) -> Callable[[Callable[[], object]], AnyVerdict]:
    def job(advance: Callable[[], object]) -> AnyVerdict:
        rng = random.Random(wish.seed)
        return asyncio.run(assistant_test(folder / "index", wish.calls, rng, advance))

    return job


def _new(kind: str, folder: Path) -> str:
    if kind == "postgres":
        return postgres().migrated()
    return new_database(kind, Path(tempfile.mkdtemp(dir=folder)))


def _tell(console: Console, name: str, verdict: AnyVerdict) -> None:
    values = {
        key: f"{value:.2f}" if isinstance(value, float) else value
        for key, value in asdict(verdict).items()
        if key not in ("what", "database", "doubles_allowed", "examples") and value != 0.0
    }
    words = ", ".join(f"{key} {value}" for key, value in values.items())
    silent = isinstance(verdict, YearVerdict | NoiseVerdict | DoorsVerdict)
    lost = "" if "lost" in values or silent else ", lost 0"
    mark = "[green]kept" if verdict.kept else "[red]BROKEN"
    console.print(f"{mark}[/] {name}: {words}{lost}")
    for example in getattr(verdict, "examples", ()):
        console.print(f"       {example}")


if __name__ == "__main__":
    sys.exit(main())
