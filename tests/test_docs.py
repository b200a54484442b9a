"""What people read is true: links lead somewhere, names exist, made parts are current."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from bot.cli import main
from bot.commands.all import make_registry
from bot.settings import LOCAL, Settings, read_settings, variable
from tests.docs import PICTURES, ROOT, chat_pictures, is_secret, made

FOLDERS = ("bot", "config", "content", "docs", "tests", ".ci")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "content/README.md"])
CHINESE = (
    "README.zh.md",
    "config/words.zh-Hans.yaml",
    "content/README.md",
    "docs/commands.md",
    "docs/editing.md",
)

SHELL = re.compile(r"(?:(?<=bin/)|(?<![/@\w]))(?:aiwork|python -m bot)((?: [^\s`|;>]+)+)")
"""A shell command of ours; `/aiwork` and `@aiwork` are typed on Slack."""

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def read(name: str | Path) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# --- what is made from the code


@pytest.mark.parametrize("name", sorted(["README.md", "README.zh.md"]))
def test_a_readme_begins_with_the_two_commands(name: str) -> None:
    first = re.search(r"```sh\n(.*?)```", read(name), re.DOTALL)
    assert first
    assert [line.split("#")[0].strip() for line in first[1].splitlines()] == [
        "make run",
        "make test",
    ]


def test_commands_settings_and_transcripts_are_as_the_code_says() -> None:
    stale = [name for name, text in made().items() if read(name) != text]
    assert not stale, "run `.venv/bin/python -m tests.docs` and review the diff"


def test_every_command_is_explained() -> None:
    explained = read("docs/commands.md")
    for spec in make_registry().specs:
        for name in (spec.verb, *spec.aliases) if spec.listed else ():
            assert f"`{name}`" in explained or f"## {name}\n" in explained
        for english, chinese in spec.examples:
            assert f"\n{english}\n" in explained
            assert f"\n{chinese}\n" in explained


def test_every_setting_is_explained() -> None:
    explained = read("docs/settings.md")
    for name, field in Settings.model_fields.items():
        assert f"| `{variable(name)}` |" in explained
        assert field.description


def test_the_pictures_fetch_nothing_from_elsewhere() -> None:
    for picture in (*PICTURES.values(), *chat_pictures("en"), *chat_pictures("zh-Hans")):
        assert not re.search(r"@import|url\((?!#)|href=", read(picture))


# --- settings files


def test_env_example_names_exactly_the_secrets() -> None:
    named = re.findall(r"^(\w+)=(.*)$", read("config/env.example"), re.MULTILINE)
    secrets = {variable(n) for n, field in Settings.model_fields.items() if is_secret(field)}
    assert {name for name, _ in named} == secrets
    assert not [value for _, value in named if value], "an example holds no secret"


def test_a_copy_of_env_example_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(variable(name), raising=False)
    (tmp_path / ".env").write_text(read("config/env.example"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_settings() == read_settings(_env_file=None)


def test_default_yaml_tells_the_defaults_and_their_variables() -> None:
    text = read("config/default.yaml")
    for name, value in yaml.safe_load(text).items():
        field = Settings.model_fields[name]
        assert str(field.default) == str(value)
        assert re.search(rf"^{name}:.*# {variable(name)}\b", text, re.MULTILINE)
        assert not is_secret(field), f"{name} is a secret: {LOCAL} and defaults hold none"


# --- names and links


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"```.*?```", "", read(page), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if not re.match(r"[a-z]+:", link):
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            assert target.exists(), f"{link} leads nowhere"
            assert not anchor or anchor in _anchors(target), f"{link} has no such heading"


def _anchors(page: Path) -> set[str]:
    """Heading anchors as GitHub makes them, and those that are written out."""
    text = read(page)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    made = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return made | set(re.findall(r'<a id="([^"]+)">', text))


@each_page
def test_commands_of_the_shell_exist(page: Path) -> None:
    for line in _code(page):
        for typed in SHELL.findall(line):
            assert not (problem := _unknown(typed.split())), f"{line!r}: {problem}"
        for target in re.findall(r"(?<!\w)make ([a-z]+)", line):
            assert re.search(rf"^{target}:", read("Makefile"), re.MULTILINE), line


def _code(page: Path) -> Iterator[str]:
    text = read(page)
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        yield from (line.split(" #")[0] for line in block.splitlines())
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def _unknown(words: list[str]) -> str:
    """What is wrong with a line typed behind `aiwork`; '' when every name in it exists."""
    at: click.Command = main
    for word in words:
        if word.startswith("--"):
            if word not in {option for given in at.params for option in given.opts}:
                return f"`{at.name}` has no option {word}"
        elif isinstance(at, click.Group):
            if not (below := at.get_command(click.Context(at), word)):
                return f"`{at.name}` has no command {word}"
            at = below
        else:
            break  # arguments
    return ""


# --- how it is written


@pytest.mark.parametrize("name", CHINESE)
def test_chinese_uses_one_word_for_one_thing(name: str) -> None:
    """文章、语录、话题、订阅、简报、摘要. 日报 is an alias that people type, and a newspaper."""
    prose = re.sub(r"`[^`\n]+`|《.*?》", "", read(name))
    assert not re.findall("名言|金句|主题|标签|专题|推送|日报|周报|概要|梗概|概述", prose)


@pytest.mark.parametrize("name", CHINESE)
def test_chinese_is_set_as_chinese(name: str) -> None:
    """A space between Han and Latin or digits, full-width punctuation, no italics."""
    chinese = read(name).partition('<a id="中文">')
    prose = chinese[2] or chinese[0]
    prose = re.sub(r"```.*?```|`[^`\n]+`|\([^)\s]*\)|<[^>\n]*>", "", prose, flags=re.DOTALL)
    prose = prose.replace("**", "")
    assert not re.findall(r".{0,8}(?:[一-鿿][A-Za-z0-9]|[A-Za-z0-9%][一-鿿]).{0,8}", prose)
    assert not re.findall(r".{0,8}[一-鿿][,;:!?].{0,8}", prose)
    assert not re.findall(r"(?<![*\w])[*_][^*_\s][^*_\n]*[一-鿿][^*_\n]*[*_](?![*\w])", prose)


def test_no_file_names_a_machine_or_a_package_registry() -> None:
    told = re.compile(
        r"/(?:root|tmp/w|Users/\w+|home/(?!runner)\w+)/|(?:^|[\s\"'(=])/work/"
        r"|pypi[.]org|pythonhosted[.]org|npmjs[.]org|--index[-]url [^$]"
    )
    for path in _files():
        text = path.read_text(encoding="utf-8", errors="ignore")
        found = told.search(text)
        assert not found, f"{path.relative_to(ROOT)} has {found and found[0]!r}"


def _files() -> Iterator[Path]:
    ours = (path for path in ROOT.iterdir() if path.name not in (".env", ".git"))
    yield from (path for path in ours if path.is_file())  # in a worktree `.git` is a file
    for folder in FOLDERS:
        kept = (path for path in (ROOT / folder).rglob("*") if path.is_file())
        yield from (path for path in kept if "__pycache__" not in path.parts)
