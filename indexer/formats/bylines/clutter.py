"""Remove text of a by-line that is not part of a name.

Examples are "By", reading times, dates, buttons, addresses and helpers.
"""

import re

from indexer.formats.dates.printed_dates import find_date

__all__ = ["is_capital", "without_by", "without_clutter"]

_BY = re.compile(
    r"""[\W_]*(?:
        (?:(?:posted|published|written|reported|submitted|authored|story|words|text|article
            |post\ author|analysis|opinion|report|column|review|interview)
           (?:\son\s.{4,25}?)?\s+)?
        (?:by(?=[\s:\[*]|$)|(?-i:By(?=[A-Z][a-z]+\s[A-Z])))\s*:?
      | (?:words|text|texte|texto|testo|tekst|autor|autorin|autor/in|autores|autora|autore|autrice
          |auteurs?|auteure|authors?|post\ author|created\ by|foto\ und\ text|yazan|haber|oleh
          |penulis|írta|szerző|kirjoittanut|kirjoittaja|teksti|by-?line|autorin/autor
          |verfasst\ von|redacción|opracowanie|door|par|por|von|av|af|da|di|автор|авторы|текст
          |tác\ giả|作者|文|著者|記者|记者|撰文|글|بقلم|كتب|كتبت|מאת|लेखक)\s*[:：]
      | (?:ein(?:e)?\s)?(?:analyse|kommentar|gastbeitrag|gastkommentar|interview|bericht|reportage
          |essay|kolumne|rezension|porträt|protokoll)\s+von(?=\s)
      | (?:an?\s)?(?:\w+\s)?(?:guest\s)?(?:post|report|article|essay|story|review|column|analysis
          |dispatch)\sby(?=\s)
      | (?:publié|posté|rédigé|écrit|publicado|publicada|postado|pubblicato|veröffentlicht|geplaatst
          |gepubliceerd|opublikowane)
          \s+(?:par|por|da|von|door|przez)(?=\s)
      | (?:un\s|une\s)?(?:article|enquête|entretien|reportage|tribune|chronique|dossier)\s(?:de
          |par)(?=\s)
      | a\scura\sdi(?=\s) | dal(?:la)?\snostr[oa]\s(?:inviat[oa]|corrispondente)(?=\s)
          | opr(?:ac)?\.(?=\s) | interview\s*:
      | door\sonze\s\w+(?=\s) | γράφει\s(?:ο|η|οι)(?=\s) | (?:του|της)(?=\s+[^\W\d_]+\s)
      | (?:autorin/autor|por|oleh|írta|verfasst\ von|geschrieben\ von|écrit\ par|escrito\ por
          |scritto\ da|skrevet\ av|skriven\ av|skrevet\ af|geschreven\ door
          |propos\ recueillis\ par|recueilli\ par|بقلم|كتب|كتبت|מאת)(?=\s)
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_DATED_BY = re.compile(
    r"(?:publi\w+|posted|published|veröffentlicht|erstellt|am|on|le"
    r"|el)\s[^,;|]{0,12}\d[^,;|]{4,30}?"
    r"\s(?:by|par|por|von|door|di|da|av|af)\s+",
    re.IGNORECASE,
)
_BY_OR_NAME = frozenset("von par door av af di da".split())
"""Words for "by" that can also begin a name, as in `Von Trotta`."""
_IN_SURNAMES = frozenset("van von der den de del della di da dos du la le ter ten".split())
_NEWSROOMS = frozenset("redazione redaktion redactie redação redakcja rédaction redacción".split())
_FIRST_WORDS_OF_BY = frozenset(
    "by words text texte texto testo tekst autor autorin autores autora autore autrice auteur"
    " auteurs auteure author authors yazan haber oleh penulis írta szerző kirjoittanut kirjoittaja"
    " teksti byline door par por von av af da di автор авторы текст 作者 文 著者 記者 记者 撰文 글"
    " بقلم كتب كتبت מאת लेखक posted published written reported submitted authored story article"
    " post analysis opinion report column review interview created foto verfasst redacción"
    " opracowanie tác geschrieben écrit escrito scritto skrevet skriven geschreven propos recueilli"
    " ein eine analyse kommentar gastbeitrag gastkommentar bericht reportage essay kolumne"
    " rezension porträt protokoll a an guest special publié posté rédigé publicado publicada"
    " postado pubblicato veröffentlicht geplaatst gepubliceerd opublikowane un une enquête"
    " entretien tribune chronique dossier dal dalla oprac opr γράφει του της τησ".split()
)
"""First words of every phrase for "by"; other texts skip the regular expression."""

_ARTICLE_BEFORE = re.compile(r"(?:a[lnrstz]|ash|ath|e[ls]|u[lr]|d|l|bin|ibn)-[A-ZÀ-ÞĀ-Ž]")
_E_MAIL = re.compile(r"[<(\[]?\s*(?:mailto:)?[\w.+%-]+@[\w-]+(?:\.[\w-]+)+\s*[>)\]]?")
_ADDRESS = re.compile(
    r"[<(\[]?(?:(?:https?:)?//|www\.)[^\s<>()\[\],;]+[>)\]]?"
    r"|(?<![\w.@-])[\w-]+(?:\.[a-z][\w-]*)+/[^\s<>(),;]*",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"[(\[]?(?<![\w.])@\w+[)\]]?|(?<=[a-zà-ÿ])@\w+$")
_EMPTY_BRACKETS = re.compile(r"[(\[<]\s*[)\]>]")
_IN_BRACKETS = re.compile(r"[\W_]*[(\[]([^()\[\]]+)[)\]][\W_]*")
_SIGNS = r"[\s,;|•·/–—-]"
_TAIL = re.compile(
    rf"""(?:^|{_SIGNS}+)(?:
        \d{{1,3}}\s?-?\s?(?:min(?:ute|uta)?s?|minuten|minuti|minutos|minutter|minuter|мин\w*|dk
          |dakika)\b.{{0,30}}
      | (?:estimated\s)?(?:reading\stime|lesezeit|lesedauer|temps\sde\slecture|tiempo\sde\slectura
          |tempo\sdi\slettura|leestijd)\b.*
      | (?:(?:last|first)\s)?(?:updated|published|posted|modified|aktualisiert|veröffentlicht
          |publié\w*|mis\sà\sjour|publicado|actualizado|pubblicato|aggiornato|publisert|oppdatert
          |publicerad|uppdaterad|опубликовано|обновлено)(?=[\s:,]|$).*
      | (?:photographs?|photos?|photography|pictures?|images?|illustrations?|artwork|video|graphics?
          |edited|editing|translated|translation|fact-?checked|reviewed)\s(?:and\s\w+\s)?by\s.*
      | (?:fotos?|photos?|foto\sund\stext|bilder|bild|images?|grafik(?:en)?|illustrations?|video
          |vidéo|crédits?|quelle|zdroj|zdjęcia|фото|fotoğraf)\s*:.*
      | (?:(?:on|am|le|el)\s)?\d{{1,2}}[./-]\d{{1,2}}[./-](?:\d{{4}}|\d{{2}})\b.*
      | \d{{1,2}}[:.]\d{{2}}(?:\s?(?:[ap]\.?m\b|uhr\b|h\b)|\b(?!\w)).*
      | \d+\s(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)\sago\b.*
      | (?:vor|hace|il\sy\sa)\s\d+\s\w+.*
      | (?:view|see|read)\s(?:(?:all|more|full|author)\s)*(?:posts?|articles?|stories|profile|bio
          |archive|page)\b.*
      | (?:view|see|show|read|load)\s(?:all|more|less)
      | (?:view|see|show|read|load)\s(?:all|more|less)
      | (?:more|all)\s(?:(?:posts|articles|stories)\s)?(?:by|from)\b.*
    )$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_BUTTONS = (
    r"(?:follow(?:ing|\sus|\sme)?(?:\son\s\w+)?|unfollow|share|tweet|e-?mail(?:\s(?:the\s)?author)?"
    r"|print|twitter|facebook|linkedin|instagram|bluesky|threads|whatsapp|telegram|reddit|pinterest"
    r"|\d*\s?comments?(?:\s\(?\d+\)?)?|subscribe|bookmark|copy\slink|contact|bio|profile|verified"
    r"|listen|folgen|teilen|drucken|merken|partager|suivre|imprimer|compartir|seguir"
    r"|imprimir|condividi|segui|stampa|volg|delen|(?:author|archive)\s(?:page|profile|archive))"
)
_BUTTONS_AFTER = re.compile(rf"(?:[\s,|•·/–—-]+{_BUTTONS}\b)+[\s,|•·/–—-]*$", re.IGNORECASE)
_BUTTONS_BEFORE = re.compile(rf"(?:{_BUTTONS}[\s,|•·/–—-]+)+", re.IGNORECASE)
_BEFORE_DATE = re.compile(
    r"(?:[\s,]+(?:on|am|le|el|il|den|um|at|date:?|datum:?|fecha:?|data:?"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|fri|sat|sun)\.?"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|lundi|mardi|mercredi|jeudi|vendredi|samedi"
    r"|dimanche"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo))+[\s,]*$",
    re.IGNORECASE,
)
_HELPERS = re.compile(
    r"[\s,;(]+(?:(?:and|with)\s+)?(?:(?:additional|further)\s+)?(?:reporting|research"
    r"|contributions?)\s+(?:by|from)\s+"
    r"|\s+as\s+told\s+to\s+",
    re.IGNORECASE,
)
_AFTER_SIGN = re.compile(
    r"\s*[|｜]\s.*$|(?<=\S)\s*[|｜].*$|\s+[·•].*$|\s+[–—-]+\s+.*$|\s+via\s+.*$"
    r"|,?\s+special\s+to\s+.*$",
    re.IGNORECASE | re.DOTALL,
)
"""Text after a name and a sign, mostly an outlet."""
_CLUTTER = frozenset(
    "min mins minute minutes minuten minuti minutos minutter minuter мин dk dakika reading lesezeit"
    " lesedauer lecture lectura lettura leestijd updated published posted modified aktualisiert"
    " veröffentlicht publié publiée mis publicado actualizado pubblicato aggiornato publisert"
    " oppdatert publicerad uppdaterad опубликовано обновлено photographs photograph photos photo"
    " photography pictures picture images image illustrations illustration artwork video graphics"
    " graphic edited editing translated translation checked reviewed fotos foto bilder bild grafik"
    " grafiken vidéo crédit crédits quelle zdroj zdjęcia фото fotoğraf ago view see show read load"
    " more all posts follow following unfollow share tweet e email mail print twitter facebook"
    " linkedin instagram bluesky threads whatsapp telegram reddit pinterest comment comments"
    " subscribe bookmark copy contact bio profile verified listen folgen teilen drucken merken"
    " partager suivre imprimer compartir seguir imprimir condividi segui stampa volg delen archive"
    " page additional reporting research contributions contribution told via special hace"
    " vor".split()
)
"""A text without any of these words, without digits and signs, has no clutter."""
_MAX_LENGTH = 1_000
_DIGIT_OR_SIGN = re.compile(r"\d|[|｜–—·•]|\s-")
_WORD = re.compile(r"[^\W\d_]+")


