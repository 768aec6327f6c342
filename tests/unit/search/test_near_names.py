"""Names that are spelled nearly like another."""

from hypothesis import given
from hypothesis import strategies as st

from search.results.near_names import halves, nearest

_NAMES = st.text("abcdefghij", min_size=4, max_size=12)


@given(_NAMES, st.data())
def test_a_half_survives_every_slip(name: str, data: st.DataObject) -> None:
    """Whatever letter is wrong, one half of the name is in what was meant."""
    place = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from(["", "x", f"x{name[place]}"]))
    meant = name[:place] + letter + name[place + 1 :]
    assert any(half in meant for half in halves(name))


def test_the_nearest_comes_first() -> None:
    """Case, accents and the order of words count for nothing, and unlike names are left out."""
    names = {name: name for name in ("Patti Dome", "PATTI DOMM", "Domm, Patti", "Peter Black")}
    assert nearest("patti dómm", names, 2) == ["Domm, Patti", "PATTI DOMM"]
    assert nearest("Patti Domm", names, 9)[2:] == ["Patti Dome"]
    assert nearest("Xda Ng", {"Ada Ng": "Ada Ng"}, 1) == ["Ada Ng"]


def test_a_value_is_found_by_its_label() -> None:
    """Readers type the name that they see."""
    assert nearest("Untied Kingdom", {"uk": "United Kingdom", "us": "us"}, 9) == ["uk"]
    assert nearest("UK", {"uk": "United Kingdom"}, 9) == ["uk"]


def test_nothing_is_near_nothing() -> None:
    """Signs and emptiness have no near names."""
    assert halves("") == halves("  ") == ()
    assert halves("x") == ("x",)
    assert nearest("", {"x": "x"}, 3) == []
