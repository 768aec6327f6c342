"""Facet values known to hold commas or other signs that part unlinked lists."""

from collections.abc import Iterable

from search.analysis.analyzer import fold

__all__ = ["split_values"]

_KNOWN = (
    "USA", "Canada", "Latin America & Caribbean", "Europe", "sub-Saharan Africa", "Middle East & North Africa",
    "Russia and FSU", "Asia", "Oceania",
    "9/11 & ‘War on Terrorism’", "Biotechnology and GMO", "Crimes against Humanity", "Culture, Society & History",
    "Environment", "Global Economy", "Intelligence", "Law and Justice", "Media Disinformation",
    "Militarization and WMD", "Oil and Energy", "Police State & Civil Rights", "Politics and Religion",
    "Poverty & Social Inequality", "Science and Medicine", "United Nations", "US NATO War Agenda", "Women’s Rights",
)  # fmt: skip


def _key(text: str) -> str:
    return " ".join(fold(text).replace("&.", "&").replace("&", " and ").split())


def _pieces(text: str) -> Iterable[str]:
    return (piece.strip() for piece in text.replace(";", ",").split(","))


# Known values with a comma, by their comma-separated pieces.
_WITH_COMMA = {
    tuple(_key(piece) for piece in _pieces(value)): value for value in _KNOWN if "," in value
}


def split_values(text: str) -> list[str]:
    """Split an unlinked list at commas and semicolons, but for known values that hold them."""
    pieces = [piece for piece in _pieces(text) if piece]
    keys = [_key(piece) for piece in pieces]
    values: list[str] = []
    place = 0
    while place < len(pieces):
        length = next(
            (
                len(known)
                for known in _WITH_COMMA
                if tuple(keys[place : place + len(known)]) == known
            ),
            1,
        )
        values.append(", ".join(pieces[place : place + length]))
        place += length
    return values
