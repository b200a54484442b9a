"""Which files of the bot a request passes: measured on a run, so that no reading is needed."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import FrameType

BOT = f"{Path(__file__).parents[1] / 'bot'}/"


class Trace:
    """While it is entered, every function of ours that is called is noted by its file, in order;
    other threads and all tasks of the loop count. `<string>` code (dataclasses) does not."""

    def __init__(self) -> None:
        self.entered: list[str] = []

    def __enter__(self) -> Trace:
        threading.setprofile(self._called)
        sys.setprofile(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        threading.setprofile(None)

    @property
    def files(self) -> list[str]:
        """Each file once, in the order of first calls."""
        return list(dict.fromkeys(self.entered))

    def _called(self, frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(BOT):
            self.entered.append(frame.f_code.co_filename.removeprefix(BOT))
