"""Fixtures for tests of the steps between a request and the engine."""

from pathlib import Path

import pytest

from tests.support.stores import StoreTuned, on_tantivy


@pytest.fixture
def store_tuned(tmp_path: Path) -> StoreTuned:
    """Return stores of one engine; the engine makes no difference here."""
    return on_tantivy(tmp_path)
