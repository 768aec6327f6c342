"""Encodings of pages and XML: marked, declared or detected, and the conversion to UTF-8."""

import re
from codecs import register_error
from collections.abc import Iterator
from importlib import import_module
from typing import NamedTuple

from indexer.formats.text.encoding_labels import ANY_ENCODING, codec_of, encodings_of, name_of

__all__ = ["Decoded", "decode_html", "decode_page", "in_utf_8"]

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# Beginnings of texts in UTF-16 without a byte order mark.
_WIDE = (
    (re.compile(rb"(?:[\s<]\x00){2}|<\x00[!?a-zA-Z]\x00"), "utf-16-le"),
    (re.compile(rb"\x00<\x00[!?a-zA-Z]"), "utf-16-be"),
)
_CHARSET = re.compile(
    rb"""<meta\b[^>]*?\bcharset\s*=\s*["']?\s*(?P<name>[\w:.+-]{2,40})""", re.IGNORECASE
)
_XML = re.compile(rb"""\s*<\?xml\b[^>]*?\bencoding\s*=\s*["'](?P<name>[A-Za-z][\w.:+-]*)""")
_LANGUAGE = re.compile(
    rb"""<html\b[^>]{0,600}?\slang\s*=\s*["']?\s*(?P<html>[A-Za-z]{2,3}\b[\w-]*)
    | <html\b[^>]{0,600}?\bxml:lang\s*=\s*["']?\s*(?P<xml>[A-Za-z]{2,3}\b[\w-]*)
    | <meta\b[^>]{0,200}?\b(?:content-language
        |og:locale)["']?\s[^>]{0,200}?\bcontent\s*=\s*["']?\s*(?P<meta>[A-Za-z]{2,3}\b[\w-]*)
    | <(?:dc:)?language>\s*(?:<!\[CDATA\[)?\s*(?P<feed>[A-Za-z]{2,3}\b[\w-]*)""",
    re.IGNORECASE | re.VERBOSE,
)
_ENCODING = re.compile(r"""(\s*<\?xml\b[^>]*?)\s+encoding\s*=\s*(["'])[^"']*\2""")
# Software declares these by default, so UTF-8 is tried first.
_OFTEN_UTF_8 = ("", "utf-8", "cp1252", "iso8859-15")
# Comments, scripts and styles are skipped to their end, since they are not the page's own text.
_CLOSED_BY = {b"<!--": b"-->", b"<scr": b"</script", b"<sty": b"</style"}
_SHIFTS = {"iso2022_jp": b"\x1b$", "iso2022_kr": b"\x0e", "hz": b"~{", "utf-7": b"+"}
_ALL_SHIFTS = (b"\x1b$", b"\x0e", b"~{", b"utf-7", b"UTF-7", b"<\x00", b"\x00<")
_DETECTION_BYTES = 200_000
_LANGUAGE_ADVANTAGE = 1.5
_DEFAULT_ADVANTAGE = 1.15
_PLAINER = {"euc_jis_2004": "euc_jp"}
_HEAD_BYTES = 100_000
_MAX_BYTES = 2_000_000
_MAX_BROKEN_SHARE = 0.01
_TEN_TIMES = 10
_NOT_ASCII = bytes(range(128, 256))


class Decoded(NamedTuple):
    """A text, with its assumed encoding and the reason, as `windows-1251, declared in <meta>`."""

    text: str
    encoding: str


def decode_html(raw: bytes) -> str:
    """Decode the bytes of a page."""
    return decode_page(raw).text


def decode_page(raw: bytes) -> Decoded:
    """Decode the bytes of a page, by the first encoding that applies.

    These are tried in order: the byte order mark, UTF-8 if the bytes are valid, the encoding that
    the page declares, and detection.
    """
    if raw.isascii() and not any(shift in raw for shift in _ALL_SHIFTS):
        return Decoded(raw.decode("ascii"), "utf-8, all ASCII")
    if wide := _decode_wide(raw):
        return wide
    label, place = _declared(raw)
    codec = codec_of(label) if label else ""
    if codec in _SHIFTS and _SHIFTS[codec] in raw:
        return Decoded(raw.decode(codec, errors="replace"), f"{label}, declared in {place}")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return _decode_other(raw, label, place)
    if raw.isascii() and b"\x1b$" in raw:
        codec = "iso2022_kr" if b"\x1b$)C" in raw else "iso2022_jp_ext"
        return Decoded(raw.decode(codec, errors="replace"), f"{name_of(codec)}, by its escapes")
    return Decoded(
        text, f"utf-8, declared in {place}" if codec == "utf-8" else "utf-8, since its bytes are"
    )


def _decode_wide(raw: bytes) -> Decoded | None:
    """Decode bytes with a byte order mark, or with two or four bytes per character."""
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            return Decoded(
                raw[len(mark) :].decode(codec, errors="replace"), f"{codec}, by its byte order mark"
            )
    for wide, codec in _WIDE:
        if wide.match(raw):
            return Decoded(raw.decode(codec, errors="replace"), f"{codec}, by its zero bytes")
    return None


