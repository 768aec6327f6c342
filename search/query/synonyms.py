"""Words that mean the same: a plain text file that an admin edits, applied when a query is read.

UK = United Kingdom = Britain        each is searched for the others
Holland => Netherlands               who looks for the first finds the second, not the other way round
# a comment
"""

from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path

from search.analysis.analyzer import analyzer
from search.errors import InvalidSettings
from search.model.results import Synonym
from search.query.parser import And, Node, Or, Phrase, Word, parse

__all__ = ["NO_SYNONYMS", "Synonyms", "read_synonyms"]

_BUNDLED = "default"
_NONE = "none"

_Key = tuple[str, ...]


class Synonyms:
    """What is searched beside the words of a query; `expansions` maps the stems of one to the others as they are written."""

    def __init__(self, expansions: dict[_Key, tuple[str, ...]]) -> None:
        self._expansions = expansions
        self._longest = max(map(len, expansions), default=0)

    def expand(
        self, tree: Node | None, left_out: Iterable[str]
    ) -> tuple[Node | None, tuple[Synonym, ...]]:
        """Put alternatives in the place of words that have some, and name them; phrases, fields and exclusions stay."""
        skipped = {_key(text) for text in left_out}
        found: dict[Synonym, None] = {}

        def among(children: Sequence[Node]) -> list[Node]:
            """Expand what stands side by side: the longest run of words first."""
            made: list[Node] = []
            place = 0
            while place < len(children):
                run = self._run(children[place:])
                if run:
                    made.append(self._group(children[place : place + run], skipped, found))
                else:
                    made.append(inner(children[place]))
                place += run or 1
            return made

        def inner(node: Node) -> Node:
            match node:
                case And(children):
                    made = among(children)
                    return made[0] if len(made) == 1 else And(tuple(made))
                case Or(children):
                    return Or(tuple(map(inner, children)))
                case Word():
                    return among([node])[0] if self._run([node]) else node
                case _:
                    return node

        if tree is None or not self._expansions:
            return tree, ()
        return inner(tree), tuple(found)

    def _run(self, nodes: Sequence[Node]) -> int:
        """Return how many of the first words are one entry."""
        key: list[str] = []
        best = 0
        for number, node in enumerate(nodes[: self._longest], 1):
            if not isinstance(node, Word) or node.field is not None:
                break
            key.append(analyzer("en").stem(node.text))
            if tuple(key) in self._expansions:
                best = number
        return best

    def _group(self, run: Sequence[Node], skipped: set[_Key], found: dict[Synonym, None]) -> Node:
        words = [node.text for node in run if isinstance(node, Word)]
        typed = run[0] if len(run) == 1 else And(tuple(run))
        others: list[Node] = []
        for also in self._expansions[_key(" ".join(words))]:
            if _key(also) not in skipped:
                found[Synonym(" ".join(words), also)] = None
                others.append(_phrase(also))
        return Or((typed, *others), same=True) if others else typed


NO_SYNONYMS = Synonyms({})


def read_synonyms(setting: str) -> Synonyms:
    """Read the file that a setting names: a path, `default` for the bundled list, `none` for no synonyms.

    Raises:
        InvalidSettings: the file cannot be read; the message names the line.

    """
    if setting in ("", _NONE):
        return NO_SYNONYMS
    try:
        if setting == _BUNDLED:
            text = resources.files("search.query").joinpath("synonyms.txt").read_text("utf-8")
        else:
            text = Path(setting).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSettings(
            f"the synonyms in {setting!r} cannot be read ({error}); name a text file, or default or none"
        ) from error
    return Synonyms(_parsed(text, setting))


def _parsed(text: str, name: str) -> dict[_Key, tuple[str, ...]]:
    expansions: dict[_Key, dict[str, None]] = {}

    def add(one: str, other: str) -> None:
        if _key(one) != _key(other):
            expansions.setdefault(_key(one), {})[other] = None

    for number, line in enumerate(text.splitlines(), 1):
        written = line.partition("#")[0].strip()
        if not written:
            continue
        left, arrow, right = written.partition("=>")
        sides = [
            [part.strip() for part in side.split("=")]
            for side in ((left, right) if arrow else (left,))
        ]
        if not all(_key(part) for side in sides for part in side) or (
            not arrow and len(sides[0]) == 1
        ):
            raise InvalidSettings(
                f"line {number} of the synonyms in {name!r} is {line.strip()!r}; write `UK = United Kingdom`, or "
                "`Holland => Netherlands` for one way"
            )
        for one in sides[0]:
            for other in sides[-1]:
                add(one, other)
    return {key: tuple(others) for key, others in expansions.items()}


def _key(text: str) -> _Key:
    words = analyzer("en")
    return tuple(words.stem(piece) for piece in text.split() if words.stem(piece))


def _phrase(text: str) -> Node:
    """Return a synonym as a query: one word in any form, several as a phrase."""
    words = [token for token in analyzer("en").tokens(text) if token.exact]
    if len(words) == 1:
        tree = parse(text)
        return tree if isinstance(tree, Word) else Word(text)
    return Phrase(tuple(text[word.start : word.end] for word in words))
