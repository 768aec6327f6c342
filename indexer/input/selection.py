"""Which files of the SOURCEs are read: not those that the admin excludes, nor what Dateline itself writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

__all__ = [
    "EXCLUDED",
    "OWN_NAMES",
    "Identity",
    "Selection",
    "holds_index",
    "identities",
    "is_hidden",
]

EXCLUDED = "excluded"
"""How the report counts what the admin excludes."""

OWN_NAMES = frozenset(["live.json", "keys.json", "generations", "building"])
"""What Dateline keeps in the data folder, and would take for articles."""

Identity = tuple[int, int]
"""Device and inode: the same file under whatever name."""


@dataclass(frozen=True, slots=True)
class Selection:
    """`exclude` has patterns of names and of paths relative to a SOURCE; `keys` maps columns of tables to an article's keys."""

    exclude: Sequence[str] = ()
    keys: Mapping[str, str] = field(default_factory=dict)

    def excludes(self, path: str, source: str = "") -> bool:
        """Whether a file is excluded: its name, its relative path, a folder that it is in, or the same below the SOURCE as typed."""
        if not self.exclude:
            return False
        names = path.split("/")
        paths = ["/".join(names[: end + 1]) for end in range(len(names))]
        typed = (
            [f"{source.rstrip('/').removeprefix('./')}/{each}" for each in paths] if source else []
        )
        return any(
            fnmatchcase(each, pattern)
            for pattern in map(_plain, self.exclude)
            for each in (*names, *paths, *typed)
        ) or any(
            fnmatchcase(path, pattern[3:]) for pattern in self.exclude if pattern.startswith("**/")
        )

    @property
    def article_keys(self) -> frozenset[str]:
        """Foreign keys that only an article has."""
        mapped = [foreign for foreign, key in self.keys.items() if key in ("published", "body")]
        return frozenset([*mapped, *(foreign.partition(".")[0] for foreign in mapped)])


def _plain(pattern: str) -> str:
    return pattern.removeprefix("./").rstrip("/")


def is_hidden(path: str) -> bool:
    """Whether a file of an archive is left alone: hidden, in a hidden folder, or made by a Mac beside another one."""
    return any(
        (name.startswith(".") and name not in (".", "..")) or name == "__MACOSX"
        for name in path.split("/")
    )


def holds_index(names: Iterable[str]) -> bool:
    """Whether a folder of these names is where Dateline keeps an index."""
    return {"live.json", "generations"} <= set(names)


def identities(paths: Iterable[Path]) -> frozenset[Identity]:
    """Return what tells files and folders that exist from others."""
    found = []
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        found.append((status.st_dev, status.st_ino))
    return frozenset(found)
