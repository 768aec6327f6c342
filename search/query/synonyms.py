"""Synonyms: a text file that an admin edits, applied to queries.

UK = United Kingdom = Britain        a search for one also finds the others
Holland => Netherlands               a search for Holland finds Netherlands, but not vice versa
# a comment
"""

from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path

from search.analysis.analyzer import analyzer
from search.errors import InvalidSettings
from search.model.results import Synonym
from search.query.parser import parse
from search.query.syntax import And, Node, Or, Phrase, Word

__all__ = ["NO_SYNONYMS", "Synonyms", "read_synonyms"]

_BUNDLED = "default"
_NONE = "none"

_Stems = tuple[str, ...]


class Synonyms:
    """Expands the words of a query; `expansions` maps the stems of an entry to its synonyms."""

    def __init__(self, expansions: dict[_Stems, tuple[str, ...]]) -> None:
        self._expansions = expansions
        self._max_length = max(map(len, expansions), default=0)

    def expand(
        self, tree: Node | None, excluded: Iterable[str]
    ) -> tuple[Node | None, tuple[Synonym, ...]]:
        """Replace words that have synonyms by synonym groups; return the tree and the synonyms.

        Phrases, words with a field, and exclusions are not expanded.
        """
        skipped = {_stems(text) for text in excluded}
        synonyms: dict[Synonym, None] = {}

        def expand_sequence(children: Sequence[Node]) -> list[Node]:
            """Expand neighbouring nodes, the longest entry first."""
            expanded: list[Node] = []
            index = 0
            while index < len(children):
                length = self._entry_length(children[index:])
                if length:
                    words = children[index : index + length]
                    expanded.append(self._synonym_group(words, skipped, synonyms))
                else:
                    expanded.append(expand_node(children[index]))
                index += length or 1
            return expanded

        def expand_node(node: Node) -> Node:
            match node:
                case And(children):
                    expanded = expand_sequence(children)
                    return expanded[0] if len(expanded) == 1 else And(tuple(expanded))
                case Or(children):
                    return Or(tuple(map(expand_node, children)))
                case Word():
                    return expand_sequence([node])[0] if self._entry_length([node]) else node
                case _:
                    return node

        if tree is None or not self._expansions:
            return tree, ()
        return expand_node(tree), tuple(synonyms)

    def _entry_length(self, nodes: Sequence[Node]) -> int:
        """Return the number of words of the longest entry that `nodes` begins with, or 0."""
        stems: list[str] = []
        longest = 0
        for length, node in enumerate(nodes[: self._max_length], 1):
            if not isinstance(node, Word) or node.field is not None or node.is_optional:
                break
            stems.append(analyzer("en").stem(node.text))
            if tuple(stems) in self._expansions:
                longest = length
        return longest

    def _synonym_group(
        self, nodes: Sequence[Node], skipped: set[_Stems], synonyms: dict[Synonym, None]
    ) -> Node:
        """Return a group of the typed words and their synonyms, which are added to `synonyms`."""
        typed_text = " ".join(node.text for node in nodes if isinstance(node, Word))
        typed = nodes[0] if len(nodes) == 1 else And(tuple(nodes))
        alternatives: list[Node] = []
        for synonym in self._expansions[_stems(typed_text)]:
            if _stems(synonym) not in skipped:
                synonyms[Synonym(typed_text, synonym)] = None
                alternatives.append(_to_query(synonym))
        return Or((typed, *alternatives), is_synonym_group=True) if alternatives else typed


NO_SYNONYMS = Synonyms({})


def read_synonyms(setting: str) -> Synonyms:
    """Read synonyms by the value of the setting: a path, `default` (bundled list) or `none`.

    Raises:
        InvalidSettings: the file cannot be read, or a line is invalid.

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
            f"the synonyms in {setting!r} cannot be read ({error}); name a text file, or use "
            "default or none"
        ) from error
    return Synonyms(_parse(text, setting))


def _parse(text: str, name: str) -> dict[_Stems, tuple[str, ...]]:
    expansions: dict[_Stems, dict[str, None]] = {}

    def add(entry: str, synonym: str) -> None:
        if _stems(entry) != _stems(synonym):
            expansions.setdefault(_stems(entry), {})[synonym] = None

    for number, line in enumerate(text.splitlines(), 1):
        rule = line.partition("#")[0].strip()
        if not rule:
            continue
        left, arrow, right = rule.partition("=>")
        sides = [
            [entry.strip() for entry in side.split("=")]
            for side in ((left, right) if arrow else (left,))
        ]
        if not all(_stems(entry) for side in sides for entry in side) or (
            not arrow and len(sides[0]) == 1
        ):
            raise InvalidSettings(
                f"line {number} of the synonyms in {name!r} is {line.strip()!r}; write "
                "`UK = United Kingdom`, or `Holland => Netherlands` for one direction"
            )
        for entry in sides[0]:
            for synonym in sides[-1]:
                add(entry, synonym)
    return {stems: tuple(synonyms) for stems, synonyms in expansions.items()}


def _stems(text: str) -> _Stems:
    words = analyzer("en")
    return tuple(stem for word in text.split() if (stem := words.stem(word)))


def _to_query(text: str) -> Node:
    """Return a synonym as a query: a single word matches any form, several words a phrase."""
    tokens = [token for token in analyzer("en").tokens(text) if token.exact]
    if len(tokens) == 1:
        tree = parse(text)
        return tree if isinstance(tree, Word) else Word(text)
    return Phrase(tuple(text[token.start : token.end] for token in tokens))
