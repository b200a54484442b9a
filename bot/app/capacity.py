"""What is to come, by the platforms' limits, from the store of these settings."""

from __future__ import annotations

from datetime import timedelta

from bot.app.services import open_store
from bot.delivery.capacity import SlotForecast, foresee
from bot.delivery.outbox import LIMITS
from bot.settings import Settings
from bot.store.store import Store


async def forecasts(settings: Settings, ahead: timedelta) -> list[SlotForecast]:
    """Of each slot within that time. Raises StoreError with what to do."""
    store = await open_store(settings)
    try:
        return await forecasts_of(store, ahead)
    finally:
        await store.close()


async def forecasts_of(store: Store, ahead: timedelta) -> list[SlotForecast]:
    now = store.now()
    return list(foresee(await store.schedules.loads(now + ahead), LIMITS, now))


def warning(found: list[SlotForecast]) -> str:
    """For the log: the fullest slot that an operator should know about; '' when there is none."""
    tight = max(found, key=lambda one: (one.expired, one.used), default=None)
    if tight is None or not tight.tight:
        return ""
    return (
        f"{tight.count} digests of {tight.lane} are due at {tight.due:%Y-%m-%d %H:%M}Z: the last"
        f" will arrive at {tight.last:%H:%M}Z, {tight.expired} would expire; see `aiwork capacity`"
    )
