"""Split the values of a label, such as `Region:`; known values that hold a comma stay whole."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from indexer.formats.text.links import LINK, link_text
from search.analysis.folding import fold

__all__ = ["KnownValues"]


class KnownValues:
    """Facet values that hold a comma, by their comma-separated pieces."""

    def __init__(self, values: Sequence[str]) -> None:
        self._with_comma = {tuple(map(_key, _pieces(value))) for value in values if "," in value}
        self.label_values = lru_cache(maxsize=10_000)(self._label_values)

    def _label_values(self, text: str) -> tuple[str, ...]:
        """Return the values of a label; a linked one is whole, whatever signs it holds."""
        values: list[str] = []
        place = 0
        for match in LINK.finditer(text):
            values += self.split(text[place : match.start()].strip(" ,;&/|"))
            values.append(link_text(match))
            place = match.end()
        values += self.split(text[place:].strip(" ,;/|"))
        return tuple(value for value in values if value.lower() != "and")

    def split(self, text: str) -> list[str]:
        """Split an unlinked list at commas and semicolons, except within a known value."""
        pieces = [piece for piece in _pieces(text) if piece]
        keys = [_key(piece) for piece in pieces]
        values: list[str] = []
        place = 0
        while place < len(pieces):
            length = next(
                (
                    len(known)
                    for known in self._with_comma
                    if tuple(keys[place : place + len(known)]) == known
                ),
                1,
            )
            values.append(", ".join(pieces[place : place + length]))
            place += length
        return values


def _key(text: str) -> str:
    return " ".join(fold(text).replace("&.", "&").replace("&", " and ").split())


def _pieces(text: str) -> Iterator[str]:
    return (piece.strip() for piece in text.replace(";", ",").split(","))
