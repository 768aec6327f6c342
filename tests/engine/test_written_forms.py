"""Forms of words, as readers of many languages write them, on every engine."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import pytest

from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.query import Match, SearchQuery
from tests.support.articles import article


class Kind(NamedTuple):
    """Titles by id, their language, and what each query finds; a mark is what is marked."""

    language: str
    titles: Mapping[str, str]
    found: Mapping[str, str]
    """The ids that a query finds, separated by spaces."""
    marks: Mapping[str, str] = {}
    """The title of the first article found, with its marks."""


KINDS = {
    "elided names in English": Kind(
        "en",
        {
            "arc": "Riots near the Jardin d’Arc",
            "ama": "Silvia D'Amato sings",
            "han": "Moira O'Hanlon sings",
            "tan": "Bronze of the T'an era",
            "cow": "The cow's horn",
        },
        {
            "arc": "arc",
            "d'arc": "arc",
            "d`arc": "arc",
            '"jardin d\'arc"': "arc",
            "amato": "ama",
            "damato": "ama",
            "title:amato": "ama",
            "o’hanlon": "han",
            "ohanlon": "han",
            "hanlon": "",
            "tan": "tan",
            "t'an": "tan",
            "cows": "cow",
        },
        {"arc": "Riots near the Jardin d’<mark>Arc</mark>"},
    ),
    "elision in French": Kind(
        "fr",
        {"orm": "L’orme de l’avenue", "ave": "Une avenue s’éclaire", "auj": "Aujourd’hui"},
        {
            "orme": "orm",
            "avenues": "ave orm",
            "l'avenue": "ave orm",
            "éclaire": "ave",
            "hui": "",
            "aujourd'hui": "auj",
        },
        {"orme": "L’<mark>orme</mark> de l’avenue"},
    ),
    "elision in Italian": Kind(
        "it",
        {"erb": "Nell'erba dell'Umbria", "uov": "Quest'uovo è d'oca"},
        {"erba": "erb", "umbria": "erb", "uovo": "uov", "oca": "uov"},
    ),
    "initialisms": Kind(
        "en",
        {
            "tds": "TDs debate",
            "td": "A TD resigns",
            "pos": "The TDs' bill, the TD's vote",
            "gps": "GPS fails",
            "gp": "GPs strike",
            "bq": "B&Q sells nails",
            "b": "B and Q are letters",
            "cpp": "C++ and C# compared",
            "c": "C is older",
            "net": ".NET turns twenty",
            "fish": "A net full of fish",
            "f22": "Two F-22s and a T34",
            "t34": "T34s in a museum",
            "std": "The C++20 standard",
        },
        {
            "TD": "pos td tds",
            "TDs": "pos td tds",
            "tds": "pos td tds",
            "GP": "gp",
            "gps": "gps",
            '"TDs debate"': "tds",
            '"TD debate"': "",
            "B&Q": "bq",
            "b&q": "bq",
            "nails B&Q": "bq",
            "C++": "cpp std",
            "c++20": "std",
            "F-22": "f22",
            "f22": "f22",
            "T-34": "f22 t34",
            "T34s": "f22 t34",
            "c#": "cpp",
            ".NET": "net",
            ".net": "net",
        },
        {"B&Q": "<mark>B&amp;Q</mark> sells nails", "TD": "A <mark>TD</mark> resigns"},
    ),
    "numbers": Kind(
        "en",
        {
            "mon": "A €3.4bn loan at 9.15am",
            "dot": "Budgets of 3 and 4bn",
            "fra": "½ of 12\u202f500 tons",
            "ind": "Year ६५ and ٧٫٥ per cent",
            "ver": "Release v4.1.2 in 8km",
            "apa": "At 6:45 pm, 70 kg fell on 3 St John",
        },
        {
            "€3.4bn": "mon",
            "3.4bn": "mon",
            "3.4": "mon",
            '"3.4"': "mon",
            '"3.4bn loan"': "mon",
            "9.15am": "mon",
            "4bn": "dot",
            "1/2": "fra",
            "12,500": "fra",
            "12500": "fra",
            "65": "ind",
            "६५": "ind",
            "7.5": "ind",
            "v4.1.2": "ver",
            "4.1.2": "ver",
            "8 km": "ver",
            "6:45pm": "apa",
            "70kg": "apa",
            "3st": "",
        },
        {"3.4bn": "A €<mark>3.4bn</mark> loan at 9.15am"},
    ),
    "decimal commas": Kind(
        "de",
        {"pro": "Ein Plus von 7,25 Prozent", "tau": "Rund 48.000 Menschen"},
        {"7,25": "pro", "7.25": "pro", "48000": "tau", "48.000": "tau", '"48.000 Menschen"': "tau"},
    ),
    "compounds": Kind(
        "en",
        {
            "hyp": "Co-owners of a so-called café",
            "clo": "Coowners socalled",
            "apa": "Co owners so called",
        },
        {
            "co-owners": "apa clo hyp",
            "coowners": "clo hyp",
            "co owners": "apa hyp",
            "so-called": "apa clo hyp",
            '"co-owners"': "apa hyp",
        },
    ),
    "Hebrew": Kind(
        "he",
        {"man": 'מנכ"ל החברה', "sig": "מנכ״ל הבנק", "oth": "מנכ ועוד ל"},
        {"מנכ״ל": "man sig", "מנכל": "man sig", "החברה": "man"},
        {"מנכ״ל": "<mark>מנכ״ל</mark> הבנק"},
    ),
    "Persian affixes": Kind(
        "fa",
        {"gol": "گل‌های باغ می‌خشکند", "sep": "گل و های", "clo": "گلهای سرخ"},
        {
            "گل": "gol sep",
            "گل‌های": "clo gol sep",
            "گلهای": "clo gol",
            "گل های": "gol sep",
            '"گل‌های باغ"': "gol",
            "می خشکند": "gol",
        },
        {"گل": "<mark>گل</mark>‌های باغ می‌خشکند"},
    ),
    "spellings of Hindi": Kind(
        "hi",
        {"nuk": "क़लम और बाज़ार", "nas": "सम्बन्ध का पाँचवाँ साल", "oth": "सन्मान"},
        {
            "कलम": "nuk",
            "क़लम": "nuk",
            "बाजार": "nuk",
            "संबंध": "nas",
            '"संबन्ध"': "nas",
            "पांचवां": "nas",
            "संमान": "",
        },
        {"संबंध": "<mark>सम्बन्ध</mark> का पाँचवाँ साल"},
    ),
    "geminate l in Catalan": Kind(
        "ca",
        {"cel": "Cèl·lules i intel·ligència", "one": "Coŀlecció", "par": "París·Olot"},
        {
            "cel·lula": "cel",
            "cellula": "cel",
            "intelligencia": "cel",
            "col·lecció": "one",
            "collecció": "one",
            "olot": "par",
        },
        {"cel·lula": "<mark>Cèl·lules</mark> i intel·ligència"},
    ),
    "degrees": Kind(
        "en",
        {"phd": "A Ph.D. thesis", "msc": "An MSc for all", "two": "PhDs at work"},
        {"PhD": "phd two", "Ph.D.": "phd two", "ph.d": "phd two", "M.Sc.": "msc"},
        {"PhD": "A <mark>Ph.D.</mark> thesis"},
    ),
    "Lao": Kind("lo", {"one": "ໝູ່ບ້ານໃໝ່"}, {"ຫມູ່ບ້ານ": "one", "ໝູ່ບ້ານ": "one"}),
    "Thai": Kind(
        "th",
        {"nam": "แม่น้ำเจ้าพระยาไหลผ่านเมืองหลวง", "yot": "ราคาข้าวปี ๒๕๖๕"},
        {"เมืองหลวง": "nam", "น้ำ": "nam", "น้ํา": "nam", "ข้าว": "yot", "2565": "yot", "ทะเล": ""},
        {"เมืองหลวง": "แม่น้ำเจ้าพระยาไหลผ่าน<mark>เมืองหลวง</mark>"},
    ),
    "Chinese": Kind(
        "zh",
        {"apart": "广州图书馆周末举办展览", "whole": "广州展览延期", "other": "深圳下雨"},
        {
            "广州展览": "whole",
            "广州图书馆展览": "apart whole",
            "图书馆": "apart",
            "深圳图书馆的新展览": "apart",
            "气候": "",
        },
        {"广州图书馆展览": "<mark>广州图书馆</mark>周末举办<mark>展览</mark>"},
    ),
    "Japanese": Kind(
        "ja",
        {"kyo": "ﾃﾚﾋﾞ局が京都で新番組", "pho": "iPhone用ケース"},
        {"テレビ": "kyo", "京都新番組": "kyo", "iPhone": "pho", "用": "pho", "ケース": "pho"},
        {"テレビ": "<mark>ﾃﾚﾋﾞ</mark>局が京都で新番組"},
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_what_is_typed_finds_what_is_written(
    name: str, engine_of: Callable[[Iterable[Article]], SearchEngine]
) -> None:
    """Readers find a word however it is joined to others, and see it marked exactly."""
    kind = KINDS[name]
    engine = engine_of(
        article(id=key, title=title, language=kind.language) for key, title in kind.titles.items()
    )
    for text, expected in kind.found.items():
        query = SearchQuery(text=text, as_typed=True)
        hits = engine.search(query).hits
        assert " ".join(sorted(hit.article.id for hit in hits)) == expected, text
        if text in kind.marks:
            assert kind.marks[text] in {hit.highlights.title for hit in hits}


def test_a_loosened_text_says_so(
    engine_of: Callable[[Iterable[Article]], SearchEngine],
) -> None:
    """A long text without spaces is relaxed like several words: full matches come first."""
    titles = {"apart": "广州图书馆周末举办展览", "whole": "广州图书馆展览延期"}
    engine = engine_of(article(id=key, title=title, language="zh") for key, title in titles.items())
    page = engine.search(SearchQuery(text="广州图书馆展览"))
    assert page.relaxed
    assert [hit.article.id for hit in page.hits] == ["whole", "apart"]
    strict = engine.search(SearchQuery(text="广州图书馆展览", match=Match.ALL))
    assert [hit.article.id for hit in strict.hits] == ["whole"]
    assert not strict.relaxed
