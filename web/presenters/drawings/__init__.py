"""Drawings of searches over time: curves, axes, labels, and a drawing that stands alone."""
