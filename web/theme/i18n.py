"""Translations: messages from gettext catalogues, dates and numbers by locale (Babel)."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from gettext import NullTranslations
from importlib import resources
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, get_month_names
from babel.lists import format_list
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_percent
from babel.support import Format, Translations
from markupsafe import Markup, escape

from search.errors import InvalidSettings
from search.model.periods import Period
from web.theme.template_output import escaped

__all__ = ["FACET_LABELS", "SiteTranslations", "bundled", "read_translations"]

_FOLDER = "locales"
_SOURCE_LANGUAGE = "en"
"""The language of the messages in the templates, which needs no catalogue."""
_DEFAULT_DATE_LOCALES = {"en": "en_GB"}
"""The date locale for languages without a country; Babel's default for "en" is American."""
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_CACHE_SIZE = 8_192
_GROUPED_FROM = 1_000
_ONE_PER_CENT = 0.01
_SMALLEST_SHARE, _LARGEST_SHARE = 0.0001, 0.999
"""The shares next to none and all of it that are written as numbers."""


def gettext_noop(message: str) -> str:
    """Mark a message for extraction that is translated elsewhere."""
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
    """Translates messages into one language and formats dates and numbers.

    Messages are HTML. `tag` and `direction` are the language's `lang` and `dir` attributes.
    Formatted values are cached: a page contains a hundred of them.
    """

    def __init__(self, language: Locale, dates: Locale, catalog: NullTranslations) -> None:
        self._language = language
        self.tag = str(language).replace("_", "-")
        self.direction = language.text_direction
        self._catalog = catalog
        self._messages: dict[str, Markup] = {}
        self._plural_forms = lru_cache(_CACHE_SIZE)(catalog.ngettext)
        self._grouped_number = lru_cache(_CACHE_SIZE)(Format(language).decimal)
        self._rounded_share = lru_cache(_CACHE_SIZE)(
            lambda share: format_percent(share, locale=language, decimal_quantization=False)
        )
        self.day = lru_cache(_CACHE_SIZE)(lambda iso: _format_day(iso, dates))
        self.day_of_year = lru_cache(_CACHE_SIZE)(lambda iso: _format_day_of_year(iso, dates))
        self.month = lru_cache(_CACHE_SIZE)(lambda number: _format_month(number, dates))
        self.period = lru_cache(_CACHE_SIZE)(lambda period: _format_period(period, dates))
        self.periods = lru_cache(_CACHE_SIZE)(self._periods)
        self.short_period = lru_cache(_CACHE_SIZE)(
            lambda period, *, with_year: _format_short(period, dates, with_year=with_year)
        )

    def gettext(self, message: str, /, **values: object) -> Markup:
        """Translate a message and insert the values, escaped, for its placeholders `%(name)s`."""
        translation = self._messages.get(message)
        if translation is None:
            translation = self._messages[message] = _as_html(self._catalog.gettext(message))
        return _inserted(translation, values) if values else translation

    def ngettext(self, singular: str, plural: str, number: int, /, **values: object) -> Markup:
        """Translate a message in its plural form for a number; see `gettext`."""
        return _inserted(self._plural_forms(singular, plural, number), values)

    def number(self, number: int) -> str:
        """Format a whole number with the language's thousands separators."""
        return str(number) if 0 <= number < _GROUPED_FROM else self._grouped_number(number)

    def share(self, share: float) -> str:
        """Format a share as per cent, with one decimal place, or two below one per cent.

        A share of something is neither none nor all of it, such as "<0.01%".
        """
        rounded = round(share, 3 if share >= _ONE_PER_CENT else 4)
        if rounded == 0 < share:
            return f"<{self._rounded_share(_SMALLEST_SHARE)}"
        if share < 1 <= rounded:
            return f">{self._rounded_share(_LARGEST_SHARE)}"
        return self._rounded_share(rounded)

    def alternatives(self, texts: Iterable[str]) -> Markup:
        """Join texts as "one or another"; HTML among them is kept."""
        return self._listed(texts, "or")

    def enumeration(self, texts: Iterable[str]) -> Markup:
        """Join texts as "one and another"; HTML among them is kept."""
        return self._listed(texts, "standard")

    def _periods(self, first: str, last: str) -> str:
        """Format the time from one period to another, which may be the same."""
        if first == last:
            return self.period(first)
        return self.gettext(
            "%(first)s to %(last)s", first=self.period(first), last=self.period(last)
        )

    def _listed(self, texts: Iterable[str], style: Literal["or", "standard"]) -> Markup:
        return _as_html(format_list([escape(text) for text in texts], style, self._language))

    def facet(self, name: str) -> str:
        """Return the label of a facet."""
        return self.gettext(FACET_LABELS[name])

    def language_name(self, tag: str) -> str:
        """Return the name of a language, or its tag if Babel has no name for it."""
        try:
            name = Locale.parse(tag, sep="-").get_display_name(self._language)
        except (ValueError, UnknownLocaleError):
            return tag
        return name or tag