def _decode_other(raw: bytes, label: str, place: str) -> Decoded:
    """Decode bytes that are not valid UTF-8, in the declared encoding if it fits."""
    codec = codec_of(label) if label else ""
    if text := _decode_broken_utf_8(raw, 1 if codec in ("", "utf-8") else _TEN_TIMES):
        return Decoded(text, "utf-8 with broken characters")
    if codec and codec != "utf-8" and codec not in _SHIFTS:
        text = raw.decode(codec, errors="replace")
        if text.count("\ufffd") <= _MAX_BROKEN_SHARE * len(text):
            return Decoded(text, f"{label.lower()}, declared in {place}")
    return _detect(raw, f"; {place} declares {label}" if label else "")


def in_utf_8(document: bytes) -> bytes:
    """Convert an XML document to UTF-8 from the encoding that it declares or is in.

    A document in UTF-8 stays as it is.
    """
    if document.startswith(b"\xef\xbb\xbf"):
        return document
    if (document[:1] != b"<" or document[1:2] == b"\x00") and (wide := _decode_wide(document)):
        return _redeclared(wide.text)
    match = _XML.match(document)
    label = match["name"].decode("ascii").lower() if match else ""
    codec = codec_of(label) if label else "utf-8"
    if codec not in _OFTEN_UTF_8:
        return _redeclared(document.decode(codec, errors="replace"))
    if label in ("", "utf-8") and document.isascii():
        return document
    try:
        text = document.decode()
    except UnicodeDecodeError:
        return _redeclared(_decode_other(document, label, "the XML declaration").text)
    return document if label in ("", "utf-8") else _redeclared(text)


def _redeclared(text: str) -> bytes:
    return _ENCODING.sub(r'\1 encoding="UTF-8"', text, count=1).encode("utf-8", "replace")


def _declared(raw: bytes) -> tuple[str, str]:
    """Return the name of the encoding that a page declares, and the place."""
    for start, end in _markup(raw):
        if raw[start : start + 5].lower() == b"<meta" and (match := _CHARSET.match(raw[start:end])):
            return match["name"].decode("ascii", "replace"), "<meta>"
    declaration = _XML.match(raw)
    return (declaration["name"].decode("ascii"), "the XML declaration") if declaration else ("", "")


def _markup(raw: bytes) -> Iterator[tuple[int, int]]:
    """Yield the positions of tags, comments, scripts and styles, in one pass.

    The search ends at one that is not closed.
    """
    end = 0
    while (start := raw.find(b"<", end)) >= 0:
        closing = _CLOSED_BY.get(raw[start : start + 4].lower())
        end = raw.find(closing, start + 4) if closing else start
        end = raw.find(b">", end) + 1 if end >= 0 else 0
        if not end:
            return
        yield start, end


def _words(raw: bytes) -> bytes:
    """Return a page's text without its markup."""
    pieces: list[bytes] = []
    place = 0
    for start, end in _markup(raw):
        pieces.append(raw[place:start])
        place = end
    return b" ".join([*pieces, raw[place:]])


def _detect(raw: bytes, remark: str) -> Decoded:
    """Decode bytes by detection among the encodings of the language that the page declares."""
    match = _LANGUAGE.search(raw, 0, _HEAD_BYTES)
    language = next(filter(None, match.groups())).decode("ascii", "replace") if match else ""
    hint = f' (lang="{language}")' if language else ""
    codec = _detected(raw, language)
    return Decoded(raw.decode(codec, errors="replace"), f"{name_of(codec)}, detected{hint}{remark}")


def _detected(raw: bytes, language: str) -> str:
    """Return the most probable encoding.

    One of the language's encodings is returned unless another is much more probable.
    """
    # Imported here, since few files need it.
    detect_all = import_module("chardet").detect_all
    expected = encodings_of(language)
    text = _words(raw[:_MAX_BYTES])[:_DETECTION_BYTES]
    candidates = detect_all(
        text,
        include_encodings={*ANY_ENCODING, *expected},
        no_match_encoding=expected[0],
        compat_names=False,
        ignore_threshold=True,
    )
    chances = {str(guess["encoding"]): float(guess["confidence"]) for guess in reversed(candidates)}
    best = max(chances, key=chances.__getitem__)
    likely = max(expected, key=lambda name: chances.get(name, 0.0))
    chosen = (
        likely
        if chances.get(likely, 0.0) * (_LANGUAGE_ADVANTAGE if language else _DEFAULT_ADVANTAGE)
        >= chances[best]
        else best
    )
    return _PLAINER.get(chosen) or codec_of(chosen) or expected[0]


def _decode_broken_utf_8(raw: bytes, share: int = 1) -> str:
    """Decode UTF-8 in which some characters are broken.

    The result is "" if more characters are broken than whole, or more than one in `share`.
    """
    text = raw.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = len(text) - broken - len(raw.translate(None, _NOT_ASCII))
    return raw.decode("utf-8", errors=_LENIENT) if whole >= share * broken else ""


def _in_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Decode a single byte among characters in UTF-8 as Windows-1252.

    A character that was cut off is lost.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    cut = error.end - error.start > 1 or error.end == len(error.object)
    return "\ufffd" if cut else error.object[error.start : error.end].decode(
        "cp1252", "replace"
    ), error.end


_LENIENT = "dateline-mend"
register_error(_LENIENT, _in_windows_1252)
