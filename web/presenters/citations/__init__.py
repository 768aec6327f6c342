"""An article's citation for reference managers: BibTeX in `bibtex.py`, RIS in `ris.py`.

`person_names.py` decides for both which authors are persons.
"""

from web.presenters.citations.bibtex import bibtex
from web.presenters.citations.ris import ris

__all__ = ["bibtex", "ris"]
