"""What an editor does with a draft, each as a change of its file's text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path as File
from typing import assert_never

from bot.core.language import Language
from bot.editor.desk.drafts import (
    DeskField,
    ReviewedDraft,
    findings_in,
    open_draft,
    value_at,
    version_of,
)
from bot.editor.desk.fields import read
from bot.editor.fix import fix_text
from bot.editor.importer.draft import DOUBTFUL
from bot.editor.source_copy import forget_source
from bot.editor.yaml_edit import NotEditable, drop, drop_note, put, read_text, write_text
from bot.editor.yaml_places import Path, order_of
from bot.library.yaml.parse import parse_yaml


class DeskAct(StrEnum):
    SAVE = "save"
    ACCEPT = "accept"
    REOPEN = "reopen"
    DROP = "drop"
    PUBLISH = "publish"


class NotDone(StrEnum):
    """Why an act was not done; what was typed is saved all the same."""

    STALE = "stale"
    DOUBTFUL = "doubtful"
    MISTAKEN = "mistaken"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Decision:
    """`typed` are fields by name, `confirmed` doubts by candidate's name; `at` is the candidate
    that the act is about. `version` is of the text that the editor was looking at."""

    act: DeskAct
    at: str = ""
    typed: Mapping[str, str] | None = None
    confirmed: tuple[tuple[str, str], ...] = ()
    version: str = ""


def decide(
    folder: File, name: str, decision: Decision, language: Language, today: date
) -> NotDone | None:
    """Write what was typed and confirmed, then do the act. None when it was done; a file that
    changed meanwhile is left as it is (STALE). Raises EditorError and NotEditable."""
    draft = open_draft(folder, name, language, today, checked=False)
    if decision.version and decision.version != draft.version:
        return NotDone.STALE
    text, wrong = _with_what_was_typed(draft, decision)
    if text != draft.text:
        write_text(draft.file, text)
    if wrong:
        raise wrong
    if text != draft.text or decision.act is DeskAct.ACCEPT:
        checked = decision.act is DeskAct.ACCEPT
        draft = open_draft(folder, name, language, today, checked=checked)
    match decision.act:
        case DeskAct.SAVE:
            return None
        case DeskAct.ACCEPT:
            return _accept(draft, decision.at)
        case DeskAct.REOPEN:
            _write(draft, put(draft.text, _status(draft, decision.at), "draft", order=order_of))
        case DeskAct.DROP:
            _write(draft, drop(draft.text, draft.entry(decision.at)))
        case DeskAct.PUBLISH:
            return _publish(folder, draft, language, today)
        case _:
            assert_never(decision.act)
    return None


def _with_what_was_typed(
    draft: ReviewedDraft, decision: Decision
) -> tuple[str, NotEditable | None]:
    """A field that has to be changed by hand keeps no other from being saved."""
    text, wrong = draft.text, None
    fields = [*draft.fields, *(field for one in draft.candidates for field in one.fields)]
    for field in fields:
        typed = (decision.typed or {}).get(field.name)
        if typed is not None and typed.split() != field.value.split():
            try:
                text = _set(text, field, typed)
            except NotEditable as error:
                wrong = error
    for name, doubt in decision.confirmed:
        text = drop_note(text, draft.candidate(name).path, f"{DOUBTFUL}{doubt}")
    return text, wrong


def _set(text: str, field: DeskField, typed: str) -> str:
    value = read(field.key, typed)
    if value is None and field.key.name in _OPTIONAL:
        return _without(text, field.path)
    return put(text, field.path, value, order=order_of)


_OPTIONAL = ("role", "organisation", "context", "bound", "published_note")
"""Keys that go when nothing is in their field; of others, nothing is written as null."""


def _without(text: str, path: Path) -> str:
    """The text without the key, and without the mapping that held nothing else."""
    tree, _ = parse_yaml("", text.removeprefix("\ufeff"))
    around = value_at(tree.data if tree else None, path[:-1])
    held = around if isinstance(around, dict) else {}
    if path[-1] not in held:
        return text
    others = [key for key, value in held.items() if key != path[-1] and value is not None]
    return drop(text, path if others else path[:-1])


def _accept(draft: ReviewedDraft, at: str) -> NotDone | None:
    candidate = draft.candidate(at)
    if candidate.doubts:
        return NotDone.DOUBTFUL
    if candidate.mistakes:
        return NotDone.MISTAKEN
    _write(draft, put(draft.text, (*candidate.path, "status"), "published", order=order_of))
    return None


def _publish(folder: File, draft: ReviewedDraft, language: Language, today: date) -> NotDone | None:
    if draft.undecided:
        return NotDone.UNDECIDED
    if any(one.doubts for one in draft.candidates):
        return NotDone.DOUBTFUL
    text = fix_text(put(draft.text, ("status",), "published", order=order_of))[0]
    if findings_in(folder, draft.file, text, language, today):
        return NotDone.MISTAKEN
    _write(draft, text)
    forget_source(folder, draft.id)
    return None


def _status(draft: ReviewedDraft, at: str) -> Path:
    return (*draft.candidate(at).path, "status")


def _write(draft: ReviewedDraft, text: str) -> None:
    """Not over what somebody else wrote since it was read: the next look shows theirs."""
    if version_of(read_text(draft.file)) == draft.version:
        write_text(draft.file, text)
