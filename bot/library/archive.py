"""An edition of the content as one file, and the signature that says it is ours.

The archive is a zip of topics.yaml and the published articles: the same bytes for the same content,
whenever and wherever it is packed. Beside it lies a signature, a few lines with the archive's
SHA-256, the second in which it was made, and an HMAC-SHA256 of both by a key that editors and bots
share. Nothing of an archive is looked at before its signature holds; and then no more is written
than files of our names and sizes.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.core.errors import AiworkError
from bot.library.yaml.files import ARTICLES, MAX_BYTES, TOPICS, content_files

MOST_FILES = 20_000
MOST_BYTES = 200_000_000
"""Of all files together, unpacked: eight times what 1,000 articles take."""

_FORM = "aiwork-content 1"
_OURS = re.compile(rf"{TOPICS}|{ARTICLES}/[A-Za-z0-9][A-Za-z0-9._-]{{0,99}}\.yaml")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16
_SIGNED = re.compile(
    rf"{_FORM}\nmade: (\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\nsha256: ([0-9a-f]{{64}})\n"
    r"hmac: ([0-9a-f]{64})\n"
)
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class EditionError(AiworkError):
    """An edition that is not taken; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What is signed: the archive's hash, and when it was made (a newer one wins)."""

    made: datetime
    sha256: str

    def written(self, key: str) -> bytes:
        """As it lies beside the archive."""
        return f"{self._statement()}hmac: {self._hmac(key)}\n".encode()

    def covers(self, archive: bytes) -> bool:
        return hmac.compare_digest(hashlib.sha256(archive).hexdigest(), self.sha256)

    def _statement(self) -> str:
        return f"{_FORM}\nmade: {self.made.strftime(_TIME)}\nsha256: {self.sha256}\n"

    def _hmac(self, key: str) -> str:
        return hmac.new(key.encode(), self._statement().encode(), "sha256").hexdigest()

    @classmethod
    def read(cls, raw: bytes, key: str) -> Signature:
        """A signature by this key. Raises EditionError for any other, or what is none."""
        found = _SIGNED.fullmatch(raw.decode("ascii", errors="replace"))
        if not found:
            raise EditionError("what lies beside the archive is no signature of `content publish`")
        try:
            made = datetime.strptime(found[1], _TIME).replace(tzinfo=UTC)
        except ValueError:
            raise EditionError("the signature names no time that there is") from None
        signature = cls(made, found[2])
        if not hmac.compare_digest(signature._hmac(key), found[3]):
            raise EditionError(
                "the archive is not signed with the key in AIWORK_CONTENT_KEY: publish it with the "
                "same key, or ask who did"
            )
        return signature


def sign(archive: bytes, made: datetime, key: str) -> bytes:
    """The signature to lay beside the archive."""
    digest = hashlib.sha256(archive).hexdigest()
    return Signature(made.replace(microsecond=0), digest).written(key)


def pack(folder: Path) -> bytes:
    """What is served of the content: no drafts, no proofs, nothing else that lies there."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in content_files(folder):
            if not file.unread and not file.is_draft:
                entry = zipfile.ZipInfo(file.place, _EPOCH)
                entry.external_attr, entry.create_system = _MODE, 3
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, file.raw)
    return packed.getvalue()


def unpack(archive: bytes, folder: Path) -> None:
    """Write the files of an archive below the folder. Raises EditionError for anything that `pack`
    never made, before anything is written."""
    try:
        files = _files_in(archive)
    except EditionError:
        raise
    except Exception as error:
        raise EditionError(f"the archive cannot be read ({type(error).__name__})") from error
    (folder / ARTICLES).mkdir(parents=True, exist_ok=True)
    for name, raw in files.items():
        (folder / name).write_bytes(raw)


def _files_in(archive: bytes) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = MOST_BYTES
    with zipfile.ZipFile(io.BytesIO(archive)) as held:
        entries = held.infolist()
        if len(entries) > MOST_FILES:
            raise EditionError(f"the archive has more than {MOST_FILES} files")
        for entry in entries:
            if not _OURS.fullmatch(entry.filename) or entry.filename in files:
                raise EditionError(
                    f"the archive holds {entry.filename[:80]!r}, which is no content"
                )
            with held.open(entry) as file:
                raw = file.read(MAX_BYTES + 1)  # whatever size it says it has
            left -= len(raw)
            if len(raw) > MAX_BYTES or left < 0:
                raise EditionError(f"the archive is too large unpacked, at {entry.filename}")
            files[entry.filename] = raw
    return files
