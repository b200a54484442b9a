"""Words for a time that moves: right when they were said, wrong when they are read."""

from __future__ import annotations

import re

_RELATIVE = re.compile(
    r"(?<![如现当而])今年(?![轻长龄纪迈])|(?<![过除失])去年(?![龄轻])|(?<![目从之以当])前年(?![薪龄])"
    r"|(?<![证说表声])明年(?![薪龄轻])|(?<![云线海版])上周(?![期边围刊])|(?<![日])本周(?![期刊年])|这周(?![边围])"
    r"|下周(?![期边围])|上个月|这个月|本月|下个月|(?<![路岁])上月(?![球光台])|昨天|(?<![目以])前天|(?<![聪])明天"
    r"|\b(?:yesterday|tomorrow|(?:last|this|next) (?:year|month|week|summer|winter|spring))\b",
    re.IGNORECASE,
)
"""With what stands around the same characters when they mean something else: 如今年轻人, 证明年薪,
云上周报, 目前年薪."""


def relative_time(text: str) -> str:
    """The first such word, or nothing."""
    found = _RELATIVE.search(text)
    return found[0] if found else ""
