"""Recognise saved pages that are not articles: errors, listings, and walls before an article."""

import re

from lxml.html import HtmlElement

from indexer.formats.page.declared_metadata import Declared, letters_of_name, text_of
from indexer.formats.page.notices import about_consent, is_consent, is_script_notice, visible_text

__all__ = ["page_kind", "wall_kind"]

_PHRASES = """
    not found|nothing found|nothing found here|gone|forbidden|access denied|bad gateway
    bad request|service unavailable|service temporarily unavailable|internal server error
    server error|gateway timeout|gateway time out|too many requests|unauthorized
    something went wrong|an error occurred|an error has occurred|just a moment|attention required
    page missing|are you a robot|are you a human|ddos guard|checking your browser|page unavailable
    page removed|content unavailable|we cant find that page|we couldnt find that page
    we cant find this page|we cant find the page you are looking for
    we cant find the page youre looking for|we couldnt find the page you were looking for
    we could not find that page|this page cant be found|that page cant be found
    this page isnt available|this page is not available|page doesnt exist|this page doesnt exist
    this page does not exist|page does not exist|file not found|document not found
    article not found|story not found|url not found|content not found
    the requested url was not found on this server|page cannot be found|the page cannot be found
    this page could not be found|page could not be found|the page you requested could not be found
    the page you are looking for does not exist|the page you were looking for doesnt exist
    page no longer available|page not available|page not found|the page was not found
    requested page not found|the requested page could not be found|page cant be found|missing page
    lost|error|fehler|erreur|fout|fejl|fel|feil|virhe|błąd|chyba|hiba|ошибка|hata|เกิดข้อผิดพลาด
    seite nicht gefunden|die seite wurde nicht gefunden|seite wurde nicht gefunden
    diese seite wurde nicht gefunden|die angeforderte seite wurde nicht gefunden|nicht gefunden
    seite nicht verfügbar|seite nicht vorhanden|zugriff verweigert|diese seite existiert nicht
    die seite existiert nicht|seite existiert nicht|inhalt nicht gefunden|artikel nicht gefunden
    page introuvable|page non trouvée|cette page nexiste pas|cette page nexiste plus
    la page demandée est introuvable|la page que vous cherchez est introuvable|accès refusé
    contenu introuvable|cette page est introuvable|page inexistante|página no encontrada
    pagina no encontrada|esta página no existe|la página no existe|no encontrado
    no se encontró la página|no se ha encontrado la página|página não encontrada
    esta página não existe|não encontrado|a página não foi encontrada|pagina non trovata
    la pagina non esiste|questa pagina non esiste|non trovato|la pagina non è stata trovata
    pagina niet gevonden|deze pagina bestaat niet|niet gevonden|de pagina is niet gevonden
    pagina bestaat niet|sidan kunde inte hittas|sidan hittades inte|sidan finns inte
    siden blev ikke fundet|siden findes ikke|siden ikke fundet|siden ble ikke funnet
    siden finnes ikke|fant ikke siden|ikke fundet|ikke funnet|sivua ei löytynyt|sivua ei löydy
    strona nie została znaleziona|nie znaleziono strony|strona nie istnieje|nie znaleziono
    stránka nenalezena|stránka nebyla nalezena|stránka neexistuje|stránka nenájdená
    stránka sa nenašla|az oldal nem található|a keresett oldal nem található
    pagina nu a fost găsită|pagina nu există|страница не найдена|страница не существует|не найдено
    такой страницы нет|сторінку не знайдено|сторінка не знайдена|страницата не е намерена
    sayfa bulunamadı|aradığınız sayfa bulunamadı|halaman tidak ditemukan|không tìm thấy trang
    η σελίδα δεν βρέθηκε|الصفحة غير موجودة|لم يتم العثور على الصفحة|הדף לא נמצא|العثور على الصفحة
    ページが見つかりません|ページが見つかりませんでした|お探しのページは見つかりませんでした
    お探しのページが見つかりません|页面不存在|找不到页面|页面未找到|页面找不到|未找到页面
    您访问的页面不存在|頁面不存在|找不到頁面|找不到网页|페이지를 찾을 수 없습니다
    pàgina no trobada|orria ez da aurkitu
"""
_ERROR_PHRASES = frozenset(
    phrase.strip() for line in _PHRASES.splitlines() for phrase in line.split("|") if phrase.strip()
)
"""Headings of error pages, in lower case and without signs."""
_ALONE = frozenset(
    "lost gone error fehler erreur fout fejl fel feil virhe błąd chyba hiba ошибка hata".split()
)
"""Words that indicate an error only next to a status code."""
_CODE = re.compile(r"(?:4(?:00|01|03|04|10|29|51)|50[0234])")
_EXCLAMATIONS = frozenset(
    "sorry oops ooops oh ohno whoops uh hm hmm http error code status no ups hoppla désolé lo"
    " sentimos".split()
)
_EXCUSE = re.compile(
    r"(?:could\s?n.t|could not|cannot|can.t|can not|unable to|does\s?n.t|does not|no longer"
    r"|may have|might have|has been|was)"
    r"\s(?:be\s|been\s)?(?:find|found|exist|moved|removed|deleted|locate|available)|went wrong"
    r"|broken link|dead link|(?:page|link|address|url)\s(?:you|that|may|has|is|does|was)"
    r"|check the (?:url|address|link|spelling)|(?:home|front)\s?page|search (?:box|the site|for)"
    r"|try (?:again|the search|searching)|existiert nicht|startseite|suchfunktion"
    r"|nicht (?:mehr )?(?:gefunden|vorhanden|verfügbar|existiert)|n.existe|introuvable"
    r"|page d.accueil|no existe|no se (?:ha )?encontr|página de inicio|non esiste"
    r"|non è stata trovata|bestaat niet|niet (?:gevonden|meer)|finns inte|findes ikke|finnes ikke"
    r"|nie istnieje|не найден|не существует|главн|cloudflare|ray id|captcha|not a robot",
    re.IGNORECASE,
)
_NOT_LETTERS = re.compile(r"[\W_]+")
_PARTS = re.compile(r"\s+[|–—·•»«:-]+\s+|\s*[|»_]\s*|:\s+|[.!?…]+(?:\s+|$)")
_BRIEF_LENGTH = 400
"""Maximum characters of a page that only reports an error."""
_SHORT_LENGTH = 1_500
_MAX_OTHER_WORDS = 5
_MAX_HEADING_LENGTH = 160
_ONLY_ERROR = 2
"""Result for a heading that is only about an error."""
_AROUND = frozenset("nav footer header aside form".split())
_LISTS = frozenset("collectionpage searchresultspage profilepage itemlist".split())
_LIST_CLASS = re.compile(
    r"(?:^|\s)(?:archive|search-results|search-no-results|post-type-archive|home\s+blog"
    r"|blog\s+home)(?=\s|$)"
)
_SINGLE_CLASS = re.compile(
    r"(?:^|\s)(?:single|single-post|page-template-default|postid-\d+)(?=\s|$)"
)
_LIST_ADDRESS = re.compile(
    r"https?://[^/?#]+(?:/?|/?\?(?:.*&)?(?:s|q|query|search)=.*"
    r"|/(?:.+/)?(?:tags?|category|categories|authors?|topics?|archives?|search|page|thema|tema"
    r"|autor|auteur|kategorie|rubrik|schlagwort|etiqueta|categoria|mot-cle)/[^?#]*)",
    re.IGNORECASE,
)
_LIST_TITLE = re.compile(
    r"search results(?: for)?\b|results for\b|you searched for\b|suchergebnisse"
    r"|résultats de recherche|resultados de búsqueda|risultati della ricerca"
    r"|(?:posts|articles|stories) (?:tagged|by|in|about|from)\b"
    r"|all (?:posts|articles) (?:by|in|tagged)\b"
    r"|(?:tag|category|author|month|year|day|archives?|topic|label|kategorie|schlagwort|autor"
    r"|étiquette|catégorie|auteur|categoría|etiqueta)(?: archives?)?\s?:\s|.{0,60}\barchives?$",
    re.IGNORECASE,
)
_OWN_DATES = (
    "article:published_time", "og:article:published_time", "og:published_time", "parsely-pub-date",
    "sailthru.date", "datepublished", "dc.date.issued", "dcterms.created", "pubdate", "publishdate",
    "publish_date", "publish-date", "publication_date", "citation_publication_date",
    "citation_date", "article.published",
)  # fmt: skip
_MIN_ENTRIES = 3
_MIN_PARAGRAPHS = 4
_MAX_TEASER_LENGTH = 300


