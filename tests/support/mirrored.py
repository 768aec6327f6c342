"""A made-up language that is written from right to left, to see pages mirrored."""

import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from tests.support.paths import ROOT

__all__ = ["write_mirrored_catalogue"]

_KEPT = re.compile(r"%\(\w+\)s|%%|<[^>]*>|&\w+;")
"""Placeholders and HTML, which a translation has, too."""
_LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "אבגדהוזחטיכלמנסעפצקרשתץףםן")


def write_mirrored_catalogue(path: Path) -> Path:
    """Write a catalogue of all messages in Hebrew letters, for the setting `interface`.

    The words mean nothing; they have the letters, the direction and about the length of a
    translation, and a text that is not translated is seen by its Latin letters.
    """
    with (ROOT / "web" / "locales" / "dateline.pot").open("rb") as file:
        template = read_po(file)
    catalogue = Catalog("he")
    for message in template:
        if message.id:
            ids = [message.id] if isinstance(message.id, str) else list(message.id)
            texts = [_mirrored(text) for text in ids]
            forms = texts + texts[-1:] * (catalogue.num_plurals - 2) if len(ids) > 1 else texts
            catalogue.add(message.id, tuple(forms) if len(ids) > 1 else forms[0])
    with path.open("wb") as file:
        write_po(file, catalogue)
    return path


def _mirrored(message: str) -> str:
    kept = _KEPT.findall(message)
    parts = [part.lower().translate(_LETTERS) for part in _KEPT.split(message)]
    return "".join(
        part + (kept[number] if number < len(kept) else "") for number, part in enumerate(parts)
    )
