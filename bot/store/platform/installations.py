"""Which workspaces let the bot in. Implements the core's `InstallationStore` port."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.installation import Installation
from bot.core.workdays import Workdays
from bot.store.chats.chats import mark_back, mark_gone
from bot.store.database.clock import Clock
from bot.store.database.engine import Database
from bot.store.database.tables import chat, installation
from bot.store.platform.encryption import TokenCipher

PLATFORM = "slack"
"""The only platform where workspaces install the app one by one."""

KEEP_REMOVED = timedelta(days=30)
"""After a removal: installing again within a month finds everything as it was."""

_here = installation.c


class InstallationStore:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        cipher: TokenCipher,
        workdays: Callable[[], Workdays],
    ) -> None:
        self._database = database
        self._now = clock
        self._cipher = cipher
        self._workdays = workdays

    @property
    def encrypted(self) -> bool:
        """Whether tokens are encrypted before they are written."""
        return self._cipher.has_key

    async def find(self, workspace: str) -> Installation | None:
        """Tokens that an older key encrypted are encrypted anew."""
        async with self._database.read() as connection:
            row = (await connection.execute(_LIVING.where(_is(workspace)))).one_or_none()
        if row is None:
            return None
        found = self._installation_of(row)
        if self._cipher.outdated(row.bot_token) or self._cipher.outdated(row.refresh_token):
            async with self._database.write() as connection:
                await self._encrypt_anew(connection, row)
        return found

    async def save(self, install: Installation) -> None:
        now = self._now()
        row = {
            "bot_user": install.bot_user,
            "bot_id": install.bot_id,
            "bot_name": install.bot_name[:80],
            "enterprise": install.enterprise,
            "scopes": install.scopes,
            **self._encrypted(install),
            "installed_at": now,
            "removed_at": None,
        }
        statement = self._database.insert(installation).values(
            platform=PLATFORM, workspace=install.workspace, **row
        )
        async with self._database.write() as connection:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["platform", "workspace"], set_=row)
            )
            await mark_back(connection, _chats_of(install.workspace), now, self._workdays())

    async def remove(self, workspace: str) -> None:
        now = self._now()
        erased = {"bot_token": "", "refresh_token": "", "expires_at": None, "removed_at": now}
        async with self._database.write() as connection:
            await connection.execute(
                update(installation)
                .where(_is(workspace), _here.removed_at.is_(None))
                .values(**erased)
            )
            await mark_gone(connection, _chats_of(workspace), "uninstalled", now)

    async def may_renew(self, install: Installation, until: datetime) -> bool:
        free = or_(_here.renewing_until.is_(None), _here.renewing_until <= self._now())
        statement = (
            update(installation)
            .where(
                _is(install.workspace),
                _here.removed_at.is_(None),
                _here.expires_at == install.expires_at,
                free,
            )
            .values(renewing_until=until)
        )
        async with self._database.write() as connection:
            return (await connection.execute(statement)).rowcount == 1

    async def renewed(self, install: Installation) -> None:
        statement = (
            update(installation)
            .where(_is(install.workspace), _here.removed_at.is_(None))
            .values(**self._encrypted(install))
        )
        async with self._database.write() as connection:
            await connection.execute(statement)

    async def check(self) -> int:
        """How many installations there are. Raises StoreError when the key does not open them."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_LIVING)).all()
        for row in rows:
            self._installation_of(row)
        return len(rows)

    async def rotate_keys(self) -> int:
        """Encrypt all tokens with the newest key; how many were not. Raises StoreError, and changes
        nothing, when one of them cannot be opened."""
        async with self._database.write() as connection:
            rows = (await connection.execute(_LIVING)).all()
            outdated = [one for one in rows if self._cipher.outdated(one.bot_token)]
            for row in rows:
                self._installation_of(row)
            for row in outdated:
                await self._encrypt_anew(connection, row)
            return len(outdated)

    async def purge(self) -> int:
        """Forget the workspaces that were left a month ago, with all their chats; how many."""
        long_gone = _here.removed_at < self._now() - KEEP_REMOVED
        async with self._database.write() as connection:
            left = list(await connection.scalars(select(_here.workspace).where(long_gone)))
            for workspace in left:
                await connection.execute(delete(chat).where(_chats_of(workspace)))
            await connection.execute(delete(installation).where(long_gone))
            return len(left)

    def _encrypted(self, install: Installation) -> dict[str, Any]:
        return {
            "bot_token": self._cipher.encrypt(install.bot_token),
            "refresh_token": self._cipher.encrypt(install.refresh_token),
            "expires_at": install.expires_at,
            "renewing_until": None,
        }

    def _installation_of(self, row: Any) -> Installation:
        return Installation(
            workspace=row.workspace,
            bot_token=self._cipher.decrypt(row.bot_token),
            bot_user=row.bot_user,
            bot_id=row.bot_id,
            bot_name=row.bot_name,
            enterprise=row.enterprise,
            scopes=row.scopes,
            refresh_token=self._cipher.decrypt(row.refresh_token),
            expires_at=row.expires_at,
            installed_at=row.installed_at,
        )

    async def _encrypt_anew(self, connection: AsyncConnection, row: Any) -> None:
        """Unless somebody has written another token meanwhile."""
        anew = {
            name: self._cipher.encrypt(self._cipher.decrypt(getattr(row, name)))
            for name in ("bot_token", "refresh_token")
        }
        await connection.execute(
            update(installation)
            .where(_is(row.workspace), _here.bot_token == row.bot_token)
            .values(**anew)
        )


_LIVING = select(installation).where(
    installation.c.platform == PLATFORM, installation.c.removed_at.is_(None)
)


def _is(workspace: str) -> Any:
    return (_here.platform == PLATFORM) & (_here.workspace == workspace)


def _chats_of(workspace: str) -> Any:
    return (chat.c.platform == PLATFORM) & (chat.c.workspace == workspace)
