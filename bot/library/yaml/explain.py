"""What an editor did when YAML says that it cannot read on."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

_BY_PROBLEM = {
    "mapping values are not allowed in this context": "colon",
    "could not find expected ':'": "no-colon",
    "found unknown escape character": "escape",
    "did not find expected hexdecimal number": "escape",
    "found invalid Unicode character escape code": "escape",
    "found character that cannot start any token": "first-character",
    "block sequence entries are not allowed in this context": "dash",
}
"""libyaml's wording (0.2.5) → the code of our message. Whatever is not here is told in libyaml's
own words."""

_BY_CONTEXT = {
    "while scanning a quoted scalar": "open-quotation-mark",
    "while parsing a flow sequence": "open-bracket",
    "while parsing a flow mapping": "open-bracket",
    "while parsing a block mapping": "after-value",
    "while parsing a block collection": "after-value",
    "while scanning an alias": "first-character",
    "while scanning an anchor": "first-character",
    "while scanning a tag": "first-character",
}


def explain(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str, Mapping[str, str]]:
    """The line, the code and the values of a syntax error. An open quotation mark or bracket is
    told where it was opened, not at the end of the file where YAML notices."""
    code = _BY_PROBLEM.get(error.problem or "") or _BY_CONTEXT.get(error.context or "", "syntax")
    opened = code in ("open-quotation-mark", "open-bracket", "first-character")
    mark = error.context_mark if opened else error.problem_mark
    mark = mark or error.problem_mark or error.context_mark
    if mark is None:
        return 1, "syntax", {"why": str(error.problem)}
    character = text[mark.index : mark.index + 1]
    return mark.line + 1, code, {"why": str(error.problem), "character": character}
