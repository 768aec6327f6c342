"""What a site is to its readers: its name, words, looks and files, made of the settings once."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from importlib import metadata, resources
from pathlib import Path

import js_lib_htmx
from markupsafe import Markup

from search.errors import InvalidSettings
from search.settings.tables import Settings
from web.presenters.article_body import render_text
from web.theme.colours import recoloured
from web.theme.i18n import SiteTranslations, read_translations
from web.theme.static_assets import StaticFiles

__all__ = ["Site", "read_site"]

_STYLE = "dateline.css"
_LOGO_ENDINGS = (".svg", ".png", ".webp", ".jpg", ".jpeg", ".avif", ".gif")
_MAX_LOGO_BYTES = 500_000


@dataclass(frozen=True, slots=True)
class Site:
    """All of it; `logo` is a file's address or "", `version` changes whenever any of it does."""

    title: str
    introduction: Markup
    footer: Markup
    logo: str
    translations: SiteTranslations
    files: StaticFiles
    version: str


def read_site(settings: Settings) -> Site:
    """Read what the settings say of a site.

    Raises:
        InvalidSettings: a file cannot be read, or a colour or language is none.

    """
    site = settings.site
    contents = dict(_bundled())
    contents[_STYLE] = recoloured(contents[_STYLE].decode(), site.colours).encode()
    logo = ""
    if site.logo:
        logo, content = _logo(Path(site.logo))
        contents[logo] = content
    files = StaticFiles(contents)
    translations = read_translations(site.interface, site.dates)
    return Site(
        title=site.title,
        introduction=render_text(site.introduction),
        footer=render_text(site.footer),
        logo=files.address(logo) if logo else "",
        translations=translations,
        files=files,
        version=_version(settings, contents),
    )


def _bundled() -> Iterator[tuple[str, bytes]]:
    yield "htmx.min.js", (resources.files(js_lib_htmx) / "static/htmx/htmx.min.js").read_bytes()
    for file in (resources.files("web") / "static").iterdir():
        if file.is_file():
            yield file.name, file.read_bytes()


def _logo(path: Path) -> tuple[str, bytes]:
    ending = path.suffix.lower()
    if ending not in _LOGO_ENDINGS:
        raise InvalidSettings(
            f"logo is {str(path)!r}; it must be a picture that ends in {', '.join(_LOGO_ENDINGS)}"
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidSettings(
            f"logo is {str(path)!r}, which cannot be read: {error.strerror}"
        ) from error
    if len(content) > _MAX_LOGO_BYTES:
        raise InvalidSettings(
            f"logo is {str(path)!r} of {len(content):,} bytes; {_MAX_LOGO_BYTES:,} are the most"
        )
    return f"logo{ending}", content


def _version(settings: Settings, contents: dict[str, bytes]) -> str:
    """Name what pages are made of, so that a cache fetches them anew when any of it changes."""
    digest = blake2b(metadata.version("dateline").encode(), digest_size=5)
    for name in sorted(contents):
        digest.update(contents[name])
    for folder in ("templates", "locales"):
        for file in sorted((resources.files("web") / folder).iterdir(), key=lambda each: each.name):
            digest.update(file.read_bytes())
    site = settings.site
    said = [
        site.title,
        site.introduction,
        site.footer,
        site.interface,
        site.dates,
    ]
    # Pages link to what is open.
    said += sorted(settings.security.open_areas)
    digest.update(repr(said).encode())
    if site.interface.endswith(".po"):
        digest.update(Path(site.interface).read_bytes())
    return digest.hexdigest()
