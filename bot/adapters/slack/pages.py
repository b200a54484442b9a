"""The pages that people see while they install the app: bilingual, one button, no script."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from starlette.responses import HTMLResponse

from bot.core.language import Language
from bot.core.words import Words

_STYLE = """
body{font:1.05rem/1.6 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.25rem;
color:#1d1c1d;background:#fff}
h1{font-size:1.5rem;line-height:1.3}
a.button{display:inline-block;margin:1rem 0;padding:.75rem 1.5rem;border-radius:.4rem;
background:#4a154b;color:#fff;text-decoration:none;font-weight:600}
a.button:focus-visible{outline:3px solid #1264a3;outline-offset:2px}
@media(prefers-color-scheme:dark){body{color:#e8e8e8;background:#1a1d21}
a.button{background:#611f69}}
"""

_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address of the redirect page holds a code
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}

_LANGUAGES = ((Language.EN, "en"), (Language.HANS, "zh-Hans"))


class Pages:
    """Draws them; every value is escaped."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def page(
        self, name: str, *, button: tuple[str, str] | None = None, status: int = 200, **values: str
    ) -> HTMLResponse:
        """The sentences `slack.oauth.<name>` in both languages under `<name>_title`, and at most
        one button: the key of its label, and where it leads."""
        parts = [self._heading(name)]
        for language, tag in _LANGUAGES:
            said = self._words.say(f"slack.oauth.{name}", language, **values)
            parts.append(f'<p lang="{tag}">{escape(said)}</p>')
        if button:
            label, href = button
            label = self._words.say(f"slack.oauth.{label}", Language.BOTH)
            parts.append(f'<a class="button" href="{escape(href)}">{escape(label)}</a>')
        return HTMLResponse(_document("\n".join(parts)), status, HEADERS)

    def _heading(self, name: str) -> str:
        said = self._words.say(f"slack.oauth.{name}_title", Language.BOTH)
        return f"<h1>{escape(said)}</h1>"


def _document(body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>aiwork</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main>\n{body}\n</main></body></html>"
    )
