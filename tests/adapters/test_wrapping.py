"""What a person sees in a real terminal, at several widths."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console as Terminal
from rich.text import Text

from bot.adapters.console import ConsoleAdapter
from bot.adapters.wrapping import fold
from bot.core.reply import Item, Quote, Reply, spans

HAN = "我们需要从一开始就教育人们，AI只是一份工作，我们需要专注于家人、朋友以及生活中更崇高的东西。"
WIDTHS = (40, 60, 80, 88, 100, 140)


def seen(width: int, *blocks: object) -> list[str]:
    out = io.StringIO()
    terminal = Terminal(file=out, width=width, force_terminal=True, color_system=None)
    ConsoleAdapter(terminal=terminal).show(Reply(blocks))  # type: ignore[arg-type]
    return out.getvalue().rstrip("\n").split("\n")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_line_of_a_quote_has_its_bar_and_a_text(width: int) -> None:
    *lines, byline = seen(width, Quote(HAN, spans("Raj Dabre")))
    assert byline == "— Raj Dabre"
    assert "".join(line.removeprefix("│ ") for line in lines) == HAN
    assert all(line.startswith("│ ") and len(line) > 4 for line in lines)
    assert all(cell_len(line) <= width for line in lines)
    assert not [line for line in lines if line[2] in "，。、"]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_text_of_a_bullet_stays_beside_its_bullet(width: int) -> None:
    first, *rest = seen(width, Item(spans("• " + "people cut and hired again " * 8)))
    assert first.startswith("• people")
    assert rest
    assert all(line.startswith("  ") and line[2] != " " for line in rest)


def test_an_address_longer_than_the_line_is_cut_and_nothing_is_lost() -> None:
    address = "https://example.org/" + "a" * 100
    assert "".join(seen(40, Item(spans(address)))) == address


@given(st.text(), st.integers(4, 100))
def test_nothing_but_spaces_is_lost_at_any_width(text: str, width: int) -> None:
    line = Text(" ".join(text.split()))
    rows = fold(line, width)
    assert "".join("".join(row.plain.split()) for row in rows) == "".join(line.plain.split())
    assert all(cell_len(row.plain) <= width for row in rows)


@pytest.mark.parametrize("width", WIDTHS)
def test_each_line_of_a_note_is_folded_by_itself(width: int) -> None:
    note = "people cut and hired again " * 5 + "\n38%: share from China"
    *_, last = seen(width, Item(spans("a title"), spans(note)))
    assert last == "  38%: share from China"
