"""Who may import whom, how long a module may be, and what answering one line may load."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, text=True, capture_output=True
        )
    assert done.stderr.splitlines() == ["0", "[]"]
