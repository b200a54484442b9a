"""Text as it lay on a page, damage undone: `clean(text)`.

Every repair asks the whole document first whether such damage is in it; a text in which there is
none comes out byte for byte. docs/cleaning.md tells what damage, how it arose, and the inverse.
"""

from __future__ import annotations

from bot.editor.clean.cleaner import clean
from bot.editor.clean.repairs import Certainty, Cleaned, TextRepair

__all__ = ["Certainty", "Cleaned", "TextRepair", "clean"]
