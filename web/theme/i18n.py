"""The words of pages in the site's language: messages by gettext catalogues, dates and numbers by the Unicode CLDR (Babel)."""

import datetime as dt
import re
from functools import lru_cache
from gettext import NullTranslations
from importlib import resources
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal
from babel.support import Translations
from markupsafe import Markup

from search.errors import InvalidSettings
from search.model.periods import Period

__all__ = ["FACET_LABELS", "SiteTranslations", "bundled", "read_translations"]

_FOLDER = "locales"
_WRITTEN_IN = "en"
"""The language of the messages in the templates, which needs no catalogue."""
_DATES = {"en": "en_GB"}
"""Whose dates are written where the setting is silent and the language alone does not say it well."""
_PLACE = re.compile(r"%\((\w+)\)s")
_CACHE_SIZE = 8_192
_GROUPED_FROM = 1_000


def gettext_noop(message: str) -> str:
    """Mark a message that is looked up elsewhere, so that it is gathered."""
    return message


FACET_LABELS = {
    "region": gettext_noop("Region"),
    "theme": gettext_noop("Theme"),
    "author": gettext_noop("Author"),
    "date": gettext_noop("Date"),
    "report": gettext_noop("In-depth report"),
    "source": gettext_noop("Source"),
    "language": gettext_noop("Language"),
}


class SiteTranslations:
    """Says things in one language; `dates` is the locale whose habit dates are written in."""

    def __init__(self, language: Locale, dates: Locale, translations: NullTranslations) -> None:
        self._language = language
        self.tag = str(language).replace("_", "-")
        self.direction = language.text_direction
        self._translations = translations
        self._messages: dict[str, Markup] = {}
        self._grouped = lru_cache(_CACHE_SIZE)(
            lambda number: format_decimal(number, locale=language)
        )
        self.day = lru_cache(_CACHE_SIZE)(lambda iso: _day(iso, dates))
        self.period = lru_cache(_CACHE_SIZE)(lambda text: _period(text, dates))

    def gettext(self, message: str, /, **values: object) -> Markup:
        """Return a message as HTML, with values, escaped, in its places `%(name)s`."""
        told = self._messages.get(message)
        if told is None:
            # A page says thirty things, the same ones every time.
            told = self._messages[message] = _html(self._translations.gettext(message))
        return told % values if values else told

    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> Markup:
        """Return a message in its form for a number, as `say` does."""
        return _html(self._translations.ngettext(one, many, number)) % values

    def number(self, number: int) -> str:
        """Write a whole number."""
        return str(number) if 0 <= number < _GROUPED_FROM else self._grouped(number)

    def facet(self, name: str) -> str:
        """Name a facet."""
        return self.gettext(FACET_LABELS[name])

    def language_name(self, tag: str) -> str:
        """Name a language, by its tag where nobody has named it."""
        try:
            found = Locale.parse(tag, sep="-").get_display_name(self._language)
        except (ValueError, UnknownLocaleError):
            return tag
        return found or tag


def read_translations(interface: str, dates: str) -> SiteTranslations:
    """Read the catalogue of a language: one of the bundled, or a `.po` file of the admin's.

    Raises:
        InvalidSettings: there is none, it cannot be read, or a locale is unknown.

    """
    if interface == _WRITTEN_IN:
        language, translations = Locale(_WRITTEN_IN), NullTranslations()
    elif interface.endswith(".po"):
        language, translations = _read(Path(interface), interface)
    elif interface in bundled():
        language, translations = _read(
            resources.files("web") / _FOLDER / f"{interface}.po", interface
        )
    else:
        there = ", ".join(sorted({_WRITTEN_IN, *bundled()}))
        raise InvalidSettings(
            f"interface is {interface!r}; there are {there}, or give the path of a .po file"
        )
    written = dates or _DATES.get(str(language), str(language))
    try:
        return SiteTranslations(language, Locale.parse(written.replace("-", "_")), translations)
    except (ValueError, UnknownLocaleError) as error:
        raise InvalidSettings(
            f"dates is {dates!r}; it is a language's tag, such as en-US or de"
        ) from error


def bundled() -> list[str]:
    """Return the languages whose catalogues come with Dateline."""
    files = (resources.files("web") / _FOLDER).iterdir()
    return [file.name.removesuffix(".po") for file in files if file.name.endswith(".po")]


def _read(file: Traversable, name: str) -> tuple[Locale, NullTranslations]:
    try:
        with file.open("rb") as stream:
            catalogue = read_po(stream, abort_invalid=True)
    except (OSError, UnicodeDecodeError, PoFileError) as error:
        raise InvalidSettings(f"interface names {name}, which cannot be read: {error}") from error
    if catalogue.locale is None:
        raise InvalidSettings(
            f'interface names {name}, whose head does not say its language; add "Language: fr\\n"'
        )
    for message in catalogue:
        _check(message, name)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return catalogue.locale, Translations(compiled)


def _check(message: Message, name: str) -> None:
    """Refuse a translation that would end a page in an error."""
    asked = message.id if isinstance(message.id, str) else " ".join(message.id)
    told = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    places = dict.fromkeys(_PLACE.findall(asked), "")
    for text in filter(None, told):
        try:
            _ = text % places if places else ""
        except (KeyError, ValueError, TypeError) as error:
            raise InvalidSettings(
                f"interface names {name}, whose translation {text!r} cannot be filled in; "
                f"it may hold {', '.join(f'%({place})s' for place in places)}, and %% for a per cent sign"
            ) from error


def _html(message: str) -> Markup:
    return Markup(message)  # noqa: S704 # a catalogue is the site's own


def _day(iso: str, locale: Locale) -> str:
    return format_date(dt.date.fromisoformat(iso[:10]), "long", locale)


def _period(text: str, locale: Locale) -> str:
    period = Period.parse(text)
    if period.level == "year":
        return text
    if period.level == "month":
        return format_skeleton("yMMMM", period.first, locale=locale)
    return _day(text, locale)
