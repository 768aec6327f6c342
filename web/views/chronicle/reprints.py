"""stub"""
from flask import Blueprint
from search.index.protocols import EngineProvider
from web.theme.site import Site
def create_reprints(store: EngineProvider, site: Site) -> Blueprint:
    """Stub."""
    return Blueprint("reprints", __name__)
