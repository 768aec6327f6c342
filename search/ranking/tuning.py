"""Tuning of query processing and ranking; docs/ranking.md describes the settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import NamedTuple

from search.errors import InvalidSettings
from search.model.facets import facet_named
from search.model.value_labels import NO_LABELS, ValueLabels
from search.query.synonyms import NO_SYNONYMS, Synonyms, read_synonyms
from search.settings.all_tables import Settings

__all__ = ["Boost", "Tuning", "read_tuning"]

_MAX_POINTS = 1000.0


class Boost(NamedTuple):
    """Points added to the score of articles with a facet value."""

    facet: str
    value: str
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """The tuning of an engine; by default nothing is tuned.

    `recency_days` is the half-life of the recency bonus, 0 for no bonus. `pins` maps a query, in
    any case, to the id of the article that is ranked first. By `labels` readers find values.
    """

    synonyms: Synonyms = NO_SYNONYMS
    with_meaning: bool = False
    recency_days: int = 0
    pins: Mapping[str, str] = field(default_factory=dict)
    boosts: tuple[Boost, ...] = ()
    labels: ValueLabels = NO_LABELS

    def pinned(self, text: str) -> str | None:
        """Return the id of the article that is pinned for a query."""
        return self.pins.get(_normalized(text))


def read_tuning(settings: Settings) -> Tuning:
    """Read the tuning from the settings.

    Raises:
        InvalidSettings: the synonyms or a boost cannot be read, or the package for embeddings is
            not installed.

    """
    installed = find_spec("wordllama") is not None
    ranking = settings.ranking
    if ranking.meaning == "on" and not installed:
        raise InvalidSettings(
            "meaning is on, but its packages are not installed; install dateline[meaning], or set "
            "it to off"
        )
    return Tuning(
        synonyms=read_synonyms(ranking.synonyms),
        with_meaning=installed and ranking.meaning != "off",
        recency_days=ranking.recency_days,
        pins={_normalized(text): article_id for text, article_id in ranking.pins.items()},
        boosts=tuple(_boost(name, points) for name, points in ranking.boosts.items()),
        labels=ValueLabels(settings.labels.by_facet),
    )


def _normalized(text: str) -> str:
    return " ".join(text.casefold().split())


def _boost(name: str, value_text: str) -> Boost:
    facet_name, _, value = name.partition(":")
    facet = facet_named(facet_name)
    if facet is None or facet.is_date or not value:
        raise InvalidSettings(
            f'the boost {name!r} is not for a facet value; write it like "source:Reuters" = "1.5"'
        )
    try:
        points = float(value_text)
    except ValueError:
        points = -1.0
    if not 0 < points <= _MAX_POINTS:
        raise InvalidSettings(
            f"the boost of {name!r} is {value_text!r}; it must be above 0 and at most "
            f"{_MAX_POINTS:.0f} points"
        )
    return Boost(facet.name, value, points)
