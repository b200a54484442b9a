"""The parts of the docs that are made from the code: `python -m tests.docs` writes them.

Pages of reference (docs/commands.md, docs/settings.md, docs/cli.md, …) are made whole. The READMEs
hold two parts each, between `<!-- begin: … -->` and `<!-- end: … -->`: the table of commands, and a
transcript in which a person wrote the lines after `›` and the bot fills in what it answers.
test_docs.py compares.
"""

from __future__ import annotations

import asyncio
import io
import re
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar, get_args, get_origin

import yaml
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from rich.console import Console
from rich.text import Text

from bot.adapters.console import ConsoleAdapter
from bot.adapters.slack import render as slack
from bot.adapters.telegram import render as telegram
from bot.commands.all import make_registry
from bot.commands.handler import Handler
from bot.commands.registry import Spec, Who
from bot.core.command import Command
from bot.core.command_line import CommandLine, parse
from bot.core.reply import Reply
from bot.metrics import Metrics
from bot.settings import Settings, variable
from tests.commands.desk import ADA, HOME, OneStore, grammar, make_desk, nobody_prefers
from tests.databases import Clock, new_database
from tests.pictures import slack_picture, telegram_picture
from tests.reference import command_line, content_keys, licenses

T = TypeVar("T")

ROOT = Path(__file__).parent.parent
READMES = {"README.md": "en", "README.zh.md": "zh-Hans"}
PICTURES = {"en": "docs/terminal.svg", "zh-Hans": "docs/terminal.zh.svg"}
PROMPT = "› "
DAY = "2026-03-02T08:00"
"""The day of all transcripts and pictures: a digest says another thing each day."""

SUBSCRIBED = {"en": ("subscribe layoffs",), "zh-Hans": ("订阅 裁员",)}
SHOWN = {
    "en": ("quote twenty-years-in-two", "digest now"),
    "zh-Hans": ("语录 twenty-years-in-two", "简报 现在"),
}
"""What the pictures of Slack and Telegram show: a quote, and a morning's digest."""

COLUMNS = 80
WIDTH = 96
"""Columns of the transcripts: every quote that is shown fits on one line."""

_HEADS = {
    "en": "| Command | In Chinese | What it does |",
    "zh-Hans": "| 命令 | 英文 | 作用 |",
}

_MANAGED = {
    "en": "In a Telegram group or channel only administrators change anything; in a Slack channel"
    " any member, unless the operator says otherwise.",
    "zh-Hans": "在 Telegram 的群组和频道里，只有管理员可以更改；在 Slack 的频道里，成员都可以，"
    "除非运营者另有规定。",
}


def main() -> None:
    for name, text in made().items():
        (ROOT / name).write_text(text, encoding="utf-8")
    for name, language in READMES.items():
        picture = _picture(asked_lines((ROOT / name).read_text(encoding="utf-8")), language)
        (ROOT / PICTURES[language]).write_text(picture, encoding="utf-8")


def made() -> dict[str, str]:
    """Every file with made parts, as it should be."""
    readmes = {name: _readme(name, language) for name, language in READMES.items()}
    return {
        "docs/commands.md": _commands(),
        "docs/settings.md": _settings(),
        "docs/metrics.md": _metrics(),
        "docs/cli.md": command_line(),
        "docs/content-keys.md": content_keys(),
        "docs/licenses.md": licenses(),
        **readmes,
        **chat_pictures("en"),
        **chat_pictures("zh-Hans"),
    }


@cache
def answers(lines: tuple[str, ...], language: str) -> tuple[str, ...]:
    """What the bot says to each line, coloured, in a fresh terminal chat on the real content, on a
    day that stays the same."""
    return asyncio.run(_asked(lines, language, _in_the_terminal))


@cache
def chat_pictures(language: str) -> dict[str, str]:
    """A quote and a digest as each platform shows them, by the picture's file."""
    quote, digest = SHOWN[language]
    replies = asyncio.run(_asked((*SUBSCRIBED[language], quote, digest), language, _replies))
    told, day = replies[-2:]
    ending = "" if language == "en" else ".zh"
    return {
        f"docs/slack-quote{ending}.svg": slack_picture(
            slack.render_one(told, _typed_on_slack), quote
        ),
        f"docs/slack-digest{ending}.svg": slack_picture(
            slack.render_one(day, _typed_on_slack), digest
        ),
        f"docs/telegram-quote{ending}.svg": telegram_picture(
            telegram.render_one(told, "aiwork_bot"), quote
        ),
        f"docs/telegram-digest{ending}.svg": telegram_picture(
            telegram.render_one(day, "aiwork_bot"), digest
        ),
    }


Answering: TypeAlias = "Callable[[Handler, tuple[str, ...], str], Awaitable[T]]"


