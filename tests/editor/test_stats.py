"""What `aiwork content stats` counts."""

from __future__ import annotations

from bot.editor.stats import stats
from bot.library.library import Library
from bot.library.load import load
from tests.library.conftest import FIXTURES


def test_counts_are_of_what_is_published() -> None:
    counted = stats(load(FIXTURES / "content"))
    assert (counted.articles, counted.quotes, counted.topics) == (1, 2, 4)
    assert (counted.drafts, counted.withdrawn) == (1, 3)
    assert (counted.key_points, counted.figures, counted.translated) == (5, 1, 2)
    assert counted.quotes_by_topic == {"burnout": 1, "layoffs": 0, "overwork": 2, "talent-wars": 0}
    assert counted.quotes_by_speaker_kind == {"named": 2}
    assert counted.quotes_by_language == {"zh-Hans": 2}


def test_the_fullest_of_each_budget_is_named() -> None:
    fullest = {budget.name: budget for budget in stats(load(FIXTURES / "content")).budgets}
    assert fullest["quote"].where == "nobody-takes-vacation"
    assert fullest["quotes"].used == 2
    assert all(0 < budget.used <= budget.most for budget in fullest.values())


def test_an_empty_library_counts_nothing() -> None:
    assert stats(Library({}, {})).budgets == ()
