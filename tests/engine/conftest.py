"""Fixtures of the tests that run on every engine."""

import pytest

from search.engines.tantivy.counting import complement, plan


@pytest.fixture
def subtracts_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make an embedded engine count the other articles and subtract them, however few match."""
    monkeypatch.setattr(plan, "_MANY_MATCHES", 0)
    monkeypatch.setattr(plan, "_MATCHES_BY_YEAR", -1)
    monkeypatch.setattr(complement, "_FEW", 1.0)
    monkeypatch.setattr(complement, "_FEW_WITHOUT", 1.0)
