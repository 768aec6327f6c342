"""Rules for the files of SOURCEs that are not read: excluded ones and Dateline's own."""

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
"""Kind under which the report counts excluded files."""

OWN_NAMES = frozenset(["live.json", "keys.json", "generations", "building"])
"""Files and folders of the data folder that look like sources of articles."""

Identity = tuple[int, int]
"""Device and inode, which identify a file under any name."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Settings for choosing and reading files.

    `exclude` has patterns of names and of paths relative to a SOURCE; `keys` maps columns of tables
    to the keys of articles.
    """

    exclude: Sequence[str] = ()
    keys: Mapping[str, str] = field(default_factory=dict)

    def excludes(self, path: str, source: str = "") -> bool:
        """Return True if a pattern matches a file or a folder above it.

        Patterns match names, paths relative to the SOURCE, and paths that begin with the SOURCE.
        """
        if not self.exclude:
            return False
        names = path.split("/")
        paths = ["/".join(names[: end + 1]) for end in range(len(names))]
        prefix = source.rstrip("/").removeprefix("./")
        full_paths = [f"{prefix}/{below}" for below in paths] if source else []
        return any(
            fnmatchcase(candidate, pattern)
            for pattern in map(_plain, self.exclude)
            for candidate in (*names, *paths, *full_paths)
        ) or any(
            fnmatchcase(path, pattern[3:]) for pattern in self.exclude if pattern.startswith("**/")
        )

    @property
    def article_keys(self) -> frozenset[str]:
        """Mapped keys that show that an object is an article."""
        mapped = [foreign for foreign, key in self.keys.items() if key in ("published", "body")]
        return frozenset([*mapped, *(foreign.partition(".")[0] for foreign in mapped)])


def _plain(pattern: str) -> str:
    return pattern.removeprefix("./").rstrip("/")


def is_hidden(path: str) -> bool:
    """Return True for hidden files, files in hidden folders, and macOS's resource files."""
    return any(
        (name.startswith(".") and name not in (".", "..")) or name == "__MACOSX"
        for name in path.split("/")
    )


def holds_index(names: Iterable[str]) -> bool:
    """Return True if a folder with these names in it is a data folder of Dateline."""
    return {"live.json", "generations"} <= set(names)


def identities(paths: Iterable[Path]) -> frozenset[Identity]:
    """Return the identities of the files and folders that exist."""
    existing = []
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        existing.append((status.st_dev, status.st_ino))
    return frozenset(existing)
