"""The hand-made relevance suite, on an engine."""

from pathlib import Path

import pytest

from search.engines import open_store
from search.index.protocols import SearchEngine
from search.query.synonyms import read_synonyms
from search.ranking.tuning import Tuning
from tests.conftest import SAMPLE, SHARED, Cli
from tests.engine.relevance import MIN_SHARE, cases, missed


def _sample(folder: Path) -> tuple[SearchEngine, dict[str, str]]:
    Cli(folder)("rebuild", SAMPLE, "--data", folder / "data", DATELINE_RANKING_MEANING="off")
    engine = open_store(
        "tantivy", folder / "data", Tuning(synonyms=read_synonyms("default"))
    ).current()
    return engine, {each.origin.removesuffix(".txt"): each.id for each in engine.articles()}


def _reuters(folder: Path) -> SearchEngine:
    source = SHARED / "corpora" / "reuters.jsonl.gz"
    Cli(folder)(
        "rebuild", source, "--data", folder / "data", code=3, DATELINE_RANKING_MEANING="off"
    )
    return open_store(
        "tantivy", folder / "data", Tuning(synonyms=read_synonyms("default"))
    ).current()


def test_the_sample_answers_what_is_meant(tmp_path: Path) -> None:
    """Initialisms, names, accents, typos, plurals, hyphens, phrases and dates find their article."""
    engine, ids = _sample(tmp_path)
    wrong = list(missed(engine, "sample", ids))
    assert len(wrong) <= (1 - MIN_SHARE) * len(cases("sample")), wrong


@pytest.mark.corpora
@pytest.mark.usefixtures("shared")
def test_reuters_answers_what_is_meant(tmp_path: Path) -> None:
    """The same over fourteen thousand newswire items, many of which are similar."""
    wrong = list(missed(_reuters(tmp_path), "reuters", {}))
    assert len(wrong) <= (1 - MIN_SHARE) * len(cases("reuters")), wrong