async def _asked(lines: tuple[str, ...], language: str, ask: Answering[T]) -> T:
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock(DAY)
        store = OneStore(new_database("sqlite", Path(folder)), clock)
        try:
            services = make_desk(store, clock).services
            services = replace(services, preferred_language=nobody_prefers)
            handler = Handler(services, make_registry(), grammar())
            return await ask(handler, lines, language)
        finally:
            await store.close()


async def _in_the_terminal(
    handler: Handler, lines: tuple[str, ...], language: str
) -> tuple[str, ...]:
    said = []
    for line in lines:
        paper = io.StringIO()
        terminal = Console(
            file=paper, force_terminal=True, color_system="standard", width=COLUMNS, highlight=False
        )
        console = ConsoleAdapter(language=language, terminal=terminal)
        await console.start(handler)
        console.show(await console.answer(line))
        said.append(paper.getvalue().strip("\n"))
    return tuple(said)


async def _replies(handler: Handler, lines: tuple[str, ...], language: str) -> tuple[Reply, ...]:
    asked = [Command(parse(line), ADA, HOME, language=language) for line in lines]
    return tuple([await handler(command) for command in asked])


def _typed_on_slack(line: CommandLine) -> str:
    return f"/aiwork {line}"


def asked_lines(readme: str) -> tuple[str, ...]:
    return tuple(re.findall(rf"^{PROMPT}(.+)$", readme, re.MULTILINE))


def _readme(name: str, language: str) -> str:
    text = (ROOT / name).read_text(encoding="utf-8")
    text = _replace(text, "commands", _table(language))
    return _replace(text, "transcript", _transcript(asked_lines(text), language))


def _replace(text: str, part: str, made: str) -> str:
    marks = re.compile(rf"(<!-- begin: {part} -->\n).*?(<!-- end: {part} -->)", re.DOTALL)
    assert marks.search(text), f"the README has no part {part!r} between marks"
    return marks.sub(lambda match: f"{match[1]}{made}\n{match[2]}", text)


def _table(language: str) -> str:
    rows = [_HEADS[language], "|---|---|---|"]
    for spec in _listed():
        english, chinese = spec.examples[0]
        first, second = (english, chinese) if language == "en" else (chinese, english)
        rows.append(f"| `{first}` | `{second}` | {_summary(spec, language)} |")
    return "\n".join(rows)


def _transcript(lines: tuple[str, ...], language: str) -> str:
    page = Console(width=WIDTH, record=True, file=io.StringIO())
    _draw(page, lines, language)
    text = "\n".join(line.rstrip() for line in page.export_text().strip().splitlines())
    return f"```text\n{text}\n```"


def _picture(lines: tuple[str, ...], language: str) -> str:
    page = Console(width=WIDTH, record=True, file=io.StringIO())
    _draw(page, lines, language)
    svg = page.export_svg(title="make run", unique_id="aiwork")
    # Fonts would be fetched from a third party; and rich gives a Han character one column there.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return re.sub(r' textLength="[^"]*"|[ \t]+$', "", svg, flags=re.MULTILINE)


def _draw(page: Console, lines: tuple[str, ...], language: str) -> None:
    for line, said in zip(lines, answers(lines, language), strict=True):
        page.print(Text(PROMPT + line, style="bold"))
        page.print(Text.from_ansi(said))
        page.print()


def _commands() -> str:
    parts = [
        "# Commands",
        "",
        "Made from the registry by `python -m tests.docs`; do not edit by hand.",
        "",
        "Type them as they stand in the terminal and in a private chat with the bot, with a slash"
        " on Telegram (`/quote 996`), behind `/aiwork` on Slack (`/aiwork quote 996`)."
        " Words that are no command are looked up as a quote. Buttons are the same lines, pressed.",
        "",
        "命令用中英文都可以，简体繁体都认。终端和私聊里照原样输入；Telegram 加斜杠，Slack 放在"
        " `/aiwork` 后面。不是命令的词会当作语录来找。按钮就是同样的命令，按下等于输入。",
    ]
    for spec in _listed():
        parts += _section(spec)
    return "\n".join(parts) + "\n"


def _section(spec: Spec) -> list[str]:
    parts = ["", f"## {spec.verb}", ""]
    parts += [_explained(spec, "en"), "", _explained(spec, "zh-Hans")]
    if spec.who is Who.MANAGERS:
        parts += ["", _MANAGED["en"], "", _MANAGED["zh-Hans"]]
    if spec.aliases:
        parts += ["", "Also: " + ", ".join(f"`{alias}`" for alias in spec.aliases)]
    lines = [pair[i] for i in (0, 1) for pair in spec.examples]
    return [*parts, "", "```text", *lines, "```"]


