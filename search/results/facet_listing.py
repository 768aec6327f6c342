"""The list of all values of a facet over the matches of a search: filtered, sorted, in pages.

A facet may have a million values, so that no step handles each of them with more than a few
operations: values are sorted by count, and by name only around the page that is requested.
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import neg
from types import MappingProxyType

from search.analysis.elision import elided_length
from search.analysis.folding import HYPHENS, fold
from search.model.facets import Facet
from search.model.results import FacetValue
from search.results.collation import NameOrder, name_key, places_in_order
from search.results.facet_values import FacetValuePage, FacetValueQuery, ValueOrder

__all__ = ["FacetListing"]

_MAX_INITIALS = 60
_MIN_KEPT = 1_000
"""Names from which their order is kept: it takes 4 bytes a name."""
_SIGNS = str.maketrans({"'": None, '"': None} | dict.fromkeys(f"{HYPHENS}\u05be", " "))
_ANY_SIGN = re.compile(f"[{re.escape(''.join(map(chr, _SIGNS)))}]")


class FacetListing:
    """All values of a facet with their counts; periods stay in the order of `counts`.

    A value with a label has its place by the label, and is found by both.
    """

    def __init__(
        self,
        facet: Facet,
        counts: Mapping[str, int],
        labels: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._facet = facet
        self._labels = labels
        values = list(counts)
        if not facet.is_date:
            values.sort(key=counts.__getitem__, reverse=True)
        self._values = _Texts(values)
        self._counts = array("Q", map(counts.__getitem__, values))
        self._orders: dict[tuple[int, int], NameOrder] = {}

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self._counts)

    def page(self, query: FacetValueQuery, selected: Collection[str] = ()) -> FacetValuePage:
        """Return a page of the values; selected ones without a match have the count 0."""
        values = self._values.split()
        counts: Sequence[int] = self._counts
        if unmatched := dict.fromkeys(selected).keys() - set(values if selected else ()):
            values += unmatched
            counts = [*counts, *(0 for _ in unmatched)]
        names = self._shown(values)
        places: Sequence[int] = range(len(names))
        initials: tuple[str, ...] = ()
        if query.with_initials and not (query.contains or query.prefix):
            initials = _first_letters(names) if unmatched else self._initials
        elif query.contains or query.prefix:
            folded = [*self._folded.split(), *map(fold, self._shown([*unmatched]))]
            beginnings = self._beginnings if not unmatched else _beginnings_of(folded)
            bare = self._bare if not unmatched else _without_signs(folded)
            places = _containing(folded, bare, query.contains)
            if self._labels and query.contains:
                places = sorted({*places, *self._labelled(values, query.contains)})
            if query.with_initials:
                is_whole = len(places) == len(self)
                initials = self._initials if is_whole else _initials(folded, beginnings, places)
            places = _beginning(folded, beginnings, places, query.prefix)
        first = (query.page - 1) * query.size
        last = min(first + query.size, len(places))
        if query.order is ValueOrder.NAME:
            listed = self._by_name(names, places, first, last)
        elif self._facet.is_date:
            listed = list(places[first:last])
        else:
            listed = self._by_count_and_name(names, counts, places, first, last)
        page = tuple(
            FacetValue(values[place], counts[place], values[place] in selected) for place in listed
        )
        return FacetValuePage(self._facet, page, query, len(places), initials)

    def _shown(self, values: list[str]) -> list[str]:
        """Return the values under the names that readers see."""
        labels = self._labels
        return [labels.get(value, value) for value in values] if labels else values

    def _labelled(self, values: Sequence[str], part: str) -> Iterator[int]:
        """Yield the places of the values that have a label, and contain a text themselves."""
        part = fold(part)
        for place, value in enumerate(values):
            if value in self._labels and part in fold(value):
                yield place

    def _by_count_and_name(
        self,
        names: Sequence[str],
        counts: Sequence[int],
        places: Sequence[int],
        first: int,
        last: int,
    ) -> list[int]:
        """Return the places of a page of names, of which `places` are in the order of counts."""
        in_order = counts if isinstance(places, range) else [counts[place] for place in places]
        listed: list[int] = []
        start = first
        while start < last:
            begin = bisect_left(in_order, -in_order[start], key=neg)
            end = bisect_right(in_order, -in_order[start], key=neg)
            listed += self._by_name(names, places[begin:end], start - begin, last - begin)
            start = end
        return listed

    def _by_name(
        self, names: Sequence[str], places: Sequence[int], first: int, last: int
    ) -> list[int]:
        """Return those of the places that are on a page of their names in order.

        The order of names that follow each other in the whole list is kept.
        """
        part = [names[place] for place in places]
        # Selected values without a match, after all others, are those of one request.
        if isinstance(places, range) and places.stop <= len(self) and len(places) > _MIN_KEPT:
            key = (places.start, places.stop)
            order = self._orders.get(key) or self._orders.setdefault(key, NameOrder(part))
            found = order.places(part, first, last)
        else:
            found = places_in_order(part, first, last)
        return [places[place] for place in found]

    @cached_property
    def _folded(self) -> "_Texts":
        return _Texts([fold(name) for name in self._shown(self._values.split())])

    @cached_property
    def _bare(self) -> dict[int, str]:
        return _without_signs(self._folded.split())

    @cached_property
    def _beginnings(self) -> dict[int, tuple[str, ...]]:
        return _beginnings_of(self._folded.split())

    @cached_property
    def _initials(self) -> tuple[str, ...]:
        return _first_letters(self._shown(self._values.split()))


class _Texts:
    """Texts without line ends in a quarter of the memory that separate strings take."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._joined = "\n".join(texts).encode("utf-8", "surrogatepass") if texts else None

    def split(self) -> list[str]:
        """Return the texts."""
        if self._joined is None:
            return []
        return self._joined.decode("utf-8", "surrogatepass").split("\n")


