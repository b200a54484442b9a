"""The store: a handful of questions, each one transaction."""

from __future__ import annotations

from collections.abc import Callable

from bot.core.workdays import LIBRARY_ALONE, Workdays
from bot.store.chats.chats import Chats
from bot.store.chats.kept import KeptItems
from bot.store.chats.privacy import Privacy
from bot.store.chats.reports import Reports
from bot.store.chats.schedules import Schedules
from bot.store.chats.shown import ShownItems
from bot.store.database import schema
from bot.store.database.clock import Clock, wall_clock
from bot.store.database.engine import Database, parse_url
from bot.store.database.files import prepare_folder
from bot.store.delivery.deliveries import Deliveries
from bot.store.platform.alerts import AlertStore
from bot.store.platform.encryption import TokenCipher
from bot.store.platform.inbox import Inbox
from bot.store.platform.installations import InstallationStore


class Store:
    """Open it with `open`, close it with `close`. Every question may raise StoreError, whose
    sentence says what an operator does about it; after it the store can be asked again."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        cipher: TokenCipher | None = None,
        workdays: Callable[[], Workdays] = lambda: LIBRARY_ALONE,
    ) -> None:
        self.database = database
        self.now = clock
        self.chats = Chats(database, clock, workdays)
        self.schedules = Schedules(database, clock, workdays)
        self.deliveries = Deliveries(database, clock)
        self.inbox = Inbox(database, clock)
        self.shown = ShownItems(database, clock)
        self.kept = KeptItems(database, clock)
        self.reports = Reports(database, clock)
        self.privacy = Privacy(database)
        self.alerts = AlertStore(database, clock)
        self.installations = InstallationStore(database, clock, cipher or TokenCipher(), workdays)

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        clock: Clock = wall_clock,
        durable: bool = False,
        upgrade: bool | None = None,
        secret_key: str = "",
        workdays: Callable[[], Workdays] = lambda: LIBRARY_ALONE,
    ) -> Store:
        """Connect and check the schema. `upgrade` brings it up to date first; by default that
        happens for SQLite, which has nobody else to do it, and for an empty database in memory.

        Raises StoreError: no folder, no right to write, no server, a schema that is older (run
        `aiwork db upgrade`) or newer than this version. `secret_key` encrypts the tokens of
        installed workspaces; SettingsError for one that could be guessed.
        """
        cipher = TokenCipher(secret_key)
        parsed = parse_url(url)
        database = Database(parsed, durable=durable)
        try:
            if database.sqlite:
                prepare_folder(parsed.database)
            if database.sqlite if upgrade is None else upgrade:
                await schema.upgrade_in(database)
            await schema.check(database)
        except BaseException:
            await database.close()
            raise
        return cls(database, clock, cipher, workdays)

    async def purge(self) -> int:
        """Delete what has outlived its use; call it once a day. How many rows."""
        gone = await self.inbox.purge() + await self.deliveries.purge()
        return gone + await self.installations.purge() + await self.alerts.purge()

    async def close(self) -> None:
        await self.database.close()
