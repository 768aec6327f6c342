"""Overviews of searches as a page and as a response of the API."""
