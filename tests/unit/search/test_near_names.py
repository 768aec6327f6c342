"""Names that are spelled nearly like another."""

from hypothesis import given
from hypothesis import strategies as st

from search.results.near_names import intact_parts, nearest

_LETTERS = "abcdefghij"


def _with_slip(name: str, data: st.DataObject) -> str:
    """Return a name with one letter left out, replaced or added."""
    place = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from(["", "x", f"x{name[place]}"]))
    return name[:place] + letter + name[place + 1 :]


@given(st.text(_LETTERS, min_size=4, max_size=12), st.data())
def test_a_part_survives_a_slip(name: str, data: st.DataObject) -> None:
    """Whatever letter is wrong, one part of the name is in what was meant."""
    meant = _with_slip(name, data)
    assert any(part in meant for part in intact_parts(name))


@given(st.text(_LETTERS, min_size=9, max_size=20), st.data())
def test_a_part_of_a_long_name_survives_two_slips(name: str, data: st.DataObject) -> None:
    """Two letters are in two of three parts at most."""
    meant = _with_slip(_with_slip(name, data), data)
    assert any(part in meant for part in intact_parts(name))


def test_the_nearest_comes_first() -> None:
    """Case, accents and the order of words count for nothing, and unlike names are left out."""
    names = {name: name for name in ("Ana Bekka", "ANA BEKK", "Bekk, Ana", "Peter Black")}
    assert nearest("ana békk", names, 2) == ["ANA BEKK", "Bekk, Ana"]
    assert nearest("Ana Bekk", names, 9)[2:] == ["Ana Bekka"]
    assert nearest("Xda Ng", {"Ada Ng": "Ada Ng"}, 1) == ["Ada Ng"]


def test_a_value_is_found_by_its_label() -> None:
    """Readers type the name that they see."""
    assert nearest("Untied Kingdom", {"uk": "United Kingdom", "us": "us"}, 9) == ["uk"]
    assert nearest("UK", {"uk": "United Kingdom"}, 9) == ["uk"]


def test_nothing_is_near_nothing() -> None:
    """Signs and emptiness have no near names."""
    assert intact_parts("") == intact_parts("  ") == ()
    assert intact_parts("x") == ("x",)
    assert nearest("", {"x": "x"}, 3) == []
