"""Which digests a schedule owes since the last look, and what becomes of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.chats import Schedule, Slot
from bot.core.schedule import missed_slots, next_slot, promised_slot
from bot.core.workdays import Workdays

DIGEST_LIFETIME = timedelta(hours=6)
"""A digest is of use for so long after its time: one found later is `skipped`, one that could not
be sent by then is `expired`."""


@dataclass(frozen=True, slots=True)
class DueSlots:
    """Each slot with the reason for which it is skipped, if any; and when they are due next."""

    slots: tuple[tuple[Slot, str], ...]
    next_due: datetime


def due_slots(of: Schedule, now: datetime, workdays: Workdays) -> DueSlots:
    """Every slot that came by since the last pass: the latest to be sent if it is of use still,
    the others as skipped, so that no day is without an account. What was announced is kept:
    without a slot, the row would be due for ever and stop all that come after it."""
    assert of.next_due is not None
    slots = missed_slots(of, of.next_due, now, workdays) or (promised_slot(of, of.next_due),)
    accounts = tuple((slot, _too_late(slot, now, last=slot is slots[-1])) for slot in slots)
    return DueSlots(accounts, next_slot(of, now, workdays=workdays).due)


def _too_late(slot: Slot, now: datetime, *, last: bool) -> str:
    if now - slot.due > DIGEST_LIFETIME:
        return f"found {(now - slot.due) / timedelta(hours=1):.0f} h late"
    return "" if last else "a later digest takes its place"
