"""Map categories and tags of other systems to facets, by rules that `dateline.toml` extends."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from indexer.formats.record.parsed_record import ParsedRecord
from search.analysis.folding import fold

__all__ = ["Category", "put_categories", "taxonomy_of"]


@lru_cache(maxsize=10_000)
def slug_of(text: str) -> str:
    """Return a name in the form in which names are compared: `Non classé` is `non-classe`."""
    return re.sub(r"[\W_]+", "-", fold(text)).strip("-")


_CONTAINERS = {
    "region": "regions", "regions": "regions", "theme": "themes", "themes": "themes",
    "report": "reports", "reports": "reports", "in-depth-report": "reports",
    "in-depth-reports": "reports",
}  # fmt: skip
_TAXONOMIES = dict.fromkeys(
    "category categories topic topics subject subjects theme themes section sections rubric rubrics"
    " channel channels desk beat beats news-category article-category article-categories"
    " post-category rubrik rubriken kategorie kategorien thema themen ressort categorie rubrique"
    " rubriques theme themes sujet sujets categoria categorias seccion secciones tema temas assunto"
    " assuntos editoria editorias sezione sezioni argomento argomenti rubriek rubrieken onderwerp"
    " onderwerpen kategori kategorier amne amnen emne emner dzial kategoria"
    " kategorie".split(), "themes",
) | dict.fromkeys(
    "tag tags post-tag keyword keywords article-tag news-tag stichwort schlagwort schlagworte"
    " schlagworter mot-cle mots-cles etiqueta"
    " etiquetas".split(), "",
)  # fmt: skip
"""Taxonomies of subjects in several languages; tags are too many to be a facet."""
_PLACEHOLDERS = dict.fromkeys(
    map(
        slug_of,
        (
            "Uncategorized", "Uncategorised", "Unkategorisiert", "Nicht kategorisiert",
            "Ohne Kategorie", "Non classé", "Sin categoría", "Sin categorizar", "Sense categoria",
            "Sem categoria", "Sem categorias", "Senza categoria", "Geen categorie",
            "Niet gecategoriseerd", "Ongecategoriseerd", "Uden kategori", "Ikke kategoriseret",
            "Ukategoriseret", "Ukategorisert", "Okategoriserade", "Luokittelematon",
            "Bez kategorii", "Bez kategorie", "Nezařazené", "Nezaradené", "Nekategorizirano",
            "Nerazvrščeno", "Egyéb kategória", "Fără categorie", "Без рубрики", "Без категорії",
            "Без категория", "Некатегоризовано", "Χωρίς κατηγορία", "Kategorisiz", "غير مصنف",
            "دسته‌بندی نشده", "כללי ללא קטגוריה", "未分類", "未分类", "미분류", "Chưa phân loại",
            "Tak Berkategori",
        ),
    ),
    "",
)  # fmt: skip
"""The default category of posts without any, as WordPress names it in many languages."""
_OF_CATEGORIES = _PLACEHOLDERS | _CONTAINERS
_OF_TAXONOMIES = _TAXONOMIES | _CONTAINERS
# Taxonomies that WordPress and its plug-ins use internally.
_INTERNAL = re.compile(
    r"(?:post|term|nav|wp|yst|yoast|pll|amp|elementor|jp|mec|product|link|media|attachment|ef|et"
    r"|acf|wpml|icl|author|user|member|action"
    r"|translation|language|locale|lang|format|menu|visibility|following)(?:-.*)?"
    r"|.*-(?:format|menu|translations?|language|layout|template|status)"
)
_MAX_LENGTH = 40


class Category(NamedTuple):
    """A category of an article; `above` holds names or slugs of its ancestors, nearest first."""

    name: str
    taxonomy: str
    above: Sequence[str] = ()


def put_categories(
    parsed: ParsedRecord, categories: Sequence[Category], mapping: Mapping[str, str]
) -> None:
    """Put each category into the facet that its name, an ancestor or its taxonomy is mapped to.

    A category with others below it, such as "Region", is not a value of the facet.
    """
    mapped = {slug_of(name): key for name, key in mapping.items()}
    keys, taxonomies = _OF_CATEGORIES | mapped, _OF_TAXONOMIES | mapped
    containers = _CONTAINERS.keys() | {
        slug_of(above) for category in categories for above in category.above
    }
    for category in categories:
        own, *above = map(slug_of, (category.name, *category.above))
        taxonomy = slug_of(category.taxonomy)
        mapped_name = next((name for name in (own, *above) if name in keys), "")
        key = keys[mapped_name] if mapped_name else taxonomies.get(taxonomy)
        if key is None and not _INTERNAL.fullmatch(taxonomy):
            # The name is counted like an unknown key, so that an admin sees what to map.
            parsed.record[f"taxonomy {category.taxonomy[:_MAX_LENGTH]}"] = True
        if not key or own in containers:
            continue
        place = f"{category.taxonomy} {category.name!r}" + (
            f" under {category.above[0]!r}" if category.above else ""
        )
        if key == "source":
            parsed.put_missing("source", category.name, place)
        elif category.name not in parsed.record.get(key, []):
            parsed.record.setdefault(key, []).append(category.name)
            parsed.places[key] = f"{parsed.places[key]}, {place}" if key in parsed.places else place


def taxonomy_of(scheme: str, mapping: Mapping[str, str]) -> str:
    """Return the taxonomy that a feed's scheme or domain names, if it is known.

    All other schemes mean categories.
    """
    slug = slug_of(scheme)
    is_known = (
        slug in _TAXONOMIES
        or _INTERNAL.fullmatch(slug)
        or any(slug_of(name) == slug for name in mapping)
    )
    return scheme if slug and is_known else "category"
