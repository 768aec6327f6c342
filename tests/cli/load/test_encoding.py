"""Encodings of pages and XML."""

import json
from pathlib import Path

import pytest

from indexer.formats.text.encoding import decode_page, in_utf_8
from indexer.formats.text.encoding_labels import codec_of
from tests.support.cli import Cli

TEXTS = {
    "ru": "Четыре лебедя поселились в сухом доке за пивоварней, и капитан порта считает их каждое утро.",
    "uk": "Чотири лебеді оселилися в сухому доці за броварнею, і капітан порту щоранку їх рахує.",
    "el": "Τέσσερις κύκνοι εγκαταστάθηκαν στη δεξαμενή πίσω από το ζυθοποιείο και ο λιμενάρχης τους μετρά.",
    "he": "ארבעה ברבורים עברו למבדוק היבש מאחורי המבשלה, ומנהל הנמל סופר אותם בכל בוקר.",
    "ar": "انتقلت أربع بجعات إلى الحوض الجاف خلف المصنع، ويعدها مدير الميناء كل صباح.",
    "tr": "Dört kuğu bira fabrikasının arkasındaki kuru havuza yerleşti; liman müdürü onları her sabah sayıyor.",
    "pl": "Cztery łabędzie zamieszkały w suchym doku za browarem, a kapitan portu liczy je każdego ranka.",
    "cs": "Čtyři labutě se usadily v suchém doku za pivovarem a přístavní mistr je počítá každé ráno.",
    "fr": "Quatre cygnes se sont installés derrière la brasserie ; le maître du port les compte à chaque réveil, même l'été.",
    "th": "หงส์สี่ตัวย้ายเข้ามาอยู่ในอู่แห้งหลังโรงเบียร์ และนายท่าเรือนับพวกมันทุกเช้า",
    "ja": "四羽の白鳥が醸造所の裏の乾ドックに住みつき、港長は毎朝それを数えている。",
    "zh-CN": "四只天鹅住进了啤酒厂后面的干船坞，港务长每天早上都数一数。",
    "zh-TW": "四隻天鵝住進了啤酒廠後面的乾船塢，港務長每天早上都數一數。",
    "ko": "백조 네 마리가 양조장 뒤의 마른 독에 자리를 잡았고 항만장은 매일 아침 그 수를 센다.",
}
UNDECLARED = [
    ("ru", "cp1251"), ("ru", "koi8-r"), ("ru", "iso8859-5"), ("ru", "mac-cyrillic"), ("uk", "koi8-u"), ("el", "cp1253"), ("he", "cp1255"),
    ("ar", "cp1256"), ("tr", "cp1254"), ("pl", "cp1250"), ("pl", "iso8859-2"), ("cs", "cp1250"), ("fr", "cp1252"), ("th", "cp874"),
    ("ja", "cp932"), ("ja", "euc_jp"), ("ja", "iso2022_jp"), ("zh-CN", "gb18030"), ("zh-TW", "big5hkscs"), ("ko", "cp949"),
]  # fmt: skip
LABELS = {
    "cp1251": "windows-1251 x-cp1251 cp-1251 win1251 windows1251 Windows_1251",
    "utf-8": "UTF-8 utf8 utf_8 x-utf8 utf-16",
    "cp1252": "iso-8859-1 latin1 us-ascii ansi windows-1252",
    "iso8859-15": "iso8859_15 latin-9",
    "koi8-r": "koi8r koi8_r koi",
    "cp932": "x-sjis shift-jis windows-31j ms932 sjis",
    "euc_jp": "x-euc-jp eucjp",
    "iso2022_jp": "iso-2022-jp csiso2022jp",
    "gb18030": "gb2312 gbk x-gbk gb_2312-80 cp936",
    "hz": "hz-gb-2312",
    "big5hkscs": "big5 big5-hkscs x-x-big5",
    "cp949": "euc-kr ks_c_5601-1987 windows-949 euckr",
    "iso8859-8": "iso-8859-8-i logical visual",
    "mac-cyrillic": "x-mac-cyrillic",
    "cp874": "windows-874 tis-620 iso-8859-11",
    "": "none x-user-defined binary rot13",
}