def _explained(spec: Spec, language: str) -> str:
    sentence = _summary(spec, language) + ("." if language == "en" else "。")
    more = _words(language).get(f"help.{spec.verb}", "")
    return f"{sentence} {more}".strip() if language == "en" else f"{sentence}{more}"


def _summary(spec: Spec, language: str) -> str:
    return _words(language)[spec.summary_key]


@cache
def _words(language: str) -> dict[str, str]:
    text = (ROOT / f"config/words.{language}.yaml").read_text(encoding="utf-8")
    words: dict[str, str] = yaml.safe_load(text)
    return words


def _listed() -> tuple[Spec, ...]:
    return tuple(spec for spec in make_registry().specs if spec.listed)


def _settings() -> str:
    parts = [
        "# Settings",
        "",
        "Made from `bot/settings.py` by `python -m tests.docs`; do not edit by hand.",
        "",
        "Every setting has a default; with none set, the bot is a chat in the terminal. The"
        " environment comes first, then `.env`, then `config/local.yaml`, then"
        " [`config/default.yaml`](../config/default.yaml). Secrets belong in the environment or in"
        " `.env`: [`config/env.example`](../config/env.example) says where to get each."
        " `aiwork config` prints what is in force and where it comes from, and never a secret.",
    ]
    for title, names in _groups():
        parts += ["", f"## {title}", "", "| Variable | In YAML | Values | Default | Meaning |"]
        parts += ["|---|---|---|---|---|", *(_setting(name) for name in names)]
    return "\n".join(parts) + "\n"


def _groups() -> Iterator[tuple[str, list[str]]]:
    names = list(Settings.model_fields)
    of = {prefix: [name for name in names if name.startswith(prefix)] for prefix in _PLATFORMS}
    yield "This installation", [n for n in names if not n.startswith(tuple(_PLATFORMS))]
    yield from ((title, of[prefix]) for prefix, title in _PLATFORMS.items())


_PLATFORMS = {"slack_": "Slack", "telegram_": "Telegram"}


def _setting(name: str) -> str:
    field = Settings.model_fields[name]
    yaml_name = "–" if is_secret(field) else f"`{name}`"
    cells = (f"`{variable(name)}`", yaml_name, _values(field), _default(field), field.description)
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def is_secret(field: FieldInfo) -> bool:
    return SecretStr in (field.annotation, *get_args(field.annotation))


def _values(field: FieldInfo) -> str:
    if is_secret(field):
        return "secret"
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(field.annotation))
    if field.annotation is bool:
        return "`true`, `false`"
    kinds = [kind for kind in (field.annotation, *get_args(field.annotation)) if kind in _KINDS]
    return _KINDS[kinds[0]]


_KINDS: dict[object, str] = {int: "number", str: "text", Path: "path"}


def _default(field: FieldInfo) -> str:
    if field.default is None:
        return ""
    shown = str(field.default)
    return f"`{shown.lower() if isinstance(field.default, bool) else shown}`"


def _metrics() -> str:
    parts = [
        "# Metrics",
        "",
        "Made from `bot/metrics.py` and `deploy/` by `python -m tests.docs`; do not edit by hand.",
        "",
        "Each process tells its own figures at `/metrics` (with `PORT` set; keep it off the public"
        " address). Labels have few values, known beforehand; none says who or where. Beside these"
        " stand the usual `process_` and `python_` figures.",
        "",
        "| Metric | Kind | Labels | Meaning |",
        "|---|---|---|---|",
    ]
    metrics = Metrics()
    for family in metrics.registry.collect():
        if (labels := metrics.labels.get(family.name)) is not None:
            name = f"{family.name}_total" if family.type == "counter" else family.name
            listed = ", ".join(f"`{label}`" for label in labels) or "–"
            parts.append(f"| `{name}` | {family.type} | {listed} | {family.documentation} |")
    parts += [
        "",
        "## Alerts",
        "",
        "[`deploy/prometheus-rules.yaml`](../deploy/prometheus-rules.yaml) goes under `rule_files`"
        " in `prometheus.yml`; the scrape job is called `aiwork`."
        " [`deploy/grafana-dashboard.json`](../deploy/grafana-dashboard.json) is imported in"
        " Grafana under *Dashboards*, *New*, *Import*.",
        "",
        "| Alert | Says | Do |",
        "|---|---|---|",
    ]
    for rule in alert_rules():
        told = rule["annotations"]
        parts.append(f"| `{rule['alert']}` | {told['summary']} | {told['action']} |")
    return "\n".join(parts) + "\n"


def alert_rules() -> list[Any]:
    text = (ROOT / "deploy/prometheus-rules.yaml").read_text(encoding="utf-8")
    return [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]


if __name__ == "__main__":
    main()
