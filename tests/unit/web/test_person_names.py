"""Which authors are persons, and their names in BibTeX and RIS."""

import pytest

from tests.support.articles import article
from web.presenters.citations.bibtex import bibtex
from web.presenters.citations.person_names import author_name
from web.presenters.citations.ris import ris

PERSONS = [
    ("Olga Brandt", "Brandt, Olga"),
    ("Inês Araújo", "Araújo, Inês"),
    ("Anne-Marie du Plessis", "du Plessis, Anne-Marie"),
    ("Klaas van der Meer", "van der Meer, Klaas"),
    ("Yusuf bin Rashid", "bin Rashid, Yusuf"),
    ("Rui de Sousa e Melo", "de Sousa e Melo, Rui"),
    ("Samira al-Tayeb", "al-Tayeb, Samira"),
    ("Njeri wa Kamau", "wa Kamau, Njeri"),
    ("Maeve O’Dowd", "O’Dowd, Maeve"),
    ("P. J. H. Ward", "Ward, P. J. H."),
    ("Dr. Olga Brandt", "Brandt, Dr. Olga"),
    ("Lea dalla Riva", "dalla Riva, Lea"),
    ("Lea degli Orsi", "degli Orsi, Lea"),
    ("Lea dell'Orso", "dell'Orso, Lea"),
    ("Анна Белова", "Белова, Анна"),
]
"""Names that are the same in BibTeX as they stand, and in RIS."""


@pytest.mark.parametrize(("name", "inverted"), PERSONS)
def test_a_person_is_first_and_last_name(name: str, inverted: str) -> None:
    """BibTeX splits `First Last` itself; RIS wants the family name first, with its particles."""
    assert (_in_bibtex(name), _in_ris(name)) == (name, inverted)


@pytest.mark.parametrize(
    ("name", "in_bibtex", "in_ris"),
    [
        ("Theo Marsh Jr.", "Theo {Marsh Jr.}", "Marsh, Theo, Jr."),
        ("Theo Marsh, Jr.", "Theo {Marsh, Jr.}", "Marsh, Theo, Jr."),
        ("Theo van Marsh III", "Theo {van Marsh III}", "van Marsh, Theo, III"),
        ("Lena Van Der Aa", "Lena {Van Der Aa}", "Van Der Aa, Lena"),
        ("Pau Vidal y Serra", "Pau {Vidal y Serra}", "Vidal y Serra, Pau"),
        ("Ada Finch, M.D.", "Ada {Finch, M.D.}", "Finch, Ada, M.D."),
        ("Ada Finch PhD", "Ada {Finch PhD}", "Finch, Ada, PhD"),
    ],
)
def test_a_family_name_that_bibtex_would_split_is_in_braces(
    name: str, in_bibtex: str, in_ris: str
) -> None:
    """BibTeX takes the last word for the family name, unless a lower-case word is before it."""
    assert (_in_bibtex(name), _in_ris(name)) == (in_bibtex, in_ris)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("Zhao Minghua", "en"),
        ("Yoon Seo-jun", "en"),
        ("Trần Thị Hạnh", "en"),
        ("Nagy Eszter", "en"),
        ("Eszter Toldi", "hu"),
        ("Kenji Mori", "ja"),
        ("Lucía Peña Robles", "en"),
        ("Marta Gil Soler", "es"),
    ],
)
def test_an_unknown_order_stays(name: str, language: str) -> None:
    """Nothing is guessed if the first word may be the family name, or if there may be two."""
    assert author_name(name, language).is_person
    assert (_in_bibtex(name, language), _in_ris(name, language)) == (name, name)


@pytest.mark.parametrize(
    "name",
    [
        "Salt And Rope Cooperative", "LAND AND SEA", "Marsh, Finch and Sons", "Brandt, Olga",
        "Institute for Tides", "Ministry of Fog", "Friends Without Borders", "Tern Freight, Inc.",
        "Tern Freight Ltd", "Tern Freight GmbH", "OLGA BRANDT", "Tern", "Newsroom", "Tidewater Staff",
        "The Lighthouse", "Le Phare", "El Faro", "Radio Tern", "Hamburger Hafenzeitung", "UN Women",
        "Agencia Faro", "Институт морей", "24 Hours", "Tern.example Team", "others",
        "olga brandt", "海野 太郎", "김하늘", "Olga 'Olly' Brandt", 'Olga "Olly" Brandt', "Olga (Olly) Brandt",
        "Brandt O", "Brandt O.", "Brandt O.L.", "Olga X", "Tide Images", "Tern Reuters", "Il Corriere",
        "Open Tide Exchange", "Corriere della Marea", "Science Advisor", "Marsh Investigations",
        "Jo } Marsh", "A B C D E F Marsh", "Baroness Marsh of Fen",
    ],
)  # fmt: skip
def test_any_other_name_is_whole(name: str) -> None:
    """An organisation is one author in braces; RIS has it as it stands."""
    in_bibtex = _in_bibtex(name)
    assert in_bibtex[0] == "{"
    assert in_bibtex[-1] == "}"
    assert in_bibtex.count("{") == in_bibtex.count("}")
    assert _in_ris(name) == name


def _in_bibtex(name: str, language: str = "en") -> str:
    lines = bibtex(article(1, authors=(name,), language=language), "", "Dateline").splitlines()
    return lines[1].removeprefix("  author = {").removesuffix("},")


def _in_ris(name: str, language: str = "en") -> str:
    lines = ris(article(1, authors=(name,), language=language), "", "Dateline").splitlines()
    return next(line.removeprefix("AU  - ") for line in lines if line.startswith("AU"))
