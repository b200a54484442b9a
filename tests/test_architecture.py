"""Who may import whom, how long a module may be, and what answering one line may load."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from bot.commands.all import make_registry
from bot.commands.registry import Spec
from tests.index import put_index
from tests.module_graph import ModuleGraph

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "bot").rglob("*.py"))
LONGEST = 300

HEAVY = ("sqlalchemy", "alembic", "pypinyin", "opencc", "slack_bolt", "slack_sdk", "telegram",
         "aiohttp", "httpx", "starlette", "uvicorn", "prompt_toolkit", "watchfiles")  # fmt: skip
"""What a lookup needs none of; together they take longer to import than it takes to answer."""


def test_the_import_contracts_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlinter.application import use_cases
    from importlinter.configuration import configure

    configure()
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))
    options = use_cases.read_user_options("pyproject.toml")
    use_cases._register_contract_types(options)
    report = use_cases.create_report(options, cache_dir=None)
    broken = [contract.name for contract, check in report.get_contracts_and_checks()
              if not check.kept]  # fmt: skip
    assert not report.could_not_run
    assert not broken, "run lint-imports to see which lines"
    assert report.kept_count >= 5


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_longer_than_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_answering_a_line_loads_no_database_no_platform_and_no_pinyin(tmp_path: Path) -> None:
    """With the index cached, as on every start but the first."""
    code = (
        "import sys, json\n"
        "from bot.cli import main\n"
        "try: main(['ask', 'quote', '996'])\n"
        "except SystemExit as end: print(end.code, file=sys.stderr)\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]), file=sys.stderr)"
    )
    environment = {**os.environ, "AIWORK_DATA_DIR": str(tmp_path), "LANG": "C.UTF-8"}
    put_index(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, text=True, capture_output=True
    )
    assert done.stderr.splitlines() == ["0", "[]"]


@pytest.fixture(scope="module")
def graph() -> ModuleGraph:
    return ModuleGraph.read(ROOT / "bot")


def test_no_two_modules_need_each_other(graph: ModuleGraph) -> None:
    assert graph.circles() == []


def test_a_class_name_exists_once(graph: ModuleGraph) -> None:
    """A port of the core, and what implements it once in each adapter or in the store, share a
    name: it is the same thing. So do the adapters' files, by design."""
    twice = {name: places for name, places in graph.classes().items() if len(places) > 1}
    assert {name for name, places in twice.items() if not _one_thing(name, places)} == set()


def _one_thing(name: str, places: list[str]) -> bool:
    adapters = [place for place in places if place.startswith(("bot.adapters.slack.",
                "bot.adapters.telegram."))]  # fmt: skip
    others = [place for place in places if place not in adapters]
    files = {place.rpartition(".")[2] for place in adapters}
    ports = [p for p in others if p.startswith(("bot.core.", "bot.adapters.common."))]
    stores = [p for p in others if p.startswith("bot.store.")]
    return (len(files) <= 1 and len(adapters) in (0, 2) and len(ports) + len(stores) == len(others)
            and len(ports) <= 1 and len(stores) <= 1)  # fmt: skip


SHARED = {
    "adapter": "Adapter",
    "client": "Client",
    "directory": "Directory",
    "errors": "send_error",
    "inbound": "read",
    "lifecycle": "Lifecycle",
    "render": "render",
    "respond": "Responder",
    "targets": "Target",
    "webhook": "Webhook",
}
"""The same job has the same file and the same way in, on both platforms."""


@pytest.mark.parametrize(("file", "symbol"), SHARED.items())
def test_a_file_of_both_adapters_has_the_same_way_in(file: str, symbol: str) -> None:
    for platform in ("slack", "telegram"):
        assert hasattr(import_module(f"bot.adapters.{platform}.{file}"), symbol)


def test_the_adapters_are_cut_alike(graph: ModuleGraph) -> None:
    slack, telegram = (_files(f"bot/adapters/{name}") for name in ("slack", "telegram"))
    assert len(slack | _files("bot/adapters/slack/oauth")) <= 20
    assert len(telegram) <= 19
    assert len(slack & telegram) >= 11
    assert len(graph.arrows_within("bot.adapters.slack")) <= 70


@pytest.mark.parametrize("folder", ["common", "slack", "slack/oauth", "telegram"])
def test_an_adapters_first_page_has_a_map_of_its_files(folder: str) -> None:
    path = ROOT / "bot" / "adapters" / folder
    words = set(re.findall(r"\w+", (path / "__init__.py").read_text(encoding="utf-8")))
    assert {name for name in _files(f"bot/adapters/{folder}") if name not in words} == set()


def test_the_glossary_is_short_and_each_word_stands_once() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.partition("## Glossary")[2].partition("\n## ")[0]
    words = re.findall(r"^\| \*\*(.+?)\*\* \|", table, re.MULTILINE)
    assert 15 <= len(words) == len(set(words)) <= 25


def _files(folder: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__"}


@pytest.mark.parametrize("spec", make_registry().specs, ids=lambda spec: spec.verb)
def test_a_verb_has_a_file_of_its_own(spec: Spec) -> None:
    assert spec.run.__module__ == f"bot.commands.{spec.verb}"