def read_translations(interface: str, dates: str) -> SiteTranslations:
    """Read the translations for a bundled language or from the admin's own `.po` file.

    Dates have the format of the locale `dates`, "" for the one of the language.

    Raises:
        InvalidSettings: the language or locale is unknown, or the file is invalid.

    """
    if interface == _SOURCE_LANGUAGE:
        language, catalog = Locale(_SOURCE_LANGUAGE), NullTranslations()
    elif interface.endswith(".po"):
        language, catalog = _read_catalog(Path(interface), interface)
    elif interface in bundled():
        file = resources.files("web") / _FOLDER / f"{interface}.po"
        language, catalog = _read_catalog(file, interface)
    else:
        languages = ", ".join(sorted({_SOURCE_LANGUAGE, *bundled()}))
        raise InvalidSettings(
            f"interface is {interface!r}; it must be one of {languages}, or the path of a .po file"
        )
    date_locale = dates or _DEFAULT_DATE_LOCALES.get(str(language), str(language))
    try:
        return SiteTranslations(language, Locale.parse(date_locale.replace("-", "_")), catalog)
    except (ValueError, UnknownLocaleError) as error:
        raise InvalidSettings(
            f"dates is {dates!r}; it must be a language tag, such as en-US or de"
        ) from error


def bundled() -> list[str]:
    """Return the languages of the bundled catalogues."""
    files = (resources.files("web") / _FOLDER).iterdir()
    return [file.name.removesuffix(".po") for file in files if file.name.endswith(".po")]


def _read_catalog(file: Traversable, name: str) -> tuple[Locale, NullTranslations]:
    try:
        with file.open("rb") as stream:
            catalog = read_po(stream, abort_invalid=True)
    except (OSError, UnicodeDecodeError, PoFileError) as error:
        raise InvalidSettings(f"interface is {name}, which cannot be read: {error}") from error
    if catalog.locale is None:
        raise InvalidSettings(
            f'interface is {name}, whose header does not name its language; add "Language: fr\\n"'
        )
    for message in catalog:
        _check_placeholders(message, name)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return catalog.locale, Translations(compiled)


def _check_placeholders(message: Message, name: str) -> None:
    """Refuse a translation that could not be formatted.

    Babel's own check (`Message.check`) ignores a `%` that is not escaped.
    """
    source = message.id if isinstance(message.id, str) else " ".join(message.id)
    forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    placeholders = dict.fromkeys(_PLACEHOLDER.findall(source), "")
    for form in filter(None, forms):
        try:
            _ = form % placeholders if placeholders else ""
        except (KeyError, ValueError, TypeError) as error:
            allowed = ", ".join(f"%({placeholder})s" for placeholder in placeholders)
            raise InvalidSettings(
                f"interface is {name}, whose translation {form!r} is invalid; "
                f"it may contain {allowed}, and %% for a percent sign"
            ) from error


def _inserted(message: str, values: Mapping[str, object]) -> Markup:
    """Insert values, escaped, for the placeholders of a message.

    The operator of `Markup` does the same in twice the time.
    """
    return _as_html(str.__mod__(message, {name: escaped(value) for name, value in values.items()}))


def _as_html(message: str) -> Markup:
    # Only the project and the site's administrator write catalogues, so their HTML is trusted.
    return Markup(message)  # noqa: S704


def _format_day(iso: str, locale: Locale) -> str:
    return Format(locale).date(dt.date.fromisoformat(iso[:10]), "long")


def _format_day_of_year(iso: str, locale: Locale) -> str:
    return format_skeleton("MMMMd", dt.date.fromisoformat(iso), locale=locale)


def _format_month(number: int, locale: Locale) -> str:
    """Return the short name of a month by itself."""
    return str(get_month_names("abbreviated", "stand-alone", locale)[number])


def _format_period(text: str, locale: Locale) -> str:
    period = Period.parse(text)
    if period.level == "year":
        return text
    if period.level == "month":
        return format_skeleton("yMMMM", period.first, locale=locale)
    return _format_day(text, locale)


def _format_short(text: str, locale: Locale, *, with_year: bool) -> str:
    """Format a period as the axis of a chart names it; days have no year."""
    period = Period.parse(text)
    if period.level == "year":
        return text
    if period.level == "day":
        return format_skeleton("MMMd", period.first, locale=locale)
    return format_skeleton("yMMM" if with_year else "MMM", period.first, locale=locale)
