"""`aiwork content review`: drafts looked at beside their source, in a browser or the terminal."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import click

from bot.cli.common import LANGUAGES, content_folder, environment_language, in_folder, sentences
from bot.cli.drawing import draw
from bot.cli.previews import previews
from bot.core.language import Language, language_of
from bot.core.words import Voice
from bot.editor.desk.decide import Decision, DeskAct, NotDone, decide
from bot.editor.desk.doubts import doubt_in_words
from bot.editor.desk.drafts import DraftEntry, ReviewedDraft, open_draft
from bot.editor.entries import as_found
from bot.library.yaml.parse import Node

HERE = "127.0.0.1"
"""The desk writes files: it is on this machine alone, and there is no setting for it."""


@click.command()
@click.argument("name", metavar="[ID]", required=False)
@in_folder
@click.option("--lang", type=LANGUAGES, help="Language of the page; in the terminal, of the cards.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes a free one.")
@sentences
def review(name: str | None, path: Path | None, lang: str | None, port: int) -> None:
    """Review drafts beside their source in a browser on this machine; one draft, ID, in the
    terminal, with $EDITOR.

    What the importer doubted is confirmed, candidates are accepted or dropped, and the article is
    published when nothing is missing.
    """
    from bot.app.services import read_words

    chosen = Language(lang) if lang else language_of(environment_language()) or Language.EN
    voice = Voice(read_words(), chosen)
    with contextlib.suppress(KeyboardInterrupt):
        if name:
            _Terminal(content_folder(path), name, voice).run()
        else:
            asyncio.run(_serve(content_folder(path), voice, port))


async def _serve(folder: Path, voice: Voice, port: int) -> None:
    from bot.editor.desk.app import Desk
    from bot.editor.desk.gate import Gate
    from bot.http import serve
    from bot.http.guard import Guard

    desk = Desk(folder, voice.words, voice.language, previews, _today)
    gate = Gate(desk.app())
    async with serve(Guard(gate), port, HERE) as given:
        gate.port = given
        show = partial(_show_address, gate.address, voice)
        show()
        _on_enter(show)
        await asyncio.Event().wait()


def _show_address(address: Callable[[], str], voice: Voice) -> None:
    click.echo(voice.say("desk.term_open", address=address()))
    click.echo(voice.say("desk.term_again"))


def _on_enter(show: Callable[[], None]) -> None:
    """A new address for each Enter, where somebody can press it."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        if sys.stdin.readline():
            show()
        else:
            loop.remove_reader(sys.stdin)

    with contextlib.suppress(NotImplementedError, OSError, ValueError):
        loop.add_reader(sys.stdin, read)


class _Terminal:
    """One draft, candidate by candidate: what the page does, by letters."""

    def __init__(self, folder: Path, name: str, voice: Voice) -> None:
        self._folder, self._name, self._voice = folder, name, voice
        self._skipped = 0

    def run(self) -> None:
        while True:
            draft = self._open()
            left = draft.undecided[self._skipped :]
            candidate = left[0] if left else None
            self._show(draft, candidate)
            try:
                prompt = self._voice.say("desk.term_prompt")
                answer = click.prompt(prompt, default="n", show_default=False)
            except click.Abort:
                return
            if not self._do(str(answer).strip().lower()[:1], draft, candidate):
                return

    def _open(self) -> ReviewedDraft:
        return open_draft(self._folder, self._name, self._voice.language, _today())

    def _do(self, letter: str, draft: ReviewedDraft, candidate: DraftEntry | None) -> bool:
        """Whether to go on."""
        match letter:
            case "q":
                return False
            case "e":
                click.edit(filename=str(draft.file))
            case "p":
                return self._decide(Decision(DeskAct.PUBLISH)) is not None
            case "a" if candidate:
                self._decide(Decision(DeskAct.ACCEPT, candidate.name))
            case "d" if candidate:
                self._decide(Decision(DeskAct.DROP, candidate.name))
            case "c" if candidate and candidate.doubts:
                confirmed = ((candidate.name, candidate.doubts[0]),)
                self._decide(Decision(DeskAct.SAVE, candidate.name, confirmed=confirmed))
            case _:
                self._skipped = self._skipped + 1 if candidate else 0
        return True

    def _decide(self, decision: Decision) -> NotDone | None:
        kept = decide(self._folder, self._name, decision, self._voice.language, _today())
        told = f"desk.not.{kept}" if kept else f"desk.done.{decision.act}"
        click.echo(self._voice.say(told))
        return kept

    def _show(self, draft: ReviewedDraft, candidate: DraftEntry | None) -> None:
        click.echo()
        if candidate is None:
            click.echo(f"{draft.file}: {self._left(draft)}")
            problems = [*draft.findings, *(p for one in draft.fields for p in one.findings)]
            problems += [p for one in draft.candidates for p in one.mistakes]
            click.echo("\n".join(map(str, problems)))
            draw(as_found(draft.root, draft.root).entry, as_found(draft.root, draft.root).article,
                 self._voice, "terminal")  # fmt: skip
            return
        click.echo(f"{candidate.id} ({self._left(draft)})")
        self._show_source(draft, candidate)
        for doubt in candidate.doubts:
            click.secho(f"? {doubt_in_words(doubt, self._voice)}", bold=True)
        for problem in candidate.mistakes:
            click.echo(f"! {problem}")
        found = as_found(draft.root, _node(draft, candidate))
        draw(found.entry, found.article, self._voice, "terminal")

    def _left(self, draft: ReviewedDraft) -> str:
        return self._voice.say("desk.left", count=str(len(draft.undecided)))

    def _show_source(self, draft: ReviewedDraft, candidate: DraftEntry) -> None:
        passages = draft.source.passages if draft.source else ()
        if not passages:
            click.echo(self._voice.say("desk.no_source"))
        for mark in candidate.marks[:1]:
            text = passages[mark.passage].text
            held = click.style(text[mark.start : mark.end], reverse=True)
            click.echo(f"│ {text[: mark.start]}{held}{text[mark.end :]}")
            for one in passages[mark.passage].repairs:
                sure = self._voice.say(f"desk.{one.confidence}")
                click.echo(f"│   {one.before} → {one.after} ({sure})")


def _node(draft: ReviewedDraft, candidate: DraftEntry) -> Node:
    section, number = candidate.path
    return list(draft.root[str(section)].items())[int(number)]


def _today() -> date:
    return datetime.now(UTC).date()