def _without_signs(folded: Iterable[str]) -> dict[int, str]:
    """Return the names that have signs without them, by their places.

    Readers leave out apostrophes and gershayim, and type a space for a hyphen.
    """
    return {
        place: name.translate(_SIGNS)
        for place, name in enumerate(folded)
        if _ANY_SIGN.search(name) is not None
    }


def _containing(folded: Sequence[str], bare: Mapping[int, str], part: str) -> Sequence[int]:
    """Return the places of the names that contain a text, with or without signs in both."""
    part = fold(part)
    if not part:
        return range(len(folded))
    bare_part = part.translate(_SIGNS)
    found = [place for place, name in enumerate(folded) if part in name]
    if not bare_part:
        return found
    if bare_part == part:
        others = (place for place, name in bare.items() if part in name)
    else:
        # A name without signs may contain what was typed with them.
        others = (place for place, name in enumerate(folded) if bare_part in bare.get(place, name))
    return sorted({*found, *others})


def _beginning(
    folded: Sequence[str],
    beginnings: Mapping[int, tuple[str, ...]],
    places: Sequence[int],
    prefix: str,
) -> Sequence[int]:
    """Return those of the places whose names begin with a text."""
    prefix = fold(prefix)
    if not prefix:
        return places
    return [
        place
        for place in places
        if folded[place].startswith(prefix)
        or (place in beginnings and any(text.startswith(prefix) for text in beginnings[place]))
    ]


def _beginnings_of(folded: Iterable[str]) -> dict[int, tuple[str, ...]]:
    """Return the texts that a prefix may match, of names of which it may match several.

    These are the name, the name without signs before its first letter, and the name without an
    elided article: `“l'aquila”` is found by `“l`, `l'a` and `aquila`.
    """
    beginnings: dict[int, tuple[str, ...]] = {}
    for place, name in enumerate(folded):
        if name[:1].isalnum() and "'" not in name:
            continue
        start = next((index for index, character in enumerate(name) if character.isalnum()), 0)
        bare = name[start:]
        rest = bare[elided_length(bare) :]
        beginnings[place] = (name, bare) if rest == bare else (name, bare, rest)
    return beginnings


def _first_letters(names: Iterable[str]) -> tuple[str, ...]:
    """Return the initials of all names; plain ones need not be folded for their first letter."""
    plain: Counter[str] = Counter()
    others: list[str] = []
    for name in names:
        if name.isascii() and name[:1].isalnum() and "'" not in name and "`" not in name:
            plain[name[0].lower()] += 1
        else:
            others.append(fold(name))
    return _initials(others, _beginnings_of(others), range(len(others)), plain)


def _initials(
    folded: Sequence[str],
    beginnings: Mapping[int, tuple[str, ...]],
    places: Iterable[int],
    others: Mapping[str, int] = MappingProxyType({}),
) -> tuple[str, ...]:
    """Return the most common first letters in the order of names; some scripts have thousands.

    `others` are counts of letters that are added.
    """
    initials: Counter[str] = Counter(others)
    for place in places:
        if place in beginnings:
            initials.update({text[0] for text in beginnings[place] if text[:1].isalnum()})
        else:
            initials[folded[place][0]] += 1
    letters = {letter.upper() for letter, _ in initials.most_common(_MAX_INITIALS)}
    return tuple(sorted(letters, key=name_key))
