"""Words for a time that moves: right when they were said, wrong when they are read."""

from __future__ import annotations

import re

_RELATIVE = re.compile(
    r"今年|去年|前年|明年|上周|本周|这周|下周|上个月|这个月|本月|下个月|上月|昨天|前天|明天"
    r"|\b(?:yesterday|tomorrow|(?:last|this|next) (?:year|month|week|summer|winter|spring))\b",
    re.IGNORECASE,
)


def relative_time(text: str) -> str:
    """The first such word, or nothing."""
    found = _RELATIVE.search(text)
    return found[0] if found else ""
