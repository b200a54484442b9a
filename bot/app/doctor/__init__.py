"""What is wrong with this installation, and how it is set right: `aiwork doctor`."""

from bot.app.doctor.examine import HERE, Surroundings, examine, look_at_platform
from bot.app.doctor.findings import Finding, Trouble, report

__all__ = [
    "HERE",
    "Finding",
    "Surroundings",
    "Trouble",
    "examine",
    "look_at_platform",
    "report",
]
