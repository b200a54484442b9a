"""A reply as neutral JSON, for machines."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum

from bot.core.command_line import CommandLine


def to_json(value: object) -> object:
    """A reply (or any part of it) as JSON-ready data: each dataclass an object with its `type`,
    command lines as text."""
    if isinstance(value, CommandLine):
        return str(value)
    if is_dataclass(value):
        named = {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
        return {"type": type(value).__name__.lower(), **named}
    if isinstance(value, tuple | list):
        return [to_json(part) for part in value]
    return value.value if isinstance(value, Enum) else value
