"""`aiwork doctor`: what is wrong, and how it is set right."""

from __future__ import annotations

import asyncio
import json
import sys

import click

from bot.cli.common import LANGUAGES, environment_language, sentences
from bot.core.errors import SettingsError
from bot.core.language import Language, language_of
from bot.core.words import Voice
from bot.version import version


@click.command()
@click.option("--lang", type=LANGUAGES, help="Language of what is found.")
@click.option("--json", "as_json", is_flag=True, help="Print what is found as JSON.")
@sentences
def doctor(lang: str | None, as_json: bool) -> None:
    """Look for what is wrong, and say how to set it right: folder, disk, content, database, tokens,
    scopes, webhook, clock, zones, rooms that cannot be reached, deliveries in trouble.

    Nothing is changed or sent. Exit code 1 when something must be done.
    """
    from bot.app.doctor import Finding, Trouble, examine, report
    from bot.app.services import read_words
    from bot.settings import read_settings

    language = language_of(lang or environment_language()) or Language.EN
    try:
        settings = read_settings()
        findings = asyncio.run(examine(settings, language))
    except SettingsError as error:
        findings = [Finding(Trouble.SETTINGS, {"why": one}) for one in error.sentences]
    voice = Voice(read_words(), language)
    if as_json:
        told = report(findings, voice, version())
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for one in findings:
            sign = "!" if one.must_be_done else "·"
            click.echo(f"{sign} {one.what(voice)}\n  → {one.fix(voice)}")
        must = sum(one.must_be_done for one in findings)
        key = "doctor.sum" if must else "doctor.well"
        click.echo(voice.say(key, version=version(), count=str(must)))
    sys.exit(1 if any(one.must_be_done for one in findings) else 0)