def is_capital(word: str) -> bool:
    """Return whether a word begins like a name, as `Roy` and `al-Harthy` do.

    Words in scripts without capitals do, too.
    """
    first = word[:1]
    return first.isalpha() and (
        not first.islower() or ("-" in word and _ARTICLE_BEFORE.match(word) is not None)
    )


def without_by(text: str) -> str:
    """Drop "By", in any language, from the start of a by-line."""
    if (text[:1] in "aelopvAELOPV") and (dated := _DATED_BY.match(text)):
        return text[dated.end() :]
    first = _WORD.search(text)
    if first is None or (
        (word := first[0].casefold()) not in _FIRST_WORDS_OF_BY and not word.startswith("by")
    ):
        return text
    if match := _BY.match(text):
        return text[match.end() :]
    if word in _BY_OR_NAME:
        rest = text[first.end() :]
        names = [name for name in rest.split(None, 3)[:3] if name not in _IN_SURNAMES][:2]
        alone = len(names) == 1 and names[0].casefold() in _NEWSROOMS
        if rest[:1].isspace() and (
            alone or (len(names) > 1 and all(map(is_capital, [rest.split(None, 1)[0], *names])))
        ):
            return rest.lstrip()
    return text


def without_clutter(text: str) -> str:
    """Drop what follows the names of a by-line, or separates them.

    A text that is too long for a by-line stays as it is.
    """
    if len(text) > _MAX_LENGTH:
        return text
    if "@" in text or "/" in text or "www." in text:
        text = _without_addresses(text)
    if not _DIGIT_OR_SIGN.search(text) and _CLUTTER.isdisjoint(_WORD.findall(text.casefold())):
        return text
    text = _BUTTONS_AFTER.sub("", f" {text}").strip()
    before = _BUTTONS_BEFORE.match(text)
    if before and len(text[before.end() :].split()) > 1:
        text = without_by(text[before.end() :])
    text = _HELPERS.sub(", ", text)
    text = _TAIL.sub("", text)
    if (date := find_date(text)) and date.day:
        text = text[: date.start].rstrip(" ,;|–—-(")
        text = _BEFORE_DATE.sub("", text)
    text = _AFTER_SIGN.sub("", text)
    return _BUTTONS_AFTER.sub("", f" {text}").strip()


def _without_addresses(text: str) -> str:
    text = _E_MAIL.sub(" ", text)
    text = _EMPTY_BRACKETS.sub(" ", _HANDLE.sub(" ", _ADDRESS.sub(" ", text))).strip()
    # Feeds write `name@example.org (Name)`.
    inside = _IN_BRACKETS.fullmatch(text)
    return inside[1] if inside else text