def page_kind(tree: HtmlElement, declared: Declared) -> str:
    """Return `error` or `listing` for such a page; "" for any other."""
    if _is_error(tree, declared):
        return "error"
    return "listing" if _is_listing(tree, declared) else ""


def wall_kind(tree: HtmlElement | None, title: str) -> str:
    """Return `cookie wall` or `scripts only` for a page that holds no other text; "" otherwise."""
    body = None if tree is None else tree.find("body")
    if tree is None or body is None:
        return ""
    texts = [
        text
        for element in body.iter("p", "div", "span", "h1", "h2", "noscript", "li", "button")
        if (text := " ".join(" ".join(element.itertext()).split()))
    ]
    if not about_consent(title) and any(map(is_consent, texts)):
        return "cookie wall"
    if any(map(is_script_notice, texts)):
        return "scripts only"
    return (
        "scripts only"
        if not visible_text(body) and next(tree.iter("script"), None) is not None
        else ""
    )


def _is_error(tree: HtmlElement, declared: Declared) -> bool:
    body_class = _body_class(tree)
    if re.search(r"(?:^|\s)(?:error404|page-404|error-404|not-found)(?=\s|$)", body_class):
        return True
    headings = [
        " ".join("".join(element.itertext()).split())
        for element in (*tree.iter("title"), *tree.iter("h1"))
    ]
    levels = [
        _errors_in(heading, declared)
        for heading in headings
        if heading and len(heading) <= _MAX_HEADING_LENGTH
    ]
    if not any(levels) or (
        declared.article and not _errors_in(text_of(declared.article.get("headline")), declared)
    ):
        return False
    body = tree.find("body")
    text = _main_text(body) if body is not None else ""
    if max(levels) == _ONLY_ERROR and len(text) <= _SHORT_LENGTH:
        return len(text) <= _BRIEF_LENGTH or _EXCUSE.search(text) is not None
    return len(text) <= _BRIEF_LENGTH and (
        len(text) < _BRIEF_LENGTH / 4 or _EXCUSE.search(text) is not None
    )


