"""Convert names and codes of languages to BCP 47 tags.

Common mistakes are corrected. A text that names no language is counted like an unknown key.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from indexer.formats.record.parsed_record import ParsedRecord
from search.analysis.folding import fold

__all__ = ["language_tag", "put_language", "put_term_language"]

_MAX_LENGTH = 100
_CODES = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy"
    " da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu"
    " hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb"
    " lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om"
    " or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv"
    " sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh"
    " zu".split()
)
"""The codes of ISO 639-1."""
_CORRECTED_CODES = {
    # Retired codes, and codes of countries used for those of languages.
    "iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "cz": "cs", "jp": "ja", "dk": "da",
    "gr": "el", "ua": "uk", "cn": "zh", "vn": "vi", "us": "en", "gb": "en",
    # Codes of ISO 639-2 for languages that have one of two letters.
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it",
    "por": "pt", "nld": "nl", "dut": "nl", "rus": "ru", "zho": "zh", "chi": "zh", "cmn": "zh",
    "jpn": "ja", "ara": "ar", "kor": "ko", "tur": "tr", "pol": "pl", "ukr": "uk", "ell": "el",
    "gre": "el", "heb": "he", "fas": "fa", "per": "fa", "hin": "hi", "swe": "sv", "dan": "da",
    "nor": "no", "nob": "nb", "nno": "nn", "fin": "fi", "ces": "cs", "cze": "cs", "slk": "sk",
    "slo": "sk", "slv": "sl", "hun": "hu", "ron": "ro", "rum": "ro", "bul": "bg", "hrv": "hr",
    "srp": "sr", "bos": "bs", "mkd": "mk", "mac": "mk", "sqi": "sq", "alb": "sq", "cat": "ca",
    "eus": "eu", "baq": "eu", "glg": "gl", "est": "et", "lav": "lv", "lit": "lt", "isl": "is",
    "ice": "is", "gle": "ga", "cym": "cy", "wel": "cy", "tha": "th", "vie": "vi", "ind": "id",
    "msa": "ms", "may": "ms", "urd": "ur", "ben": "bn", "tam": "ta", "swa": "sw", "afr": "af",
    "hye": "hy", "arm": "hy", "kat": "ka", "geo": "ka", "aze": "az", "kaz": "kk", "lat": "la",
    "epo": "eo",
}  # fmt: skip
_OTHER_WORDS = frozenset(["all", "any", "non", "not", "nil", "xxx", "the", "def", "inv"])
"""Words of three letters that are found in place of a language."""
_NAMES = {
    "english": "en", "anglais": "en", "englisch": "en", "ingles": "en", "inglese": "en",
    "german": "de", "deutsch": "de", "allemand": "de", "aleman": "de", "french": "fr",
    "francais": "fr", "franzosisch": "fr", "frances": "fr", "francese": "fr", "spanish": "es",
    "espanol": "es", "castellano": "es", "castilian": "es", "espagnol": "es", "spanisch": "es",
    "italian": "it", "italiano": "it", "italien": "it", "italienisch": "it", "portuguese": "pt",
    "portugues": "pt", "brazilian": "pt-BR", "brazilian portuguese": "pt-BR",
    "portugues do brasil": "pt-BR", "dutch": "nl", "nederlands": "nl", "flemish": "nl",
    "vlaams": "nl", "russian": "ru", "русский": "ru", "ukrainian": "uk", "українська": "uk",
    "belarusian": "be", "polish": "pl", "polski": "pl", "czech": "cs", "cestina": "cs",
    "cesky": "cs", "slovak": "sk", "slovencina": "sk", "slovenian": "sl", "slovenscina": "sl",
    "croatian": "hr", "hrvatski": "hr", "serbian": "sr", "srpski": "sr", "српски": "sr",
    "bosnian": "bs", "bosanski": "bs", "macedonian": "mk", "bulgarian": "bg", "български": "bg",
    "romanian": "ro", "romana": "ro", "hungarian": "hu", "magyar": "hu", "greek": "el",
    "ελληνικα": "el", "turkish": "tr", "turkce": "tr", "swedish": "sv", "svenska": "sv",
    "norwegian": "no", "norsk": "no", "bokmal": "nb", "nynorsk": "nn", "danish": "da",
    "dansk": "da", "finnish": "fi", "suomi": "fi", "icelandic": "is", "islenska": "is",
    "estonian": "et", "eesti": "et", "latvian": "lv", "latviesu": "lv", "lithuanian": "lt",
    "lietuviu": "lt", "irish": "ga", "gaeilge": "ga", "welsh": "cy", "cymraeg": "cy",
    "catalan": "ca", "catala": "ca", "basque": "eu", "euskara": "eu", "galician": "gl",
    "galego": "gl", "albanian": "sq", "shqip": "sq", "arabic": "ar", "العربية": "ar", "عربي": "ar",
    "hebrew": "he", "עברית": "he", "persian": "fa", "farsi": "fa", "فارسی": "fa", "urdu": "ur",
    "hindi": "hi", "हिन्दी": "hi", "bengali": "bn", "tamil": "ta", "chinese": "zh", "中文": "zh",
    "simplified chinese": "zh-Hans", "chinese simplified": "zh-Hans", "简体中文": "zh-Hans",
    "traditional chinese": "zh-Hant", "chinese traditional": "zh-Hant", "繁體中文": "zh-Hant",
    "mandarin": "zh", "cantonese": "yue", "japanese": "ja", "日本語": "ja", "korean": "ko",
    "한국어": "ko", "thai": "th", "vietnamese": "vi", "tieng viet": "vi", "indonesian": "id",
    "bahasa indonesia": "id", "malay": "ms", "tagalog": "tl", "filipino": "fil", "swahili": "sw",
    "kiswahili": "sw", "afrikaans": "af", "armenian": "hy", "georgian": "ka", "azerbaijani": "az",
    "kazakh": "kk", "latin": "la", "esperanto": "eo",
}  # fmt: skip
"""Names in English and in the language itself, without accents."""
_CORRECTED_SUBTAGS = {"uk": "gb", "chs": "hans", "cht": "hant", "latin": "latn", "cyrillic": "cyrl"}
_NO_SUBTAGS = frozenset(["formal", "informal", "utf8", "default", "standard"])
# Regions of two letters that only repeat the language, as in en-EN, and are not countries.
_NO_REGIONS = frozenset(
    ["en", "da", "el", "ja", "cs", "ko", "sv", "zh", "uk", "et", "sl", "he", "hi", "ca", "fa", "ar"]
)
_AROUND = " \t\r\n\"'<>[](){}.,;:"
_ENCODING = re.compile(r"[.@].*$", re.DOTALL)
_IN_BRACKETS = re.compile(r"\s*[(\[].*$", re.DOTALL)
_BETWEEN = re.compile(r"[,;|/\s]+")
_JOINT = re.compile(r"[-_\u2010-\u2015]+")
_OF_THREE = re.compile(r"[a-z]{3}")
_EXTENSION = re.compile(r"[a-z0-9]")
_SCRIPT = re.compile(r"[a-z]{4}")
_REGION = re.compile(r"[a-z]{2}|\d{3}")
_EXTENDED = re.compile(r"[a-z]{3}")
_VARIANT = re.compile(r"[a-z0-9]{5,8}|\d[a-z0-9]{3}")


def put_language(parsed: ParsedRecord, text: str, place: str) -> None:
    """Put the language that a source names.

    A text that names no language is ignored, so that the setting applies, and is counted like an
    unknown key.
    """
    if not (bare := " ".join(text.split())) or bare == "*":
        return
    if tag := language_tag(bare):
        parsed.put("language", tag, place)
    else:
        parsed.record[f"language: {bare[:40]}"] = True


def put_term_language(parsed: ParsedRecord, terms: Iterable[tuple[str, str]]) -> None:
    """Put the language that a translation plug-in stores as a term with slug and name.

    A more specific tag of the site is kept.
    """
    tags = [language_tag(slug) or language_tag(name) for slug, name in terms]
    # Codes of three letters are more often a plug-in's own name than a language.
    tag = next((tag for tag in tags if tag.partition("-")[0] in _CODES), "")
    if tag and str(parsed.record.get("language", "")).partition("-")[0] != tag:
        parsed.put("language", tag, "term of a language")


@lru_cache(maxsize=512)
def language_tag(text: str) -> str:
    """Return a language's tag in its customary case (RFC 5646, 2.1.1); "" if there is none."""
    bare = text[:_MAX_LENGTH].strip(_AROUND)
    for name in (bare, _IN_BRACKETS.sub("", bare), _JOINT.split(bare)[0]):
        if tag := _NAMES.get(" ".join(fold(name).split())):
            return tag
    first = _BETWEEN.split(bare)[0]
    language, *parts = [
        part.lower() for part in _JOINT.split(_ENCODING.sub("", first)) if part
    ] or [""]
    language = _CORRECTED_CODES.get(language, language)
    if language not in _CODES and (not _OF_THREE.fullmatch(language) or language in _OTHER_WORDS):
        return _NAMES.get(fold(first), "")
    return "-".join(
        [language, *_subtags(language, [_CORRECTED_SUBTAGS.get(part, part) for part in parts])]
    )


def _subtags(language: str, parts: list[str]) -> list[str]:
    """Return the valid subtags in their order, each once."""
    extended, script, region = "", "", ""
    others: list[str] = []
    for place, part in enumerate(parts):
        if _EXTENSION.fullmatch(part):
            others += parts[place:] if place + 1 < len(parts) else []
            break
        if part in _NO_SUBTAGS:
            continue
        if place == 0 and _EXTENDED.fullmatch(part):
            extended = part
        elif _SCRIPT.fullmatch(part):
            script = script or part.title()
        elif _REGION.fullmatch(part):
            if region or (part == language and part in _NO_REGIONS):
                # In de-de-DE the second part is the region, and so is the third.
                continue
            region = part.upper()
        elif _VARIANT.fullmatch(part):
            others.append(part)
    return [part for part in (extended, script, region, *others) if part]
