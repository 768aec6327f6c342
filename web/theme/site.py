"""A site's identity for its readers: title, texts, logo, language and static files."""

from dataclasses import dataclass
from hashlib import blake2b
from importlib import metadata, resources
from pathlib import Path

from markupsafe import Markup

from search.errors import InvalidSettings
from search.model.value_labels import ValueLabels
from search.settings.all_tables import Settings
from web.legal_text import legal_line
from web.presenters.article_body import render_text
from web.theme.bundled_files import STYLE_SHEET, bundled_files
from web.theme.colours import apply_colours, scheme_colours
from web.theme.i18n import SiteTranslations, read_translations
from web.theme.static_assets import StaticFiles
from web.theme.value_descriptions import Descriptions, read_descriptions

__all__ = ["Site", "read_site"]

_LOGO_SUFFIXES = (".svg", ".png", ".webp", ".jpg", ".jpeg", ".avif", ".gif")
_MAX_LOGO_BYTES = 500_000


@dataclass(frozen=True, slots=True)
class Site:
    """A site's identity; `logo` is a URL or "", `version` changes whenever pages would.

    `paper` is the background of pages in the light and in the dark theme; browsers give their own
    controls the same colour.
    """

    title: str
    introduction: Markup
    footer: Markup
    logo: str
    paper: dict[str, str]
    translations: SiteTranslations
    files: StaticFiles
    labels: ValueLabels
    descriptions: Descriptions
    version: str


def read_site(settings: Settings) -> Site:
    """Read a site's identity from the settings.

    Raises:
        InvalidSettings: a file is unreadable, or a colour or language is invalid.

    """
    contents = bundled_files()
    style_sheet = apply_colours(contents[STYLE_SHEET].decode(), settings.site.colours)
    contents[STYLE_SHEET] = style_sheet.encode()
    logo = ""
    if settings.site.logo:
        logo, content = _read_logo(Path(settings.site.logo))
        contents[logo] = content
    files = StaticFiles(contents)
    translations = read_translations(settings.site.interface, settings.site.dates)
    descriptions, described = read_descriptions(settings.site.values)
    return Site(
        title=legal_line(settings.site.title),
        introduction=render_text(settings.site.introduction),
        footer=render_text(settings.site.footer),
        logo=files.url(logo) if logo else "",
        paper=scheme_colours(style_sheet, "paper"),
        translations=translations,
        files=files,
        labels=ValueLabels(settings.labels.by_facet),
        descriptions=descriptions,
        version=_version(settings, contents | {"values": described}),
    )


def _read_logo(path: Path) -> tuple[str, bytes]:
    suffix = path.suffix.lower()
    if suffix not in _LOGO_SUFFIXES:
        raise InvalidSettings(
            f"logo is {str(path)!r}; it must be an image file ending in {', '.join(_LOGO_SUFFIXES)}"
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidSettings(
            f"logo is {str(path)!r}, which cannot be read: {error.strerror}"
        ) from error
    if len(content) > _MAX_LOGO_BYTES:
        raise InvalidSettings(
            f"logo is {str(path)!r} with {len(content):,} bytes; the limit is {_MAX_LOGO_BYTES:,}"
        )
    return f"logo{suffix}", content


def _version(settings: Settings, contents: dict[str, bytes]) -> str:
    """Return a hash of everything that pages depend on; caches fetch them again after a change."""
    digest = blake2b(metadata.version("dateline").encode(), digest_size=5)
    for name in sorted(contents):
        digest.update(contents[name])
    for folder in (
        "templates",
        "templates/article",
        "templates/chronicle",
        "templates/search",
        "locales",
    ):
        for file in sorted((resources.files("web") / folder).iterdir(), key=lambda file: file.name):
            if file.is_file():
                digest.update(file.read_bytes())
    texts = [
        settings.site.title,
        settings.site.introduction,
        settings.site.footer,
        settings.site.interface,
        settings.site.dates,
        *sorted(map(repr, settings.labels.by_facet.items())),
    ]
    # Pages link to open areas only.
    digest.update(repr([*texts, *sorted(settings.security.open_areas)]).encode())
    if settings.site.interface.endswith(".po"):
        digest.update(Path(settings.site.interface).read_bytes())
    return digest.hexdigest()
