"""The lanes' rows: one for each bot token or workspace that ever had a digest."""

from __future__ import annotations

from collections.abc import Set

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database.engine import Database
from bot.store.database.tables import lane
from bot.store.delivery.batch import rows_parameter, rows_table


async def lane_ids(
    connection: AsyncConnection, database: Database, names: Set[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """The lane of each platform and workspace, made when it is new."""
    known = await _known(connection, names)
    if new := names - known.keys():
        columns = (lane.c.platform, lane.c.workspace)
        rows = select(rows_table(connection.dialect.name, *columns)).where(true())
        statement = database.insert(lane).from_select(columns, rows).on_conflict_do_nothing()
        await connection.execute(statement, rows_parameter(sorted(new)))
        known |= await _known(connection, new)
    return known


async def _known(
    connection: AsyncConnection, names: Set[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    wanted = rows_table(connection.dialect.name, lane.c.platform, lane.c.workspace)
    same = (lane.c.platform == wanted.c.platform) & (lane.c.workspace == wanted.c.workspace)
    query = select(lane.c.platform, lane.c.workspace, lane.c.id).join(wanted, same)
    found = await connection.execute(query, rows_parameter(sorted(names)))
    return {(platform, workspace): key for platform, workspace, key in found}
