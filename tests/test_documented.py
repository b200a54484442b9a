"""What can be typed, set, read, told or returned stands in the docs, with a meaning."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

import bot.version
from bot.app.alerts import MOST_A_DAY, Alert
from bot.cli import main
from bot.cli.common import Exit
from bot.commands.all import make_registry
from bot.metrics import Metrics
from bot.settings import Settings, variable
from tests import shipped
from tests.docs import ROOT, alert_rules
from tests.reference import content_keys, leaves


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def row(page: str, first: str) -> list[str]:
    """The other cells of the row whose first cell begins so."""
    found = re.search(rf"^\| {re.escape(first)}[^|\n]*\|(.+)\|$", read(page), re.MULTILINE)
    assert found, f"{page} has no row {first}"
    return [cell.strip() for cell in found[1].split("|")]


def test_every_command_of_the_shell_says_what_it_and_its_options_do() -> None:
    page = read("docs/cli.md")
    for path, command in leaves():
        assert f"## `{path}" in page
        assert command.help, path
        for one in command.params:
            if isinstance(one, click.Option):
                assert one.help, f"{path} {one.opts[0]}"
                assert f"`{one.opts[0]}`" in page


def test_every_command_of_the_chat_is_there() -> None:
    page = read("docs/commands.md")
    assert all(f"## {spec.verb}\n" in page for spec in make_registry().specs if spec.listed)


def test_every_setting_has_its_meaning() -> None:
    for name in Settings.model_fields:
        assert row("docs/settings.md", f"`{variable(name)}`")[-1]


def test_every_figure_and_every_alert_of_prometheus_has_its_meaning() -> None:
    for family in Metrics().registry.collect():
        if family.name.startswith("aiwork_"):
            ending = "_total" if family.type == "counter" else ""
            assert row("docs/metrics.md", f"`{family.name}{ending}`")[-1]
    for rule in alert_rules():
        assert all(row("docs/metrics.md", f"`{rule['alert']}`"))


def test_every_alert_of_operators_says_when_it_comes_and_when_it_is_over() -> None:
    for alert in Alert:
        assert all(row("docs/self-hosting.md", f"`{alert}`"))
    number = {6: "six"}[MOST_A_DAY]
    assert f"within 24 hours there are {number} at most" in read("docs/self-hosting.md")


def test_every_exit_code_has_its_meaning() -> None:
    for code in Exit:
        assert all(row("docs/self-hosting.md", f"{code.value} "))


def test_every_key_of_the_content_has_its_meaning_in_both_languages() -> None:
    rows = re.findall(
        r"^\| `([\w-]+)` \|[^|]*\|[^|]*\|([^|]*)\|([^|]*)\|", content_keys(), re.MULTILINE
    )
    assert {"id", "added", "allow", "explains", "zh-Hant", "evidence"} <= {key for key, *_ in rows}
    for key, english, chinese in rows:
        assert english.strip(), key
        assert re.search(r"[一-鿿]", chinese), key


def test_every_key_of_the_other_files_is_explained() -> None:
    """Of the holidays where they are written, of `aiwork init --answers` in the docs."""
    from bot.cli.init import ANSWERS

    page = read("docs/self-hosting.md")
    assert all(f"`{key}`" in page for key in ANSWERS)
    holidays = read("config/workdays.yaml")
    for key in ("known", "free", "worked"):
        assert re.search(rf"^#   {key}: +\w", holidays, re.MULTILINE)


# --- what is shipped


def test_every_shipped_package_names_its_licence_and_tools_are_not_shipped() -> None:
    found = {one.name: one for one in shipped.packages()}
    assert all(one.license for one in found.values())
    assert {"starlette", "slack-bolt", "python-telegram-bot", "asyncpg", "mcp"} <= found.keys()
    assert not {"pytest", "mypy", "ruff", "playwright", "cyclonedx-bom"} & found.keys()
    viral = re.compile(r"\bA?GPL")
    for one in found.values():
        ways = [way for way in one.license.split(" OR ") if not viral.search(way)]
        assert ways, f"{one.name} may not be shipped with an MIT programme: {one.license}"


def test_the_part_of_the_lock_that_is_shipped_has_versions_and_hashes_of_its_own() -> None:
    part = shipped.lock()
    names = re.findall(r"^([\w.-]+)==", part, re.MULTILINE)
    assert len(names) == len(set(names)) == len(shipped.packages())
    for entry in re.split(r"^(?=\w)", part, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in entry


# --- the version


def test_a_checkout_says_its_commit_and_a_package_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from click.testing import CliRunner

    said = CliRunner().invoke(main, ["--version"]).output
    assert re.fullmatch(r"aiwork, version \d+\.\d+\.\d+( \([0-9a-f]{7,}(\+changes)?\))?\n", said)
    assert bool((ROOT / ".git").exists()) is ("(" in said)
    monkeypatch.setattr(bot, "__file__", str(tmp_path / "bot" / "__init__.py"))
    bot.version.version.cache_clear()
    assert bot.version.version() == bot.__version__
    (tmp_path / ".git").write_text("gitdir: nowhere")  # a broken checkout
    bot.version.version.cache_clear()
    assert bot.version.version() == bot.__version__
    bot.version.version.cache_clear()
