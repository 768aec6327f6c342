"""Derive an article's language from its script if its source names none.

The language of the setting is not assumed for a text in another script.
"""

import re
import unicodedata
from collections import Counter

from indexer.formats.record.parsed_record import ParsedRecord

__all__ = ["language_by_script", "put_language_by_script"]

_SAMPLE_LENGTH = 3000
_MIN_SHARE = 0.5
"""Share of a text's letters that must be of one script."""
_UNKNOWN = "und"
"""The tag of an undetermined language."""
_LANGUAGE_OF_SCRIPT = {
    "HANGUL": "ko", "HEBREW": "he", "THAI": "th", "GREEK": "el", "ARMENIAN": "hy", "GEORGIAN": "ka",
    "TAMIL": "ta", "TELUGU": "te", "KANNADA": "kn", "MALAYALAM": "ml", "GUJARATI": "gu",
    "GURMUKHI": "pa", "ORIYA": "or", "SINHALA": "si", "KHMER": "km", "LAO": "lo", "MYANMAR": "my",
    "TIBETAN": "bo", "THAANA": "dv", "ETHIOPIC": "am", "BENGALI": "bn",
}  # fmt: skip
_LANGUAGES_OF_SCRIPT = {
    "ARABIC": "ar fa ur ps ckb ku ug sd ks pnb prs az ms",
    "CYRILLIC": "ru uk be bg sr mk bs kk ky mn tg tt uz ba cv ab os ce", "CJK": "zh ja ko yue",
    "DEVANAGARI": "hi mr ne sa mai kok bho", "HEBREW": "he yi", "ETHIOPIC": "am ti",
    "BENGALI": "bn as", "TIBETAN": "bo dz", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja",
}  # fmt: skip
_KANA = ("HIRAGANA", "KATAKANA")
# Letters that only some languages of a script have.
_URDU = re.compile(r"[ٹڈڑںےھ]")
_PASHTO = re.compile(r"[ټډړښځڅږ]")
_KURDISH = re.compile(r"[ێۆڵڕ]")
_PERSIAN = re.compile(r"[پچژگ]")
_UKRAINIAN = re.compile(r"[іїєґІЇЄҐ]")
_BELARUSIAN = re.compile(r"[ўЎ]")
_SERBIAN = re.compile(r"[ђћЂЋ]")
_MACEDONIAN = re.compile(r"[ѓќѕЃЌЅ]")
_RUSSIAN = re.compile(r"[ыэёЫЭЁ]")
_OTHER_CYRILLIC = re.compile(r"[ӘәҒғҚқҢңӨөҰұҮүҺһҖҗӢӣӮӯҲҳҶҷӐӑӖӗҪҫ]")


def put_language_by_script(parsed: ParsedRecord, setting: str) -> None:
    """Put the language of title and body by their script, unless the source names one.

    If the setting's language is written in that script, nothing is put.
    """
    if "language" in parsed.record:
        return
    text = f"{parsed.record.get('title', '')} {str(parsed.record.get('body', ''))[:_SAMPLE_LENGTH]}"
    if not text.isascii():
        parsed.put("language", language_by_script(text, setting), "script of the text")


def language_by_script(text: str, setting: str) -> str:
    """Return the language of a text by its script.

    The result is `und` if several languages are written in the script, and "" if the setting's
    language may be right.
    """
    letters = Counter(
        script
        for letter in text[:_SAMPLE_LENGTH]
        if letter > "\u036f" and (script := _script(letter))
    )
    if not letters:
        return ""
    script, number = letters.most_common(1)[0]
    if any(letters[kana] for kana in _KANA) and script in ("CJK", *_KANA):
        # Kanji occur together with kana only in Japanese.
        script, number = "HIRAGANA", sum(letters[name] for name in ("CJK", *_KANA))
    if number < _MIN_SHARE * sum(map(str.isalpha, text[:_SAMPLE_LENGTH])):
        return ""
    if (
        setting.partition("-")[0]
        in _LANGUAGES_OF_SCRIPT.get(script, _LANGUAGE_OF_SCRIPT.get(script, "")).split()
    ):
        return ""
    if script == "HIRAGANA":
        return "ja"
    if script == "CJK":
        return "zh"
    if script == "ARABIC":
        return _of_arabic(text)
    return _of_cyrillic(text) if script == "CYRILLIC" else _LANGUAGE_OF_SCRIPT.get(script, _UNKNOWN)


def _script(letter: str) -> str:
    """Return the first word of a letter's Unicode name, which is that of its script.

    The result is "" for Latin letters and other characters.
    """
    if not letter.isalpha():
        return ""
    script = unicodedata.name(letter, "").partition(" ")[0]
    return "" if script in ("LATIN", "FULLWIDTH", "MODIFIER") else script


def _of_arabic(text: str) -> str:
    for letters, language in ((_PASHTO, "ps"), (_KURDISH, "ckb"), (_URDU, "ur"), (_PERSIAN, "fa")):
        if letters.search(text):
            return language
    return "ar"


def _of_cyrillic(text: str) -> str:
    if _OTHER_CYRILLIC.search(text):
        return _UNKNOWN
    for letters, language in (
        (_BELARUSIAN, "be"),
        (_UKRAINIAN, "uk"),
        (_SERBIAN, "sr"),
        (_MACEDONIAN, "mk"),
    ):
        if letters.search(text):
            return language
    return "ru" if _RUSSIAN.search(text) else _UNKNOWN
