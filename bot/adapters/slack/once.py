"""Each event takes effect once, though Slack may deliver it several times."""

from __future__ import annotations

from collections import OrderedDict

from bot.adapters.slack.tasks import Troubles
from bot.core.ports import Inbox

REMEMBERED = 20_000


class Once:
    """Remembers events here (for the copy that comes a second later) and in the inbox (for the one
    that reaches another process)."""

    def __init__(self, inbox: Inbox, troubles: Troubles) -> None:
        self._inbox, self._troubles = inbox, troubles
        self._here: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def first(self, team: str, event: str) -> bool:
        """Whether this event of that workspace is new. While the inbox cannot be asked, this
        process's own memory decides: answering matters more."""
        if not event:
            return True
        if (team, event) in self._here:
            return False
        self._here[team, event] = None
        if len(self._here) > REMEMBERED:
            self._here.popitem(last=False)
        try:
            new = await self._inbox.first_time(f"slack:{team}", event)
        except Exception as error:  # noqa: BLE001 - whatever a store raises
            self._troubles.began("inbox", f"the inbox does not answer ({type(error).__name__})")
            return True
        self._troubles.ended("inbox", "the inbox answers again")
        return new
