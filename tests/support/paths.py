"""Paths of the checkout that tests read."""

from pathlib import Path

__all__ = ["ROOT", "SAMPLE", "SHARED"]

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = ROOT.parent / "shared"
"""Collections of articles that are not part of the project; tests that need them are skipped without."""
SAMPLE = ROOT / "indexer" / "sample"
