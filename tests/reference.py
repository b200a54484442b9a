"""Pages of reference that are made whole: the command line, the keys of content, licences."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from bot.cli import main
from bot.editor.schema import schemas
from tests.shipped import packages

JOINT = "\n\n"


def command_line() -> str:
    """docs/cli.md: every command that is typed in a shell, with its options."""
    head = (
        "# The command line\n\nMade from `bot/cli/` by `python -m tests.docs`; do not edit by hand."
        " What is typed to the bot in a chat stands in [commands.md](commands.md); exit codes in"
        " [self-hosting.md](self-hosting.md#exit-codes). In a checkout, `aiwork` is"
        " `.venv/bin/aiwork`."
    )
    return JOINT.join([head, *(_command(path, one) for path, one in leaves())]) + "\n"


def leaves(
    at: click.Command = main, path: tuple[str, ...] = ("aiwork",)
) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by what is typed."""
    if not isinstance(at, click.Group):
        yield " ".join(path), at
        return
    context = click.Context(at)
    for name in at.list_commands(context):
        below = at.get_command(context, name)
        assert below
        yield from leaves(below, (*path, name))


def _command(path: str, one: click.Command) -> str:
    given = [p for p in one.params if isinstance(p, click.Argument)]
    shown = " ".join([path, *(p.make_metavar(click.Context(one)) for p in given)])
    told = JOINT.join(" ".join(part.split()) for part in (one.help or "").split("\n\n"))
    options = [p for p in one.params if isinstance(p, click.Option)]
    rows = [f"| {_option(p)} | {' '.join((p.help or '').split())} |" for p in options]
    table = ["\n".join(["| Option | Meaning |", "|---|---|", *rows])] if rows else []
    return JOINT.join([f"## `{shown}`", told, *table])


def _option(one: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in one.opts)
    if one.is_flag:
        return names
    if isinstance(one.type, click.Choice):
        return f"{names} " + ", ".join(f"`{choice}`" for choice in one.type.choices)
    return names


def content_keys() -> str:
    """docs/content-keys.md: every key of the content's YAML, in both languages."""
    head = (
        "# Keys of the content files\n\nMade from `bot/library/models/` by `python -m tests.docs`;"
        " do not edit by hand. [content/README.md](../content/README.md) shows them in a template."
        " A key without *yes* may be left out, or is needed only in what is published.\n\n"
        "由 `bot/library/models/` 生成；模板见 [content/README.md](../content/README.md#中文)。"
    )
    parts = [head]
    for name, text in schemas().items():
        schema = json.loads(text)
        parts += [f"## `{name}`", _keys(schema)]
        for title, part in schema["$defs"].items():
            if "properties" in part:
                parts += [f"### {title}", part.get("description", ""), _keys(part)]
            elif "enum" in part:
                parts += [f"### {title}", ", ".join(f"`{one}`" for one in part["enum"])]
    return JOINT.join(filter(None, parts)) + "\n"


def _keys(schema: dict[str, Any]) -> str:
    rows = ["| Key | Needed | Kind | Meaning | 含义 | Example |", "|---|---|---|---|---|---|"]
    for key, one in schema["properties"].items():
        english, _, chinese = str(one.get("description", "")).partition("\n")
        required = schema.get("required") or schema.get("else", {}).get("required", ())
        needed = "yes" if key in required else ""
        example = json.dumps(one["examples"][0], ensure_ascii=False) if "examples" in one else ""
        cells = (
            f"`{key}`",
            needed,
            _kind(one),
            english,
            chinese,
            f"`{example}`" if example else "",
        )
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(rows)


def _kind(one: dict[str, Any]) -> str:
    """Text, number, or the name of the part that it leads to."""
    if "$ref" in one:
        return str(one["$ref"]).rpartition("/")[2]
    if some := one.get("anyOf") or one.get("allOf"):
        return " or ".join(dict.fromkeys(_kind(each) for each in some if each != {"type": "null"}))
    if one.get("type") == "array":
        return f"list of {_kind(one.get('items', {}))}"
    return {"string": "text", "integer": "number", "boolean": "true or false"}.get(
        one.get("type", ""), str(one.get("type", ""))
    )


def licenses() -> str:
    """docs/licenses.md: what is shipped besides our own code."""
    head = (
        "# Licences\n\nMade from `requirements.lock` by `python -m tests.docs`; do not edit by"
        " hand.\n\naiwork itself is under the [MIT licence](../LICENSE). These are the packages"
        " that it needs with all its extras, at the versions of the lock, under the licences that"
        " they name themselves; an image with fewer extras holds fewer. None of them is changed"
        " by us. What only those need who work on aiwork (the extras `test` and `release`) is not"
        " shipped. `make release` writes the same as a CycloneDX bill of materials."
    )
    rows = ["| Package | Version | Licence |", "|---|---|---|"]
    for one in packages():
        name = f"[{one.name}]({one.home})" if one.home.startswith("https://") else one.name
        rows.append(f"| {name} | {one.version} | {one.license} |")
    return JOINT.join([head, "\n".join(rows)]) + "\n"
