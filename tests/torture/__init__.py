"""Kill -9 at random moments while readers ask: `make torture` for hours' worth, a short run in `make test`.

harness.py      commands, a model of what the index must hold, readers that ask all the time
__main__.py     the long run, with its figures
"""
