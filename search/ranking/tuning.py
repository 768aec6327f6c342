"""What an admin may set of how queries are understood and hits ordered; docs/ranking.md tells what each does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import NamedTuple

from search.errors import InvalidSettings
from search.model.facets import facet_named
from search.query.synonyms import NO_SYNONYMS, Synonyms, read_synonyms
from search.settings.tables import Settings

__all__ = ["Boost", "Tuning", "read_tuning"]

_MAX_POINTS = 1000.0


class Boost(NamedTuple):
    """Points that articles with a facet's value gain in the order by relevance."""

    facet: str
    value: str
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """All of it; by default nothing.

    `recency_days` is how much older than the newest article one is that gains half of what the newest does; 0 is no gain.
    `pins` maps a text, in any case, to the id of the article that stands first for it.
    """

    synonyms: Synonyms = NO_SYNONYMS
    with_meaning: bool = False
    recency_days: int = 0
    pins: Mapping[str, str] = field(default_factory=dict)
    boosts: tuple[Boost, ...] = ()

    def pinned(self, text: str) -> str | None:
        """Return the id that is pinned for a text."""
        return self.pins.get(_plain(text))


def read_tuning(settings: Settings) -> Tuning:
    """Read the tuning from the settings.

    Raises:
        InvalidSettings: the synonyms cannot be read, a boost is unreadable, or what meaning needs is not installed.

    """
    installed = find_spec("wordllama") is not None
    ranking = settings.ranking
    if ranking.meaning == "on" and not installed:
        raise InvalidSettings(
            "meaning is on, but what it needs is not installed; install dateline[meaning], or set it to off"
        )
    return Tuning(
        synonyms=read_synonyms(ranking.synonyms),
        with_meaning=installed and ranking.meaning != "off",
        recency_days=ranking.recency_days,
        pins={_plain(text): article_id for text, article_id in ranking.pins.items()},
        boosts=tuple(_boost(name, points) for name, points in ranking.boosts.items()),
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _boost(name: str, written: str) -> Boost:
    facet, _, value = name.partition(":")
    found = facet_named(facet)
    if found is None or found.is_date or not value:
        raise InvalidSettings(
            f'the boost {name!r} names no value of a facet; write it like "source:Reuters" = "1.5"'
        )
    try:
        points = float(written)
    except ValueError:
        points = -1.0
    if not 0 < points <= _MAX_POINTS:
        raise InvalidSettings(
            f"the boost of {name!r} is {written!r}; it must be points above 0, {_MAX_POINTS:.0f} at most"
        )
    return Boost(facet, value, points)