def _errors_in(heading: str, declared: Declared) -> int:
    """Return 2 if a heading is only about an error, 1 if it has a few other words, 0 otherwise."""
    parts = [part for part in _PARTS.split(heading) if part.strip(" .!?…,;")]
    errors = [_says_error(part) for part in parts]
    if not any(errors):
        return 0
    others = [
        part
        for part, error in zip(parts, errors, strict=True)
        if not (
            error
            or letters_of_name(part) in declared.site_names
            or _EXCLAMATIONS.issuperset(_words(part))
        )
    ]
    if not others:
        return _ONLY_ERROR
    return int(
        len(others) == 1
        and len(others[0].split()) <= _MAX_OTHER_WORDS
        and (errors[0] or errors[-1])
    )


def _says_error(part: str) -> bool:
    words = _words(part)
    bare = [word for word in words if not _CODE.fullmatch(word)]
    rest = [word for word in bare if word not in _EXCLAMATIONS]
    phrases = _ERROR_PHRASES if len(bare) < len(words) else _ERROR_PHRASES - _ALONE
    return (
        (len(bare) < len(words) and not rest)
        or " ".join(bare) in phrases
        or " ".join(rest) in phrases
    )


def _words(part: str) -> list[str]:
    return _NOT_LETTERS.sub(" ", part.casefold().replace("’", "").replace("'", "")).split()


def _main_text(body: HtmlElement) -> str:
    """Return a page's text without navigation and the like."""
    texts: list[str] = []
    stack: list[HtmlElement] = [body]
    while stack:
        element = stack.pop()
        if (
            not isinstance(element.tag, str)
            or element.tag in _AROUND
            or element.tag in ("script", "style", "noscript", "template")
        ):
            continue
        texts.append(element.text or "")
        texts += [child.tail or "" for child in element]
        stack += list(element)
    return " ".join(" ".join(texts).split())


def _is_listing(tree: HtmlElement, declared: Declared) -> bool:
    """Return whether a page lists articles, and declares no article or date of its own."""
    if any(name in declared.meta for name in _OWN_DATES):
        return False
    lists = declared.kinds & _LISTS
    if declared.articles and not (lists and declared.articles > 1):
        return False
    body_class = _body_class(tree)
    if _SINGLE_CLASS.search(body_class):
        return False
    kind = declared.first("og:type").lower()
    if lists - {"itemlist"} or kind == "profile" or _LIST_CLASS.search(body_class):
        return True
    if kind == "article":
        return False
    title = declared.first("og:title") or " ".join(
        "".join(element.itertext()) for element in tree.iter("title")
    )
    headings = (" ".join(" ".join(heading.itertext()).split()) for heading in tree.iter("h1"))
    is_list = (
        "itemlist" in lists
        or _LIST_ADDRESS.fullmatch(declared.url)
        or any(map(_LIST_TITLE.match, (title.strip(), *headings)))
    )
    return (
        bool(is_list)
        and _entries(tree) >= _MIN_ENTRIES
        and _long_paragraphs(tree) < _MIN_PARAGRAPHS
    )


def _entries(tree: HtmlElement) -> int:
    """Count headings with links."""
    return sum(
        1
        for heading in tree.iter("h2", "h3", "h4")
        if next(heading.iter("a"), None) is not None or heading.getparent().tag == "a"
    )


def _long_paragraphs(tree: HtmlElement) -> int:
    """Count paragraphs that are longer than those of teasers."""
    return sum(
        1 for paragraph in tree.iter("p") if len("".join(paragraph.itertext())) > _MAX_TEASER_LENGTH
    )


def _body_class(tree: HtmlElement) -> str:
    body = tree.find("body")
    return "" if body is None else str(body.get("class") or "").lower()
