"""Searches over time: curves, axes, labels, and the page and the drawing made of them."""
