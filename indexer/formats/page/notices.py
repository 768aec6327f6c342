"""Recognise notices of a saved page: consent to cookies, "enable JavaScript", archive toolbars."""

import re
from functools import lru_cache

from lxml.html import HtmlElement

__all__ = ["about_consent", "drop_notices", "is_consent", "is_script_notice", "visible_text"]

_CONSENT_CLASS = re.compile(
    r"""(?:^|[\s_-])(?:
        cookies?[_-]?(?:consent|banner|notice|notification|bar|wall|popup|pop|message|info|law|alert
          |overlay|dialog|modal|layer|hint|disclaimer|warning|settings|preferences|box|container
          |policy|prompt|accept|choice|manager|script|disclosure|root|wrapper)
      | (?:consent|gdpr|ccpa|cmp|tcf|privacy|dsgvo|rgpd|avg)[_-]?(?:banner|notice|bar|wall|dialog
          |manager|modal|popup|overlay|layer|message|box|container|prompt|tool|ui|root|wrapper
          |settings|gate|screen|app|main)
      | (?:accept|manage)[_-]?cookies? | cookies? | consent | gdpr | onetrust | didomi
          | usercentrics | cookiebot | cybotcookiebot\w*
      | qc[_-]cmp\w* | truste | iubenda[_-]cs | tarteaucitron\w* | klaro | osano
          | borlabs[_-]?cookie | sp_message\w* | fc-consent
      | cc-(?:window|banner|main|nb) | cmplz | moove_gdpr\w* | cli-(?:modal|bar) | cky | cookieyes
          | termsfeed | evidon | axeptio
      | uniconsent | cookiefirst | cookie-law-info | eu-cookie | eupopup | sd-cmp | ot-sdk\w*
          | appconsent | sourcepoint
    )(?=$|[\s_-])""",
    re.IGNORECASE | re.VERBOSE,
)
_CONSENT_WORDS = re.compile(
    r"cookie|consent|gdpr|privacy|personal data|einwilligung|datenschutz|zustimm|confidentialité"
    r"|consentement|données personnelles|privacidad|consentimiento|consenso|privacidade"
    r"|toestemming|samtyck|samtykke|evästeet|ciastecz|plik[oi]w? cookie|согласие|куки|çerez|同意"
    r"|クッキー|쿠키",
    re.IGNORECASE,
)
_MENTIONS = (
    r"(?:cookies?|consent|(?:tracking|similar)\s+technolog\w*|local\s+storage|ciasteczk\w*"
    r"|evästei\w*|çerez\w*|куки)"
)
_CONSENT = re.compile(
    rf"""\W*(?:
        we\s(?:value|care\sabout|respect)\s(?:your|the)\sprivacy
      | (?:we|this\s(?:web)?site|our\s(?:web)?site|[\w.&\s]{{2,40}})\s
        (?:and\s(?:our|its|selected|carefully\sselected)\s(?:[\d,.]+\s)?(?:third[\s-]party\s)?
            (?:partners|vendors|third\sparties)\s)?
        (?:also\s)?(?:may\s)?(?:use|uses|store|stores|process|need|place
            |set)\b[^.]{{0,60}}{_MENTIONS}
      | by\s(?:clicking|continuing|using|browsing|closing|accepting
          |visiting)[^.]{{0,120}}(?:{_MENTIONS}|privacy\spolicy|terms)
      | (?:please\s)?(?:accept|allow|reject|manage|decline|customi[sz]e|deny)\s(?:all|your|only)?\s?
        (?:necessary\s|essential\s|optional\s)?(?:cookies?|consent|preferences|settings)?\W*$
      | you\s(?:may|can)\s(?:accept|change|withdraw|choose|manage|reject
          |update)[^.]{{0,120}}{_MENTIONS}
      | (?:our|we\sand\sour)\s(?:[\d,.]+\s)?partners\s[^.]{{0,80}}(?:data|device|profiles?
          |{_MENTIONS})
      | (?:cookie|privacy|consent)\s(?:settings|preferences|consent|policy|notice|cent(?:er|re))\W*$
      | (?:alles?\s(?:akzeptieren|ablehnen|zulassen)|zustimmen(?:\sund\sweiter)?|akzeptieren
          |tout\s(?:accepter|refuser)|accepter(?:\set\s(?:continuer|fermer))?
          |continuer\ssans\saccepter|aceptar(?:\stod[ao]s?)?|accetta(?:\stutt[io])?
          |alles\saccepteren|acceptera\salla)\W*$
      | mit\swerbung\s(?:und\stracking\s)?(?:weiterlesen|weiter|nutzen)\W*$
          | besuchen\ssie\suns\swie\sgewohnt\smit\swerbung
      | wir\s(?:verwenden|nutzen|setzen|und\sunsere)\b[^.]{{0,120}}{_MENTIONS}
      | diese\s(?:web)?(?:seite|site)\s(?:verwendet|nutzt|benutzt)[^.]{{0,60}}{_MENTIONS}
      | (?:ce\ssite|notre\ssite|nous|nous\set\snos\spartenaires)\s(?:web\s)?(?:utilis\w+|stock\w+
          |dépos\w+)[^.]{{0,80}}{_MENTIONS}
      | (?:este\ssitio|esta\s(?:página|web)|nosotros|utilizamos|usamos
          |este\ssite)\b[^.]{{0,80}}{_MENTIONS}
      | (?:questo\ssito|noi|utilizziamo|usiamo)\b[^.]{{0,80}}{_MENTIONS}
      | (?:deze\s(?:web)?site|wij|we)\s(?:maakt|maken|gebruikt|gebruiken
          |plaatsen)\b[^.]{{0,80}}{_MENTIONS}
      | (?:denne|dette|den\shär|vi)\s[^.]{{0,40}}(?:bruger|bruker|använder)[^.]{{0,60}}{_MENTIONS}
      | (?:ta\sstrona|nasza\sstrona|używamy|korzystamy)[^.]{{0,80}}(?:{_MENTIONS}|plik\w+\scookie)
      | (?:этот\sсайт|наш\sсайт|сайт|мы)\sиспольз\w+[^.]{{0,60}}(?:{_MENTIONS}|cookie)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_CONSENT_MARK = re.compile(
    r"your (?:device|browser|experience|choices?|data|consent|privacy|preferences|settings|use of)"
    r"|personali[sz]|advertis|analytics|accept|consent|agree|privacy|partners|traffic|opt[ -]out"
    r"|third[- ]part|website|this site|our site|zustimm|einwillig|werbung|webseite|erlebnis|gerät"
    r"|confidentialité|expérience|appareil|publicité|aceptar|experiencia|dispositivo|publicidad"
    r"|consen|esperienza|toestem|ervaring|apparaat|oplevelse|opplevelse|upplevelse|godta|accepter"
    r"|godkän|akcept|urządzeni|соглас|ваш|vos (?:données|choix)|partenaires|partner|sus datos"
    r"|socios|i tuoi dati|tracking",
    re.IGNORECASE,
)
_MAX_NOTICE_LENGTH = 1_200
_LABEL_LENGTH = 30
_SCRIPTS = re.compile(
    r"""(?:
        (?:please|you\s(?:need\sto|must|have\sto|should)|kindly|try\sto)\s(?:[\w']+\s){0,2}
          (?:enable|turn\son|activate|allow|switch\son|use)\s(?:[\w']+\s){0,3}java\s?script
      | (?:enable|turn\son|activate|allow|switch\son)\s(?:[\w']+\s){0,2}java\s?script\s
          (?:(?:and|&)\scookies\s)?(?:to|in\s(?:your|the)|on\s(?:your|the)|if|and|for|or)\b
      | ^\W*(?:enable|turn\son|activate)\sjava\s?script\W*$
      | (?:site|page|website|app\w*|content|feature|video|player|form|game|tool|browser)\s.{0,40}
          (?:requires?|needs|(?:does\snot|doesn.t)\ssupport)
          \s(?:[\w']+\s){0,2}java\s?script
      | java\s?script\s(?:is|must\sbe|has\sbeen|needs\sto\sbe|seems\sto\sbe|appears\sto\sbe
          |and\scookies)\b.{0,40}
        (?:disabled|enabled|required|turned|activated|blocked|not\s)
      | java\s?script\s(?:required|disabled|deaktiviert|désactivé|deshabilitado|disabilitato
          |uitgeschakeld)
      | (?:aktivieren|einschalten|aktivier|aktivér|aktivera|activer|activez|activar|active
          |habilit\w+|abilit\w+|attiv\w+|schakel\w*|włącz\w*|включите|povolte|zapněte|engedélyezze
          |activați|etkinleştirin|aktifkan)\s.{0,30}java\s?script
      | java\s?script.{0,30}(?:aktivieren|activer|activar|habilitar|abilitare|inschakelen|włącz
          |включ|を有効|启用|啟用|사용|etkinleştir|aktiveres|aktiveras)
      | (?:启用|啟用|打开|開啟)\s?java\s?script
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_MAX_SCRIPT_NOTICE_LENGTH = 260
_ARCHIVE_BARS = (
    "//*[@id='wm-ipp-base' or @id='wm-ipp' or @id='wm-ipp-print' or @id='donato'"
    " or @id='wm-capinfo' or @id='wm-btns']"
)
_NEVER = frozenset("article main script style nav table ul ol a img svg noscript".split())
_MAX_DEPTH = 7
_HIDDEN = frozenset("script style noscript template head svg".split())


def drop_notices(tree: HtmlElement) -> None:
    """Remove consent dialogs, notices to browsers without scripts, and a web archive's toolbar."""
    for element in tree.xpath(_ARCHIVE_BARS):
        _drop(element)
    for element in list(tree.iter("noscript")):
        text = " ".join(element.itertext())
        if len(text) <= _MAX_SCRIPT_NOTICE_LENGTH or "<img" in text:
            _drop(element)
    body = tree.find("body")
    for element in () if body is None else _consent_dialogs(body):
        _drop(element)


def is_consent(paragraph: str) -> bool:
    """Return whether a paragraph requests consent to cookies."""
    return (
        len(paragraph) <= _MAX_NOTICE_LENGTH
        and _CONSENT.match(paragraph) is not None
        and (len(paragraph) <= _LABEL_LENGTH or _CONSENT_MARK.search(paragraph) is not None)
    )


def is_script_notice(paragraph: str) -> bool:
    """Return whether a paragraph requests JavaScript."""
    return (
        len(paragraph) <= _MAX_SCRIPT_NOTICE_LENGTH
        and ("avascript" in paragraph.lower() or "ava script" in paragraph.lower())
        and _SCRIPTS.search(paragraph) is not None
    )


def about_consent(title: str) -> bool:
    """Return whether a title is about the subject of consent dialogs, such as cookies."""
    return _CONSENT_WORDS.search(title) is not None


def visible_text(element: HtmlElement) -> str:
    """Return the visible text of an element."""
    texts: list[str] = []
    stack = [element]
    while stack:
        element = stack.pop()
        if isinstance(element.tag, str) and element.tag not in _HIDDEN:
            texts += [element.text or "", *(child.tail or "" for child in element)]
            stack += element
    return " ".join(" ".join(texts).split())


def _consent_dialogs(body: HtmlElement) -> list[HtmlElement]:
    """Find cookie dialogs, which are not nested deeply and hold no article."""
    dialogs: list[HtmlElement] = []
    level = [body]
    for _ in range(_MAX_DEPTH):
        below: list[HtmlElement] = []
        for parent in level:
            for element in parent:
                if not isinstance(element.tag, str) or element.tag in _NEVER:
                    continue
                if _is_consent_dialog(element):
                    dialogs.append(element)
                elif len(element):
                    below.append(element)
        level = below
    return dialogs


def _is_consent_dialog(element: HtmlElement) -> bool:
    attributes = element.attrib
    if not attributes:
        return False
    named = _is_named_for_consent(attributes.get("id", ""), attributes.get("class", ""))
    if (
        not named
        and attributes.get("role") not in ("dialog", "alertdialog")
        and "aria-modal" not in attributes
    ):
        return False
    headings = (" ".join("".join(heading.itertext()).split()) for heading in element.iter("h1"))
    if next(element.iter("article", "main"), None) is not None or any(
        not _CONSENT_WORDS.search(heading) for heading in headings
    ):
        return False
    return _CONSENT_WORDS.search(visible_text(element)) is not None


@lru_cache(maxsize=10_000)
def _is_named_for_consent(identifier: str, classes: str) -> bool:
    return _CONSENT_CLASS.search(f"{identifier} {classes}") is not None


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()
