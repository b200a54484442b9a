"""What systemd is told of a service (sd_notify): one datagram to the socket that it names.

The protocol is a line of text; the libraries for it need systemd's headers, or are as long as this.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress

LONGEST = 1_000
"""Characters of one message; systemd reads one datagram."""


def notify(state: str) -> None:
    """`READY=1`, `WATCHDOG=1`, `STATUS=…`; nothing where no supervisor listens, and nothing that
    goes wrong with it harms the bot."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return
    address = f"\0{path[1:]}" if path.startswith("@") else path
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        sender.sendto(state[:LONGEST].encode(), address)


def watchdog_seconds() -> float | None:
    """Within how many seconds systemd wants a sign of life (WatchdogSec); `None` when it does not,
    or wants it of another process."""
    own = os.environ.get("WATCHDOG_PID", str(os.getpid()))
    try:
        seconds = int(os.environ.get("WATCHDOG_USEC", "0")) / 1_000_000
    except ValueError:
        return None
    return seconds if seconds > 0 and own == str(os.getpid()) else None
