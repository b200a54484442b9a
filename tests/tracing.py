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

    def stays(self, folders: tuple[str, ...]) -> list[str]:
        """The files of these folders in the order in which they were entered for the first time
        since another file of them was: a file that comes again after others is a return."""
        inside = [name for name in self.entered if name.startswith(folders)]
        return [name for n, name in enumerate(inside) if n == 0 or inside[n - 1] != name]

    def _called(self, frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(BOT):
            self.entered.append(frame.f_code.co_filename.removeprefix(BOT))
