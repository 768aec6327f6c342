"""An article's citation.

BibTeX in `bibtex.py` and RIS in `ris.py` are for reference managers, `embedded.py` has what they
find in pages, and `references.py` entries of bibliographies. `person_names.py` decides for all of
them which authors are persons.
"""

from web.presenters.citations.bibtex import bibtex
from web.presenters.citations.embedded import context_object, highwire_tags
from web.presenters.citations.references import STYLES, Reference
from web.presenters.citations.ris import ris

__all__ = ["STYLES", "Reference", "bibtex", "context_object", "highwire_tags", "ris"]
