"""Names of encodings in files, and the usual encodings of each language."""

import codecs
import re

import webencodings

__all__ = ["ANY_ENCODING", "codec_of", "encodings_of", "name_of"]

# Python's codecs of these names lack characters that browsers read under them (WHATWG Encoding,
# "Names and labels").
_WIDER = {
    "gbk": "gb18030", "gb2312": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932",
    "big5": "big5hkscs", "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254",
    "iso8859-11": "cp874", "tis-620": "cp874",
}  # fmt: skip
_PYTHON_NAMES = {
    "iso-8859-8-i": "iso8859-8", "x-mac-cyrillic": "mac-cyrillic", "macintosh": "mac-roman",
    "windows-874": "cp874",
}  # fmt: skip
_KNOWN_NAMES = {
    "cp932": "Shift_JIS", "euc_jp": "EUC-JP", "cp949": "EUC-KR", "gb18030": "GB18030",
    "big5hkscs": "Big5", "cp874": "windows-874", "iso2022_jp_ext": "ISO-2022-JP",
    "iso2022_kr": "ISO-2022-KR",
} | {f"iso8859-{part}": f"ISO-8859-{part}" for part in range(1, 17)}  # fmt: skip
# Names found in files that WHATWG's table lacks; Python knows many others.
_COMMON_MISTAKES = {
    "ansi": "cp1252", "win": "cp1251", "unicode": "utf-8", "utf": "utf-8", "koi8": "koi8-r",
    "xansi": "cp1252", "latin9": "iso8859-15", "sjis": "cp932", "jis": "iso2022_jp",
    "shiftjis": "cp932", "eucjp": "euc_jp", "euckr": "cp949", "mac": "mac-roman",
    "xmacce": "mac-latin2", "big5hkscs": "big5hkscs", "hzgb2312": "hz", "iso2022kr": "iso2022_kr",
    "iso2022jp": "iso2022_jp", "utf7": "utf-7", "unicode11utf7": "utf-7", "tis620": "cp874",
    "xutf8": "utf-8", "utf8mb4": "utf-8", "dos866": "cp866",
}  # fmt: skip
_SIGNS = re.compile(r"[^a-z0-9]+")
# `win1251`, `cp-1251`, `windows1251`, `xcp1251`, `microsoft1251`.
_CODE_PAGE = re.compile(
    r"(?:x|ms|ansi|microsoft)?(?:cp|win|windows|codepage|dos|ibm)?(125\d|874|932|936|949|950|866)"
)
_PAGES = {"932": "cp932", "936": "gb18030", "949": "cp949", "950": "big5hkscs"}
_LETTERS_THEN_REST = re.compile(r"^(koi8|shift|big5)(.+)$")
_ISO = re.compile(r"(?:x?iso)?8859(\d{1,2})(?:i|e)?")
_ISO_PARTS = {"1": "cp1252", "9": "cp1254", "11": "cp874"}
# Python's own codecs that no file uses.
_NO_ENCODINGS = frozenset(
    ["idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-16", "utf-32", "utf-8-sig"]
)

_CYRILLIC = ("cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866", "mac-cyrillic")
_CENTRAL = ("cp1250", "iso8859-2", "mac-latin2", "cp852")
_WESTERN = ("cp1252", "iso8859-15", "mac-roman")
_BALTIC = ("cp1257", "iso8859-13", "iso8859-4")
_BY_LANGUAGE = {
    **dict.fromkeys(("ru", "uk", "bg", "be", "mk", "kk", "ky", "tg", "mn", "tt", "ab"), _CYRILLIC),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr", "bs", "sq"), _CENTRAL),
    **dict.fromkeys(("lt", "lv", "et"), _BALTIC),
    **dict.fromkeys(
        ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "nn", "no", "fi", "is", "ca",
        "gl", "eu", "ga", "id", "ms", "af"),
        _WESTERN,
    ),
    **dict.fromkeys(("tr", "az"), ("cp1254", "mac-turkish")),
    **dict.fromkeys(("ar", "fa", "ur", "ps"), ("cp1256", "iso8859-6")),
    **dict.fromkeys(("he", "iw", "yi"), ("cp1255", "iso8859-8")),
    "sr": (*_CYRILLIC, *_CENTRAL),
    "ro": (*_CENTRAL, "iso8859-16"),
    "el": ("cp1253", "iso8859-7", "mac-greek"),
    "th": ("cp874",),
    "vi": ("cp1258",),
    "ja": ("cp932", "euc_jis_2004"),
    "zh": ("gb18030", "big5hkscs"),
    "ko": ("cp949", "johab"),
}  # fmt: skip
ANY_ENCODING = (
    "cp1252", "iso8859-15", "mac-roman", "cp1250", "iso8859-2", "cp1251", "koi8-r", "koi8-u",
    "iso8859-5", "cp866", "mac-cyrillic", "cp1253", "iso8859-7", "cp1254", "cp1255", "iso8859-8",
    "cp1256", "iso8859-6", "cp1257", "iso8859-13", "cp874", "cp932", "euc_jis_2004", "gb18030",
    "big5hkscs", "cp949",
)  # fmt: skip
"""Candidates for pages that declare no encoding."""


def codec_of(label: str) -> str:
    """Return the Python codec of a declared encoding; "" if it is unknown.

    WHATWG's table is used first, then a table of common mistakes.
    """
    label = label.strip().lower()
    known = webencodings.lookup(label)
    name = known.name if known else ""
    if name.startswith("utf-16"):
        # A declaration of UTF-16 that can be read as ASCII is wrong.
        return "utf-8"
    if name and name != "replacement":
        return _codec(_PYTHON_NAMES.get(name, name))
    bare = _SIGNS.sub("", label)
    if codec := _COMMON_MISTAKES.get(bare):
        return codec
    if match := _CODE_PAGE.fullmatch(bare):
        return _PAGES.get(match[1], f"cp{match[1]}")
    if match := _ISO.fullmatch(bare):
        return _codec(_ISO_PARTS.get(match[1], f"iso8859-{match[1]}"))
    # `utf8`, `koi8r`, `gb2312`, without or with other signs.
    known = webencodings.lookup(bare) or webencodings.lookup(_LETTERS_THEN_REST.sub(r"\1-\2", bare))
    return _codec(known.name) if known and known.name != "replacement" else _codec(label)


def encodings_of(language: str) -> tuple[str, ...]:
    """Return the encodings of a language's texts, the most frequent first.

    An unknown language has those of Western Europe.
    """
    first = language.lower().replace("_", "-").partition("-")[0]
    if first == "zh" and language.lower().endswith(("tw", "hk", "mo", "hant")):
        return ("big5hkscs", "gb18030")
    return _BY_LANGUAGE.get(first, _WESTERN)


def name_of(codec: str) -> str:
    """Return the familiar name of a codec, such as `windows-1251`."""
    return _KNOWN_NAMES.get(codec) or (
        f"windows-{codec[2:]}" if codec.startswith("cp125") else codec
    )


def _codec(name: str) -> str:
    try:
        codec = codecs.lookup(name)
        "".encode(name)
    except (LookupError, UnicodeError, ValueError, TypeError):
        return ""
    return "utf-8" if codec.name in _NO_ENCODINGS else _WIDER.get(codec.name, codec.name)
