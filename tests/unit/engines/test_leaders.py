"""Proofs by the articles of each value, against counts of all values among the matches."""

import random
from collections import Counter

import pytest

from search.engines.tantivy.counting.leaders import Leaders


def archive(dice: random.Random) -> list[list[str]]:
    """Make articles with up to three values each, of which few are frequent."""
    values = dice.choice((30, 300, 2_000))
    skew = dice.choice((0.0, 0.7, 1.3))
    weights = [1 / (place + 1) ** skew for place in range(values)]
    articles = [
        dice.choices(range(values), weights, k=dice.randint(0, 3))
        for _ in range(dice.choice((100, 3_000)))
    ]
    return [sorted({f"v{value}" for value in each}) for each in articles]


def counted(articles: list[list[str]]) -> Counter[str]:
    """Count the articles of each value."""
    return Counter(value for each in articles for value in each)


@pytest.mark.parametrize("seed", range(60))
def test_proven_first_values_are_the_first_ones(seed: int) -> None:
    """Nothing is proven by a number of leaders that a count of all values refutes."""
    dice = random.Random(seed)
    articles = archive(dice)
    leaders = Leaders(counted(articles))
    share = dice.choice((0.01, 0.2, 0.5, 0.9))
    matches = counted([each for each in articles if dice.random() < share])
    size = dice.choice((1, 2, 10, 100))
    number = dice.randint(1, 40) if dice.random() < 0.5 else dice.randint(1, 1_000)
    if number >= len(counted(articles)):
        return
    names = list(leaders.counts)[:number]
    counts = {name: matches[name] for name in names if matches[name]}
    outside = matches.total() - sum(counts.values())
    distinct = leaders.distinct(counts, number, size, outside)
    if distinct is not None:
        assert distinct <= len(matches)
        last = sorted(counts.values(), reverse=True)[size - 1]
        assert {value for value, count in matches.items() if count >= last} <= counts.keys()
    listed = dict(matches.most_common(number))
    assert leaders.distinct_of_list(listed, matches.total() - sum(listed.values())) <= len(matches)


def test_as_many_leaders_are_counted_as_prove_the_first_values() -> None:
    """The more articles match, the fewer leaders it takes; a few matches prove nothing."""
    # Ranks 1, 2, 3 … of 20,000 values.
    articles = {f"v{place}": 200_000 // place for place in range(1, 20_001)}
    leaders = Leaders(articles)
    shares = (0.05, 0.1, 0.5, 1.0)
    numbers = [len(leaders.few_enough(10, share)) for share in shares]
    assert numbers == sorted(numbers, reverse=True)
    assert leaders.few_enough(10, 0.001) == ()
    for share, number in zip(shares, numbers, strict=True):
        counts = {f"v{n}": round(articles[f"v{n}"] * share) for n in range(1, number + 1)}
        outside = round(leaders.values * share) - sum(counts.values())
        distinct = leaders.distinct(counts, number, 10, outside)
        assert distinct is not None
        assert distinct > 1_000


def test_few_values_have_no_leaders() -> None:
    """A thousand values are never proven to be more."""
    leaders = Leaders({f"v{place}": 100 for place in range(1_000)})
    assert leaders.few_enough(10, 1.0) == ()


def test_a_tie_with_the_next_leader_proves_nothing() -> None:
    """The value after those that were counted may have as many matches, and come first by name."""
    leaders = Leaders({"a": 9, "b": 7, "c": 5, "d": 5, "e": 1})
    assert leaders.distinct({"a": 9, "b": 7, "c": 5}, 3, 3, 6) is None
    assert leaders.distinct({"a": 9, "b": 7, "c": 5}, 3, 2, 6) == 5
    assert leaders.distinct({"a": 9, "b": 7, "c": 5}, 3, 2, 0) == 3
    assert leaders.distinct({"a": 9}, 3, 2, 0) is None