def page(language: str, text: str, head: str = "") -> str:
    lang = f' lang="{language}"' if language else ""
    return f"<!doctype html><html{lang}><head>{head}<title>{text[:12]}</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(("codec", "labels"), LABELS.items())
def test_an_encoding_is_known_by_all_its_names(codec: str, labels: str) -> None:
    """Labels of WHATWG and common misspellings are known; unknown labels are not."""
    assert {label: codec_of(label) for label in labels.split()} == dict.fromkeys(
        labels.split(), codec
    )


@pytest.mark.parametrize("language", ["its own", "", "en"])
@pytest.mark.parametrize(("spoken", "codec"), UNDECLARED)
def test_an_undeclared_encoding_is_detected(spoken: str, codec: str, language: str) -> None:
    """The encoding of a short page is detected with the right language hint, none, or a wrong one."""
    text = page(spoken if language == "its own" else language, TEXTS[spoken])
    assert decode_page(text.encode(codec)).text == text


@pytest.mark.parametrize(("spoken", "codec"), UNDECLARED)
def test_a_late_declaration_counts(spoken: str, codec: str) -> None:
    """A declaration after a long comment counts; one in a comment or a script does not."""
    head = f"<!-- {'x' * 9_000} <meta charset=koi8-u> --><script>'<meta charset=cp866>'</script><meta content='text/html; charset={codec}'>"
    text = page("", TEXTS[spoken], head)
    decoded = decode_page(text.encode(codec))
    assert (decoded.text, decoded.encoding) == (text, f"{codec}, declared in <meta>")


def test_the_reason_is_shown() -> None:
    """An admin can see the assumed encoding and the reason for it."""
    text = page("ja", TEXTS["ja"])
    assert decode_page(text.encode("cp932")).encoding == 'Shift_JIS, detected (lang="ja")'
    assert decode_page(text.encode()).encoding == "utf-8, since its bytes are"
    assert decode_page(text.encode("utf-8-sig")).encoding == "utf-8, by its byte order mark"
    assert decode_page(text.encode("utf-16-le")) == (text, "utf-16-le, by its zero bytes")
    wrong = page("ru", TEXTS["ru"], "<meta charset=utf-8>").encode("cp1251")
    assert (
        decode_page(wrong).encoding == 'windows-1251, detected (lang="ru"); <meta> declares utf-8'
    )
    xhtml = f'<?xml version="1.0" encoding="koi8-r"?>{page("", TEXTS["ru"])}'.encode("koi8-r")
    assert decode_page(xhtml).encoding == "koi8-r, declared in the XML declaration"


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    """A UTF-8 page with one byte of Windows-1252 keeps all its other characters."""
    raw = page("fr", TEXTS["fr"]).encode().replace(b"m\xc3\xaame", b"m\xeame")
    assert decode_page(raw).text == page("fr", TEXTS["fr"])


def test_xml_is_written_in_utf_8() -> None:
    """A feed in any declared encoding, or without one, is read like one in UTF-8."""
    text = f'<?xml version="1.0" encoding="ENCODING"?><rss><title>{TEXTS["ru"]}</title></rss>'
    for label, codec in (
        ("win-1251", "cp1251"),
        ("koi8r", "koi8-r"),
        ("utf8", "utf-8"),
        ("utf-8", "cp1251"),
    ):
        assert TEXTS["ru"] in in_utf_8(text.replace("ENCODING", label).encode(codec)).decode()
    declared = text.replace("ENCODING", "UTF-8").encode()
    assert in_utf_8(declared) is declared


def test_read_shows_the_encoding(cli: Cli, tmp_path: Path) -> None:
    """`dateline read` shows the encoding as a row, and as a key in JSON."""
    text = page("ru", TEXTS["ru"], '<meta property="article:published_time" content="2014-05-16">')
    (tmp_path / "old.html").write_bytes(text.encode("cp1251"))
    assert "windows-1251, detected" in " ".join(cli("read", "old.html").stdout.split())
    assert (
        json.loads(cli("read", "old.html", "--json").stdout)["encoding"]
        == 'windows-1251, detected (lang="ru")'
    )
