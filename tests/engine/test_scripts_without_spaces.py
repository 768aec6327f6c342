"""Words within runs of scripts without spaces, and Korean nouns under particles, on every engine."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import pytest

from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.query import Match, SearchQuery
from search.model.results import SearchPage
from tests.support.articles import article

EngineOf = Callable[[Iterable[Article]], SearchEngine]


class Script(NamedTuple):
    """Titles by id in one language, and what each query finds in them."""

    language: str
    titles: Mapping[str, str]
    found: Mapping[str, str]
    """The ids that a query finds, in the order of the alphabet, separated by spaces."""
    marked: Mapping[str, str] = {}
    """The title of a hit with its marks, by query."""
    absent: tuple[str, ...] = ()
    """Words that no title has, made of signs that titles have."""


SCRIPTS = {
    "Korean": Script(
        "ko",
        {
            "bri": "한강다리에서 버스가 멈췄다",
            "min": "환경부장관은 강원도지사와 만났다",
            "vot": "선거의 결과를 야당들이 받아들였다",
            "shi": "배가 여수항으로 돌아왔다",
            "mix": "UN이 2023년에 K푸드를 조사했다",
        },
        {
            "다리": "bri",
            "한강": "bri",
            "버스": "bri",
            "장관": "min",
            "환경부": "min",
            "선거": "vot",
            "결과": "vot",
            "야당": "vot",
            "배": "shi",
            "UN": "mix",
            "2023": "mix",
            "2023년": "mix",
            "K푸드": "mix",
            "조사": "mix",
            # Typed with another particle, or in another form.
            "선거는": "vot",
            "버스를": "bri",
            "장관이": "min",
            "UN은": "mix",
            "조사하는": "mix",
            '"선거의 결과를"': "vot",
        },
        {
            "버스": "한강다리에서 <mark>버스</mark>가 멈췄다",
            "다리": "한강<mark>다리</mark>에서 버스가 멈췄다",
            "결과": "선거의 <mark>결과</mark>를 야당들이 받아들였다",
            "2023": "UN이 <mark>2023</mark>년에 K푸드를 조사했다",
            "조사": "UN이 2023년에 K푸드를 <mark>조사</mark>했다",
        },
        ("강다", "장관은행", "배우", "거의", "경부장", "광주"),
    ),
    "Thai": Script(
        "th",
        {
            "riv": "เรือข้ามฟากจมในแม่น้ำโขงเมื่อคืน",
            "sch": "นักเรียนกลับห้องเรียนวันแรก",
            "num": "งบประมาณปี ๒๕๖๗ ผ่านสภา",
        },
        {
            "เรือ": "riv",
            "แม่น้ำ": "riv",
            "แม่น้ํา": "riv",
            "แม่น้ำโขง": "riv",
            "นักเรียน": "sch",
            "ห้องเรียน": "sch",
            "2567": "num",
            "๒๕๖๗": "num",
            "งบประมาณ": "num",
            '"ปี 2567"': "num",
        },
        {
            "แม่น้ำ": "เรือข้ามฟากจมใน<mark>แม่น้ำ</mark>โขงเมื่อคืน",
            "2567": "งบประมาณปี <mark>๒๕๖๗</mark> ผ่านสภา",
        },
        ("รถไฟ", "ตลาด", "เรียนรู้"),
    ),
    "Lao": Script(
        "lo",
        {"mkt": "ຕະຫຼາດເຊົ້າເປີດຄືນໃໝ່", "rai": "ຝົນຕົກໜັກຢູ່ປາກເຊ"},
        {"ຕະຫຼາດ": "mkt", "ເປີດ": "mkt", "ຝົນ": "rai", "ປາກເຊ": "rai"},
        {"ປາກເຊ": "ຝົນຕົກໜັກຢູ່<mark>ປາກເຊ</mark>"},
        ("ໂຮງຮຽນ",),
    ),
    "Khmer": Script(
        "km",
        {"sch": "សាលារៀនបិទដោយសារទឹកជំនន់", "ric": "តម្លៃអង្ករឡើងថ្លៃ"},
        {"សាលារៀន": "sch", "ទឹកជំនន់": "sch", "អង្ករ": "ric"},
        {"អង្ករ": "តម្លៃ<mark>អង្ករ</mark>ឡើងថ្លៃ"},
        ("ផ្សារ",),
    ),
    "Burmese": Script(
        "my",
        {"brd": "မန္တလေးတံတားပြိုကျသည်", "ele": "ရွေးကောက်ပွဲရလဒ်ကိုကြေညာသည်"},
        {"မန္တလေး": "brd", "တံတား": "brd", "ရွေးကောက်ပွဲ": "ele", "ရလဒ်": "ele"},
        {"တံတား": "မန္တလေး<mark>တံတား</mark>ပြိုကျသည်"},
        ("ကျောင်း",),
    ),
    "Chinese": Script(
        "zh",
        {
            "brd": "武汉长江大桥恢复通车",
            "vac": "首批COVID疫苗运抵成都",
            "zws": "杭州\u200b湿地公园\u200b开放",
            "lib": "图书馆藏书十万册",
        },
        {
            "大桥": "brd",
            "长江大桥": "brd",
            "疫苗": "vac",
            "COVID": "vac",
            "COVID疫苗": "vac",
            "covid疫苗": "vac",
            "公园": "zws",
            "湿地公园开放": "zws",
            "湿地\u200b公园": "zws",
            "图书馆": "lib",
        },
        {
            "长江大桥": "武汉<mark>长江大桥</mark>恢复通车",
            "疫苗": "首批COVID<mark>疫苗</mark>运抵成都",
        },
        ("江桥", "成武", "书馆藏馆"),
    ),
    "Japanese": Script(
        "ja",
        {
            "trn": "札幌で地下鉄が運休した",
            "pho": "iPhone用の新しい充電器",
            "hlf": "ｶﾞｿﾘﾝ価格が上昇",
            "snk": "コーヒー豆の輸入が減る",
        },
        {
            "地下鉄": "trn",
            "札幌": "trn",
            "iPhone": "pho",
            "iPhone用": "pho",
            "充電器": "pho",
            "ガソリン": "hlf",
            "ｶﾞｿﾘﾝ": "hlf",
            "ガソリン価格": "hlf",
            "コーヒー": "snk",
            "ｺｰﾋｰ": "snk",
        },
        {
            "地下鉄": "札幌で<mark>地下鉄</mark>が運休した",
            "ガソリン": "<mark>ｶﾞｿﾘﾝ</mark>価格が上昇",
            "iPhone": "<mark>iPhone</mark>用の新しい充電器",
        },
        ("下札", "カソリン", "電器新"),
    ),
}


def _engine(script: Script, engine_of: EngineOf) -> SearchEngine:
    return engine_of(
        article(id=key, title=title, language=script.language)
        for key, title in script.titles.items()
    )


def _ids(page: SearchPage) -> str:
    return " ".join(sorted(hit.article.id for hit in page.hits))


@pytest.mark.parametrize("name", SCRIPTS)
def test_words_within_runs_are_found_and_marked(name: str, engine_of: EngineOf) -> None:
    """A word is found without spaces around it, and only the word is marked."""
    script = SCRIPTS[name]
    engine = _engine(script, engine_of)
    pages = {text: engine.search(SearchQuery(text=text)) for text in script.found}
    assert {text: _ids(page) for text, page in pages.items()} == script.found
    for text, title in script.marked.items():
        assert title in {hit.highlights.title for hit in pages[text].hits}, text


@pytest.mark.parametrize("name", SCRIPTS)
def test_words_that_are_not_there_are_not_found(name: str, engine_of: EngineOf) -> None:
    """Signs that are apart, or the end of one word and the beginning of another, are no word."""
    script = SCRIPTS[name]
    engine = _engine(script, engine_of)
    queries = [
        SearchQuery(text=text, match=Match.ALL, as_typed=True)
        for text in (*script.absent, *(f"{text} zzz" for text in script.found))
    ]
    found = zip(queries, engine.counts(queries), strict=True)
    assert [query.text for query, count in found if count] == []


LONG = [
    # Whole, then half of the pairs or more; the last two have fewer.
    ("zh", "南京博物馆展览", ["南京博物馆展览开幕", "南京市举办博物馆之夜和展览", "苏州展览中心"]),
    ("ja", "横浜花火大会", ["横浜花火大会が中止", "横浜で花火と市民大会", "神戸の大会"]),
    ("ko", "여수해양축제개막식", ["여수해양축제개막식 연기", "여수 해양 축제가 개막", "축제"]),
]


@pytest.mark.parametrize(("language", "text", "titles"), LONG)
def test_long_texts_are_loosened_by_pairs(
    language: str, text: str, titles: list[str], engine_of: EngineOf
) -> None:
    """If nothing has a long run, a third of its pairs of signs is enough; that is shown."""
    whole, apart, other = titles
    engine = engine_of(
        [
            article(id="apart", title=apart, language=language),
            article(id="other", title=other, language=language),
        ]
    )
    page = engine.search(SearchQuery(text=text))
    assert _ids(page) == "apart"
    assert page.relaxed
    strict = SearchQuery(text=text, match=Match.ALL)
    assert engine.count(strict) == 0
    engine = engine_of(
        [
            article(id="apart", title=apart, language=language),
            article(id="whole", title=whole, language=language),
        ]
    )
    page = engine.search(SearchQuery(text=text))
    assert page.hits[0].article.id == "whole"
    assert _ids(engine.search(strict)) == "whole"


@pytest.mark.parametrize("text", ["南京展览", "上海"])
def test_short_texts_are_not_loosened(text: str, engine_of: EngineOf) -> None:
    """Up to four signs are one or two words, which must be there side by side."""
    engine = engine_of([article(title="南京市举办博物馆之夜和展览上的大海", language="zh")])
    assert engine.count(SearchQuery(text=text, as_typed=True)) == 0


@pytest.mark.parametrize("name", SCRIPTS)
def test_several_words_are_found_together(name: str, engine_of: EngineOf) -> None:
    """Two words of one title, separated by a space, find it when all must match."""
    script = SCRIPTS[name]
    engine = _engine(script, engine_of)
    by_id: dict[str, list[str]] = {}
    for text, ids in script.found.items():
        by_id.setdefault(ids, []).append(text)
    pairs = {" ".join(texts[:2]): ids for ids, texts in by_id.items() if len(texts) > 1}
    strict = {
        text: _ids(engine.search(SearchQuery(text=text, match=Match.ALL, as_typed=True)))
        for text in pairs
    }
    assert strict == pairs
