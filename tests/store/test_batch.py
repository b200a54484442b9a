"""Rows that travel as one parameter arrive as they were, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from bot.store.database.engine import Database, parse_url
from bot.store.database.tables import delivery
from bot.store.delivery.batch import Cell, rows_parameter, rows_table
from tests.databases import KINDS, new_database

COLUMNS = (
    delivery.c.id, delivery.c.reason, delivery.c.slot_date, delivery.c.not_before,
    delivery.c.sent_at,
)  # fmt: skip

ZONES = st.sampled_from((UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3.5))))
INSTANTS = st.builds(
    lambda microseconds, zone: datetime.fromtimestamp(0, zone) + timedelta(0, 0, microseconds),
    st.integers(0, 2**53),  # until the year 2255
    ZONES,
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ROWS = st.lists(
    st.tuples(
        st.integers(-(2**63), 2**63 - 1), TEXTS, st.dates(date(1970, 1, 1)), INSTANTS,
        st.none() | INSTANTS,
    )
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_rows_arrive_as_they_were(kind: str, tmp_path: Path) -> None:
    url = new_database(kind, tmp_path)

    @settings(
        max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(ROWS)
    def arrive(rows: list[tuple[Cell, ...]]) -> None:
        assert asyncio.run(_sent_through(url, rows)) == rows

    arrive()


async def test_instants_are_right_in_a_session_with_another_time_zone(tmp_path: Path) -> None:
    """As behind a pooler that does not pass our settings on."""
    moment = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    rows: list[tuple[Cell, ...]] = [(1, "", date(2026, 3, 2), moment, None)]
    url = new_database("postgres", tmp_path)
    assert await _sent_through(url, rows, "SET TIME ZONE 'Asia/Shanghai'") == rows


async def _sent_through(
    url: str, rows: list[tuple[Cell, ...]], first: str = "SELECT 1"
) -> list[tuple[Cell, ...]]:
    database = Database(parse_url(url))
    async with database.write() as connection:
        await connection.execute(text(first))
        new = rows_table(connection.dialect.name, *COLUMNS)
        found = await connection.execute(select(new), rows_parameter(rows))
        arrived = [tuple(row) for row in found]
    await database.close()
    return arrived
