"""Korean: nouns under particles, before verbal endings and in compounds.

`korean_news.txt` has sentences (`number text`) and judged queries (`query = numbers`), judged by
meaning; so does `korean_news_unseen.txt`, which was written after the word lists.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise, product
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.folding import fold
from search.analysis.korean import index_stems, is_korean, query_splits, query_stems
from search.analysis.korean.word_lists import LONGEST_ENDING, PARTICLES
from search.analysis.pieces import MAX_TOKEN_LENGTH

Alternatives = tuple[tuple[str, ...], ...]

# Nouns of every length, many of which end like a particle.
NOUNS = """
논의 회의 지도 사과 아이 나이 전화 거리 고가 문화 인도 이란 대만 국가 결과 효과 도로 철도 속도 정부 사이
서울 부산 도쿄 런던 가나 케냐 이집트 우크라이나 인도네시아 제주도 고속도로 국무회의 민주주의 언니 아들 마을
대통령 국회 위원회 어린이 고양이 전문가 작가 학생 경찰 법원 회사 변화 화재 피해 북한 서해 이름 소리 다리
바이러스 온라인 트럼프 올림픽 월드컵 아버지 에너지 물가 주가 하나 자동차 부동산 배 물 밤 땅 법 말
""".split()
AFTER_ALL = """
의 에 에서 에서는 에서도 에서의 에게 에게서 까지 까지만 까지도 부터 부터는 보다 처럼 만큼 만 만의 도 하고
입니다 들 들은 들이 들에게 들의 마다 조차 마저 밖에 한테 에는 에도 뿐만 대로
""".split()
AFTER_CONSONANT = "이 은 을 과 과의 이나 이라고 이라는 이라도 이다 이었다 이며 이지만 이란".split()
AFTER_VOWEL = "가 는 를 와 와의 나 라고 라는 라도 였다 라며".split()
EURO = "으로 으로는 으로도 으로의 으로부터 으로서".split()
RO = "로 로는 로도 로의 로부터 로서".split()


def _terms(word: str) -> set[str]:
    return {term for _, _, term in index_stems(word)}


def _typed(word: str) -> set[str]:
    return {term for (term,) in query_stems(word)}


def _forms(noun: str) -> list[str]:
    """Return the particles that Korean spelling allows after a noun."""
    final = (ord(noun[-1]) - ord("가")) % 28
    is_rieul = final == 8
    return [
        *AFTER_ALL,
        *(AFTER_CONSONANT if final else AFTER_VOWEL),
        *(EURO if final and not is_rieul else RO),
    ]


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_is_indexed_under_every_particle(noun: str) -> None:
    """Readers type the noun; the text has it with any particle, or several."""
    # `들` alone after one syllable is the stem of verbs such as 힘들다 ("be hard").
    forms = [form for form in _forms(noun) if len(noun) > 1 or form != "들"]
    assert [noun + form for form in forms if noun not in _terms(noun + form)] == []


@pytest.mark.parametrize("noun", [noun for noun in NOUNS if len(noun) > 1])
def test_a_noun_is_found_by_every_form_that_is_typed(noun: str) -> None:
    """A noun that is typed with one particle finds it with another."""
    forms = [form for form in _forms(noun) if not form.startswith("뿐")]
    assert [noun + form for form in forms if noun not in _typed(noun + form)] == []


@pytest.mark.parametrize("noun", [noun for noun in NOUNS if len(noun) == 2])
def test_nouns_that_end_like_a_particle_stay_whole(noun: str) -> None:
    """A conference (회의) is not the sashimi (회) that its first syllable would be."""
    assert index_stems(noun) == ()
    assert query_stems(noun) == ((noun,),)


@pytest.mark.parametrize(
    "noun", "전문가 정치인 외국인 한국인 어린이 고양이 인지도 부동산 잠수함 북한산 올림픽".split()
)
def test_a_typed_noun_keeps_its_last_syllable(noun: str) -> None:
    """Whoever types "expert" or "child" does not mean the shorter word in it."""
    assert query_stems(noun) == ((noun,),)


@pytest.mark.parametrize("word", "배가 배는 배를 배와 배로 배의 배에서 배도 배만 배까지".split())
def test_short_nouns_are_indexed_and_never_typed(word: str) -> None:
    """A ship (배) is found under its particle; what is typed keeps two syllables at least."""
    assert index_stems(word) == ((0, 1, "배"),)
    assert query_stems(word) == ((word,),)


@pytest.mark.parametrize(
    ("word", "noun"),
    [
        *((f"연설{ending}", "연설") for ending in "했다 한다 하는 하고 하며 해서 하기로".split()),
        *((f"연설{ending}", "연설") for ending in "하였다 했던 합니다 하려는".split()),
        *((f"추진{ending}", "추진") for ending in "됐다 된다 되는 되었다 돼 될 되면서".split()),
        ("구속시켰다", "구속"),
        ("해고당한", "해고"),
        ("민주화되고", "민주화"),
    ],
)
def test_verbs_are_indexed_by_their_noun(word: str, noun: str) -> None:
    """하다 and 되다 make verbs of nouns, and readers search for the noun."""
    assert noun in _terms(word)
    assert noun in _typed(word) or word[len(noun) :] in {"돼", "될", "한"}


@pytest.mark.parametrize(
    ("word", "terms"),
    [
        ("대통령은", [(0, 3, "대통령")]),
        ("국회에서도", [(0, 2, "국회")]),
        ("회장들이", [(0, 2, "회장"), (0, 3, "회장들")]),
        ("평화협정을", [(0, 2, "평화"), (0, 4, "평화협정"), (2, 4, "협정")]),
        ("위원회의", [(0, 2, "위원"), (0, 3, "위원회")]),
        ("AI가", [(0, 2, "ai")]),
        ("K팝은", [(0, 2, "k팝")]),
        ("2024년에", [(0, 4, "2024"), (0, 5, "2024년")]),
        ("코로나19로", [(0, 3, "코로나"), (0, 5, "코로나19"), (3, 5, "19")]),
        ("iPhone용", [(0, 6, "iphone")]),
        ("1.5조원을", [(0, 3, "1.5"), (0, 4, "1.5조"), (0, 5, "1.5조원"), (3, 5, "조원")]),
        ("KBS", []),
        ("은", []),
        ("에서", []),
        ("ㅋㅋㅋ", []),
        ("ᄒᆞᆫ글은", []),
        ("東京", []),
        ("", []),
    ],
)
def test_terms_have_exact_spans(word: str, terms: list[tuple[int, int, str]]) -> None:
    """Marks are exactly on the noun, not on its particle."""
    assert sorted(index_stems(fold(word))) == terms


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("서울시청에서", "시청"), ("국제통화기금의", "통화"), ("대학교수들은", "교수"),
        ("기자회견에서", "회견"), ("초등학교와", "학교"), ("신도시를", "도시"), ("경제적으로", "경제"),
        ("남중국해의", "중국"), ("한국대사관으로", "대사관"), ("국가정보원장이", "정보원"),
        ("1000만명이", "1000만"),
    ],
)  # fmt: skip
def test_nouns_in_compounds_are_indexed(word: str, part: str) -> None:
    """Compounds are written without spaces, and each noun in them is found."""
    assert part in _terms(word)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("학교회의에서", "교회"), ("시대전환을", "대전"), ("국회의원이", "회의"), ("대학교수는", "학교"),
        ("위원회의", "회의"), ("국제사회의", "회의"), ("소방관은", "방관"), ("부동산이", "동산"), ("인도네시아의", "인도"),
        ("한국은행의", "국은"), ("대통령실이", "통령"), ("어린이는", "어린"), ("고속도로는", "속도"),
    ],
)  # fmt: skip
def test_words_across_seams_are_not_indexed(word: str, other: str) -> None:
    """The end of one noun and the beginning of the next are not a word."""
    assert other not in _terms(word)


@pytest.mark.parametrize(
    ("word", "split"),
    [
        ("기후변화", ("기후", "변화")), ("대통령선거를", ("대통령", "선거")),
        ("국제통화기금", ("국제", "통화", "기금")), ("FBI국장", ("fbi", "국장")),
    ],
)  # fmt: skip
def test_typed_compounds_split(word: str, split: tuple[str, ...]) -> None:
    """A compound that is not found whole is found where it is written with spaces."""
    assert split in query_splits(fold(word))


@pytest.mark.parametrize("word", ["논의", "대통령", "인도네시아", "국회에서도", "abc", "東京都庁"])
def test_words_that_are_no_compounds_do_not_split(word: str) -> None:
    """Nothing is loosened that is not made of two words."""
    assert query_splits(word) == ()


HANGUL = st.characters(min_codepoint=ord("가"), max_codepoint=ord("힣"))
ENDINGS = st.sampled_from(sorted(PARTICLES))


@example("가나다라마" * 20)
@example("하되했됐한된" * 16)
@example("a1가" * 33)
@given(
    st.text(max_size=200)
    | st.text(HANGUL, max_size=120)
    | st.lists(ENDINGS, max_size=30).map("".join)
    | st.text("한국은는이가들ab1ㅋᄒᆞ'·'", max_size=60)
)
def test_any_word_has_few_terms(text: str) -> None:
    """Text of any script and length is analysed without an error and at a bounded cost."""
    word = fold(text)[:MAX_TOKEN_LENGTH]
    terms = index_stems(word)
    assert len(terms) <= 2 * MAX_TOKEN_LENGTH
    assert len(set(terms)) == len(terms)
    for start, end, term in terms:
        assert term == word[start:end]
        assert 0 <= start < end <= len(word)
        assert term != word
    assert is_korean(word) or not terms
    assert query_stems(word)[0] == (word,)
    assert len(query_stems(word)) <= LONGEST_ENDING + 2
    assert len(query_splits(word)) <= 8
    for terms_of_split in query_splits(word):
        assert word.startswith("".join(terms_of_split))


class _Judged(NamedTuple):
    texts: dict[int, list[str]]
    queries: list[tuple[str, set[int]]]


@pytest.fixture(params=["korean_news.txt", "korean_news_unseen.txt"])
def judged(request: pytest.FixtureRequest) -> _Judged:
    """Give sentences as folded words by number, and queries with the numbers they should find."""
    texts: dict[int, list[str]] = {}
    queries: list[tuple[str, set[int]]] = []
    path = Path(__file__).with_name(request.param)
    for line in filter(None, path.read_text("utf-8").splitlines()):
        query, is_judgement, numbers = line.partition("=")
        if is_judgement:
            queries.append((query.strip(), set(map(int, numbers.split()))))
        else:
            number, _, text = line.partition(" ")
            texts[int(number)] = re.findall(r"\w+", fold(text))
    return _Judged(texts, queries)


class _Quality(NamedTuple):
    precision: float
    recall: float
    added_terms: float


def _quality(
    judged: _Judged,
    indexed: Callable[[str], set[str]],
    typed: Callable[[str], Alternatives],
) -> _Quality:
    index = {
        number: {term for word in words for term in (word, *indexed(word))}
        for number, words in judged.texts.items()
    }
    right = found = wanted = 0
    for query, relevant in judged.queries:
        hits = {
            number
            for number, terms in index.items()
            if any(terms.issuperset(alternative) for alternative in typed(query))
        }
        right += len(hits & relevant)
        found += len(hits)
        wanted += len(relevant)
    words = [word for words in judged.texts.values() for word in words]
    added = sum(len(indexed(word)) for word in words)
    return _Quality(right / found, right / wanted, added / len(words))


def _pairs(word: str) -> set[str]:
    return {first + second for first, second in pairwise(word)} - {word}


def test_nouns_are_found_better_than_by_pairs(judged: _Judged) -> None:
    """Of two ways to find nouns, ours is more exact, more complete and half as large."""
    ours = _quality(judged, _terms, query_stems)
    pairs = _quality(judged, _pairs, lambda word: ((word,), tuple(sorted(_pairs(word))) or (word,)))
    assert ours.precision > 0.98
    assert ours.recall > 0.98
    assert pairs.precision < 0.97
    assert pairs.recall < 0.9
    assert ours.added_terms < 0.8 * pairs.added_terms


def _all_pairs(words: list[str]) -> Iterator[str]:
    yield from (one + other for one, other in product(words, repeat=2))


def test_both_nouns_of_two_are_found() -> None:
    """Two nouns of two syllables may be written as one word, under a particle as well."""
    nouns = (
        "국제 경제 기후 변화 환경 정책 대학 교육 시민 운동 공항 여행 법원 판결 병원 의료".split()
    )
    for noun in _all_pairs(nouns):
        for form in _forms(noun):
            assert {noun[:2], noun[2:]} <= _terms(noun + form), noun + form
