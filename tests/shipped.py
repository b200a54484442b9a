"""What is shipped besides our own code: the packages that the bot and its extras need, as locked.

`python -m tests.shipped` prints their part of requirements.lock, with its hashes, for `make
release`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from importlib.metadata import metadata, requires
from pathlib import Path
from typing import cast

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent

NOT_SHIPPED = ("test", "release")
"""Extras for those who work on the bot."""

LOCKED_FOR = {
    "python_version": "3.11",
    "python_full_version": "3.11.0",
    "implementation_version": "3.11.0",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
}
"""The lock is made for the oldest Python that is supported, and so is this list wherever it is
made."""

CLASSIFIER = "License :: OSI Approved :: "
SPDX = {
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
LONGEST = 60
"""Characters of a licence's name; more is its text."""


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    license: str
    home: str


def packages() -> list[Package]:
    """By name. Versions are the lock's, licences what the packages say of themselves."""
    pinned = {name: version for name, version, _ in _pins()}
    return [_package(name, pinned[name]) for name in sorted(_shipped()) if name in pinned]


def lock() -> str:
    """Their part of the lock."""
    wanted = _shipped()
    return "".join(text for name, _, text in _pins() if name in wanted)


def _pins() -> Iterator[tuple[str, str, str]]:
    """Name, version and the whole entry; entries begin at the margin."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for entry in re.split(r"^(?=[a-zA-Z0-9])", text, flags=re.MULTILINE):
        if named := re.match(r"([\w.-]+)==(\S+)", entry):
            yield _plain(named[1]), named[2], entry


def _shipped() -> set[str]:
    """What our requirements lead to, with the extras that they ask for."""
    waiting, seen = list(_direct()), set[tuple[str, str]]()
    while waiting:
        one = waiting.pop()
        for extra in ("", *one.extras):
            if (key := (_plain(one.name), extra)) not in seen:
                seen.add(key)
                waiting += _needed((Requirement(line) for line in requires(one.name) or ()), extra)
    return {name for name, _ in seen}


def _direct() -> Iterator[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    yield from map(Requirement, project["dependencies"])
    for name, some in project["optional-dependencies"].items():
        if name not in NOT_SHIPPED:
            yield from map(Requirement, some)


def _needed(some: Iterable[Requirement], extra: str) -> Iterator[Requirement]:
    where = LOCKED_FOR | {"extra": extra}
    yield from (one for one in some if not one.marker or one.marker.evaluate(where))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _package(name: str, version: str) -> Package:
    told = cast("Message", metadata(name))
    return Package(name, version, _license(told), _home(told))


def _license(told: Message) -> str:
    """An SPDX expression where there is one, else what the classifiers say, else a short text."""
    if expression := told.get("License-Expression"):
        return str(expression)
    classifiers = map(str, told.get_all("Classifier") or ())
    named = {one.removeprefix(CLASSIFIER) for one in classifiers if one.startswith(CLASSIFIER)}
    text = str(told.get("License") or "").strip().partition("\n")[0]
    if not named and 0 < len(text) <= LONGEST:
        named = {text}
    return ", ".join(sorted(SPDX.get(one, one) for one in named))


def _home(told: Message) -> str:
    links = [str(one).split(", ", 1) for one in told.get_all("Project-URL") or ()]
    named = {one[0].lower(): one[-1] for one in links}
    for wanted in ("source", "source code", "repository", "github", "homepage", "home"):
        if wanted in named:
            return named[wanted]
    return str(told.get("Home-page") or next(iter(named.values()), ""))


if __name__ == "__main__":
    sys.stdout.write(lock())
