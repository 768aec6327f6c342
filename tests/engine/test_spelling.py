"""Spelling corrections of common typos, in words and in names, and words that are unfinished."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.folding import fold
from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.query import MAX_TEXT_LENGTH, Match, SearchQuery
from search.query.parser import parse
from search.query.spelling import Speller
from search.query.vocabulary.vocabulary import Vocabulary
from search.query.vocabulary.word_list import WordList
from search.ranking.tuning import Tuning
from tests.conftest import article, build, on_tantivy

WORDS = {
    "government": 900, "benghazi": 40, "erdogan": 60, "climate": 300, "change": 500, "libya": 200, "headline": 30,
    "troops": 400, "harbour": 80, "the": 5000, "inflation": 70, "inflated": 9, "strait": 25,
    "o'brien": 20, "qur'an": 15, "and": 4000, "기후": 1, "협약": 1,
}  # fmt: skip

SLIPS = [
    ("goverment", "government"),
    ("Benghzai", "Benghazi"),
    ("Erdogn", "Erdogan"),
    ("LYBIA", "LIBYA"),
    ("climatechange", "climate change"),
    ("기후협약을", "기후 협약"),
    ("head line", "headline"),
    ("head.line", "headline"),
    ("troosp in lybia", "troops in libya"),
    ("harbor -lybia", "harbour -lybia"),
    ('"climate chnage" OR Libya', '"climate change" OR Libya'),
    ("title:goverment", "title:government"),
    ("inflatoin", "inflation"),
    ("O’Brein", "O'Brien"),
    ("Qurna", "Qur'an"),
    ("COVDI-19 harbuor", "COVDI-19 harbour"),
    ("TROOPSAND", "TROOPS and"),
    ("MPS in harbor", "MP in harbour"),
    ("author: autor author", "author: autor author"),
]


@pytest.mark.parametrize(("typed", "meant"), SLIPS)
def test_slips_are_corrected(typed: str, meant: str) -> None:
    """Common typos and missing or extra spaces are corrected; punctuation and case are kept."""
    assert [*_texts(typed), typed][0] == meant


@pytest.mark.parametrize(
    "typed",
    ["government", "xqzzkw", "F-16", "1984", "lib", "東京", "", "region:lybia", "-goverment"],
)
def test_what_is_no_slip_is_left_alone(typed: str) -> None:
    """Known words, words unlike any other, numbers, short words and exclusions are not corrected."""
    assert _texts(typed) == []


def test_forms_of_one_word_are_offered_once() -> None:
    """Only one form of a word is offered, since all forms find the same articles."""
    assert _texts("inflatoin") == ["inflation"]


@given(
    st.text(max_size=60)
    | st.text(alphabet='goverment lybia-"()*:ـéIıß', max_size=60)
    | st.just("goverment " * 100)
)
def test_no_text_raises_nor_grows_too_long(text: str) -> None:
    """Every correction of any text can be searched."""
    assert all(len(other) <= MAX_TEXT_LENGTH for other in _texts(text))


def _texts(typed: str) -> list[str]:
    known = WORDS | {"mp": 300}
    speller = Speller(Vocabulary.of(WordList.of(WORDS, 1000)), 1000)
    return speller.texts(
        typed, parse(typed), lambda words: {word: known.get(word.lower(), 0) for word in words}
    )


def test_the_order_of_words_does_not_matter() -> None:
    """Engines list their words in different orders, and must offer the same."""
    letters = random.Random(26)
    words = {"".join(letters.choices("abcde", k=6)): letters.randrange(2, 5) for _ in range(2000)}
    shuffled = dict(reversed(words.items()))
    for typed in ("abcdea", "bbbbbb", "edcbae"):
        one, other = (
            Speller(Vocabulary.of(WordList(order, [])), 100) for order in (words, shuffled)
        )
        assert one.corrections(typed, 0) == other.corrections(typed, 0) != ()


def test_a_word_that_is_still_being_typed_is_a_beginning(
    engine_of: Callable[[Iterable[Article]], SearchEngine],
) -> None:
    """Without matches and corrections the last word is searched as a prefix, never an earlier one."""
    engine = engine_of(
        [article(1, title="Harbours"), article(2, title="Harbinger"), article(3, title="Ferry")]
    )

    def search(**parameters: Any) -> tuple[str, int, list[str]]:
        page = engine.search(SearchQuery(**parameters))
        return page.corrected, page.total, [each.text for each in page.corrections]

    for beginning in ("har", "harb"):
        assert search(text=beginning) == (f"{beginning}*", 2, [f"{beginning}*"])
    assert search(text="ha") == search(text="qzx") == ("", 0, [])
    assert search(text="author:har")[:2] == ("", 0)
    assert search(text="harb", as_typed=True)[:2] == ("", 0)
    assert search(text="ferr harb", match=Match.ALL)[:2] == ("", 0)
    assert search(text="-harb ha")[:2] == ("", 0)
    assert search(text='"harb"')[:2] == ("", 0)
    assert search(text="harbours")[:2] == ("", 1)
    marked = {hit.highlights.title for hit in engine.search(SearchQuery(text="harb")).hits}
    assert marked == {"<mark>Harbours</mark>", "<mark>Harbinger</mark>"}


def test_a_frequent_longer_word_is_likelier_than_another_short_one(
    engine_of: Callable[[Iterable[Article]], SearchEngine],
) -> None:
    """Readers see the same kind of articles after each letter that they type."""
    ports = [article(n, title="Harbours") for n in range(9)]
    engine = engine_of([*ports, article(20, title="A harp"), article(21, title="Merkel spoke")])
    page = engine.search(SearchQuery(text="harb"))
    assert (page.corrected, page.total) == ("harb*", 9)
    assert [each.text for each in page.corrections] == ["harp", "harb*"]
    assert engine.search(SearchQuery(text="Merkle")).corrected == "Merkel"


class Script(NamedTuple):
    """A text, and one of its words: its beginning, with a typo, and as it is."""

    language: str
    text: str
    beginning: str
    slip: str
    word: str


SCRIPTS = [
    Script("hi", "सरकार ने किताबें बाँटीं", "किता", "कितबें", "किताबें"),
    Script("mr", "मुख्यमंत्री शाळेत गेले", "मुख्य", "मुख्यमत्री", "मुख्यमंत्री"),
    Script("bn", "বিদ্যালয় আবার খুলেছে", "বিদ্যা", "বিদ্যলয়", "বিদ্যালয়"),
    Script("ta", "கல்லூரி திறந்தது", "கல்", "கல்லுரி", "கல்லூரி"),
    Script("te", "విద్యార్థులు వచ్చారు", "విద్య", "విద్యర్థులు", "విద్యార్థులు"),
    Script("gu", "વિદ્યાર્થીઓ આવ્યા", "વિદ્", "વિદ્યાર્થઓ", "વિદ્યાર્થીઓ"),
    Script("el", "Η κυβέρνηση αποφάσισε", "κυβ", "κυβέρνιση", "κυβέρνηση"),
    Script("ru", "Правительство решило", "пра", "Правителство", "Правительство"),
    Script("he", "הַמֶּמְשָׁלָה הֶחְלִיטָה", "הממ", "הממשלח", "הממשלה"),
    Script("ar", "قَرَّرَتِ الحكومة أمس", "الح", "الحكومت", "الحكومة"),
    Script("hy", "Կառավարությունը որոշեց", "Կառ", "Կառավարութունը", "Կառավարությունը"),
    Script("ka", "მთავრობამ გადაწყვიტა", "მთა", "მთავრობმ", "მთავრობამ"),
    Script("ko", "정부 발표 이후", "정", "정브", "정부"),
    Script("fr", "La e\u0301cole rouvre", "e\u0301co", "e\u0301coel", "école"),
]


@pytest.mark.parametrize("script", SCRIPTS, ids=[script.language for script in SCRIPTS])
def test_letters_of_every_script_have_marks(
    engine_of: Callable[[Iterable[Article]], SearchEngine], script: Script
) -> None:
    """Beginnings, typos and suggestions work with vowel signs, points and syllables."""
    engine = engine_of(
        [article(1, title=script.text, body="-", language=script.language), article(2)]
    )

    def found(typed: str, **parameters: Any) -> list[str]:
        page = engine.search(SearchQuery(text=typed, **parameters))
        return [hit.article.id for hit in page.hits]

    assert found(script.word) == ["a1"]
    assert found(script.slip, as_typed=True) == []
    assert found(script.slip) == ["a1"]
    for typed in (script.beginning, script.slip):
        assert any(each.kind == "word" for each in engine.suggest(typed, 5))
    # A single syllable is too short for a search.
    assert found(script.beginning) == ([] if script.language == "ko" else ["a1"])


def test_greek_words_end_in_a_final_sigma(
    engine_of: Callable[[Iterable[Article]], SearchEngine],
) -> None:
    """Corrections and suggestions are spelt as readers spell them."""
    engine = engine_of([article(1, title="Ο Πρόεδρος μίλησε", language="el")])
    assert engine.search(SearchQuery(text="προεδρς")).corrected == "προεδρος"
    assert engine.search(SearchQuery(text="ΠΡΟΕΔΡΣ")).corrected == "ΠΡΟΕΔΡΟΣ"
    assert [each.text for each in engine.suggest("προε", 1)] == ["προεδρος"]


def test_korean_syllables_may_be_unfinished(
    engine_of: Callable[[Iterable[Article]], SearchEngine],
) -> None:
    """While a syllable is typed, it is another character, and a noun is found under particles."""
    engine = engine_of([article(1, title="대통령은 연설했다", language="ko"), article(2)])
    for typed in ("대통", "대통ㄹ", "대통려", "대통렁"):
        assert engine.search(SearchQuery(text=typed)).total == 1
        assert "대통령" in [each.text for each in engine.suggest(typed, 5)]


@pytest.mark.parametrize(
    ("language", "text", "typed"),
    [("zh", "北京市政府公告", "北京"), ("ja", "東京タワー", "タワ"), ("th", "รัฐบาลใหม่", "รัฐบาล")],
)
def test_scripts_without_spaces_are_left_alone(
    engine_of: Callable[[Iterable[Article]], SearchEngine], language: str, text: str, typed: str
) -> None:
    """Single signs are neither corrected nor completed."""
    engine = engine_of([article(1, title=text, language=language), article(2)])
    page = engine.search(SearchQuery(text=f"{typed} qzx"))
    assert (page.corrected, page.corrections) == ("", ())
    assert "word" not in {each.kind for each in engine.suggest(text[0], 5)}


@pytest.mark.parametrize("apostrophe", "'’‘ʼ´`")
def test_apostrophes_and_elided_articles_are_seen_through(
    engine_of: Callable[[Iterable[Article]], SearchEngine], apostrophe: str
) -> None:
    """A name is suggested by each of its words, with any apostrophe or none."""
    engine = engine_of(
        [
            article(1, title="Snow", regions=("Val d’Aosta",), authors=("Kate O’Brien",)),
            article(2, title="All’Aquila si ricostruisce", language="it"),
            article(3, title="Reports", themes=("Gaza’s coast", "Guinea-Bissau")),
        ]
    )

    def suggested(typed: str) -> list[str]:
        return [each.text for each in engine.suggest(typed.replace("'", apostrophe), 9)]

    for typed in ("aost", "d'ao", "val d'ao", "Val D'AOSTA", "daosta"):
        assert "Val d’Aosta" in suggested(typed)
    for typed in ("o'br", "obr", "brien", "kate o'b"):
        assert "Kate O’Brien" in suggested(typed)
    assert "Gaza’s coast" in suggested("gaza's")
    assert suggested("s c") == []
    assert "Guinea-Bissau" in suggested("guinea bi")
    page = engine.search(SearchQuery(text=f"all{apostrophe}aqiula"))
    assert (fold(page.corrected), page.total) == ("all'aquila", 1)
    assert engine.search(SearchQuery(text="obrein")).total == 1


def test_the_plural_of_an_initialism_may_be_in_capitals(
    engine_of: Callable[[Iterable[Article]], SearchEngine],
) -> None:
    """In capitals, a plural cannot be told from another initialism, unless that is unknown."""
    engine = engine_of(
        [article(1, title="An MP and an NGO"), article(2, title="GPS"), article(3, title="GP")]
    )
    for typed, meant in (("MPS", "MP"), ("NGOS", "NGO")):
        page = engine.search(SearchQuery(text=typed))
        assert (page.corrected, page.total) == (meant, 1)
    assert [hit.article.id for hit in engine.search(SearchQuery(text="GPS")).hits] == ["a2"]


def test_every_engine_chooses_from_all_words_of_the_articles(
    engine_of: Callable[[Iterable[Article]], SearchEngine],
) -> None:
    """Engines count their words in different ways, and offer the same corrections."""
    letters = random.Random(4)
    words = ["".join(letters.choices("aeklnrst", k=letters.randrange(5, 9))) for _ in range(120)]
    texts = [" ".join(letters.choices(words, k=30)) for _ in range(40)]
    engine = engine_of([article(n, title="-", body=text) for n, text in enumerate(texts)])
    counts = Counter(word for text in texts for word in set(text.split()))
    speller = Speller(Vocabulary.of(WordList.of(counts, len(texts))), len(texts))
    for word in words[:40]:
        typed = word[0] + word[2:] + "s"
        if not engine.search(SearchQuery(text=typed, as_typed=True)).total:
            offered = [each.text for each in engine.search(SearchQuery(text=typed)).corrections]
            expected = [candidate.text for candidate in speller.corrections(typed, 0)]
            assert offered[: len(expected)] == expected


@pytest.fixture(scope="module")
def small_archive(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """Give an archive with words of many scripts; spelling does not depend on the engine."""
    store = on_tantivy(tmp_path_factory.mktemp("scripts"))(Tuning())
    texts = [
        *(script.text for script in SCRIPTS),
        "harbour o’brien MP and l’école",
        "東京タワー รัฐบาล",
    ]
    build(store, [article(n, title=text) for n, text in enumerate(texts)])
    return store.current()


TYPED = st.text(max_size=30) | st.lists(
    st.sampled_from([typed for script in SCRIPTS for typed in (script.slip, script.beginning)])
    | st.text(alphabet="harbou ’'-\"()*:~ORANDTé\u0301ि်가ㄹが東ไทย٣½&", max_size=6)
    | st.sampled_from(["MPS", "OR", "NOT", "title:", "d’ecloe", "harbr", "-", '"']),
    max_size=8,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(text=TYPED)
def test_any_text_is_rewritten(small_archive: SearchEngine, text: str) -> None:
    """Nothing raises, and what was understood is the same query."""
    rewritten = small_archive.understand(SearchQuery(text=text))
    assert parse(rewritten.query_string) == rewritten.tree
    for other in rewritten.suggested_texts:
        assert len(other) <= MAX_TEXT_LENGTH
    small_archive.suggest(text, 5)
