"""Descriptions of values, as an admin writes them."""

from pathlib import Path

import pytest

from search.errors import InvalidSettings
from tests.support.settings import settings_of
from web.theme.site import read_site
from web.theme.value_descriptions import ValueDescription, read_descriptions


def test_a_file_describes_values(tmp_path: Path) -> None:
    """Tables are by facet and value; white space is normalised, and nothing is required."""
    file = tmp_path / "values.toml"
    file.write_text(
        '\ufeff[author."Ada \\"A.\\" Ng"]\ntext = """\nOne\nline.\n \n\nTwo\\u0000."""\n'
        'link = " https://x.example "\nsee_also = ["theme:a:b", "theme:a:b"]\n[theme.Oil]\n',
        "utf-8",
    )
    descriptions, content = read_descriptions(str(file))
    assert descriptions == {
        ("author", 'Ada "A." Ng'): ValueDescription(
            ("One line.", "Two."), "https://x.example", (("theme", "a:b"),)
        ),
        ("theme", "Oil"): ValueDescription(),
    }
    assert content == file.read_bytes()


def test_without_a_file_nothing_is_described() -> None:
    """The setting is empty by default."""
    assert read_descriptions("") == ({}, b"")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[auhtor.x]", "[auhtor] in FILE is no facet; did you mean author?"),
        ("[language.en]", "[language] in FILE is no facet; there are "),
        ('author = "x"', 'author in FILE is no table; write [author."A value"]'),
        ('[author]\nx = "text"', '[author] x in FILE is no table; write [author."x"]'),
        ('[author." "]', '[author." "] in FILE has no value of 1 to 500 characters after author'),
        (f'[author."{"x" * 501}"]', "in FILE has no value of 1 to 500 characters after author"),
        ('[author.x]\ntxet = "y"', 'txet of [author."x"] in FILE is unknown; did you mean text?'),
        ("[author.x]\ntext = 1", 'text of [author."x"] in FILE is no text; write text = "…"'),
        (
            f'[author.x]\ntext = "{"y" * 5_001}"',
            'text of [author."x"] in FILE has 5,001 characters; the limit is 5,000',
        ),
        (
            '[author.x]\nlink = "javascript:alert(1)"',
            "link of [author.\"x\"] in FILE is 'javascript:alert(1)'; it must begin with https://",
        ),
        ('[author.x]\nlink = "https:///x"', "it must begin with https:// or http:// and a host"),
        ('[author.x]\nsee_also = "theme:y"', 'see_also of [author."x"] in FILE is no list; write'),
        ("[author.x]\nsee_also = [1]", "has 1, which is no text; write see_also = ["),
        ('[author.x]\nsee_also = ["y"]', "has 'y'; it takes a facet (region, theme, "),
        ('[author.x]\nsee_also = ["theme: "]', "has 'theme: '; it takes a facet"),
        (
            f"[author.x]\nsee_also = {[f'theme:{number}' for number in range(21)]}",
            "has 21 values; the limit is 20",
        ),
        ("[author.x", "FILE', which cannot be read: Expected"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    """The message has the file, the table and the way out."""
    file = tmp_path / "values.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(InvalidSettings) as raised:
        read_descriptions(str(file))
    assert message in str(raised.value).replace(str(file), "FILE")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A server does not start, and a reload keeps the former settings, as for other files."""
    settings = settings_of(data=str(tmp_path), values=str(tmp_path / "none.toml"))
    with pytest.raises(InvalidSettings, match=r"none\.toml.*cannot be read"):
        read_site(settings)


def test_a_file_of_other_bytes_or_too_many_is_refused(tmp_path: Path) -> None:
    """Text that is not UTF-8 and files beyond any use are told so."""
    file = tmp_path / "values.toml"
    file.write_bytes(b'[author.x]\ntext = "\xff"')
    with pytest.raises(InvalidSettings, match="cannot be read"):
        read_descriptions(str(file))
    file.write_bytes(b"#" * 5_000_001)
    with pytest.raises(InvalidSettings, match="the limit is 5,000,000"):
        read_descriptions(str(file))
