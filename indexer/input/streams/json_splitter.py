"""A JSON file to its records, without holding it: elements of arrays, objects, and elements of lists within objects."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from indexer.input.streams.byte_stream import (
    MAX_RECORD_BYTES,
    ByteStream,
    RawRecord,
    Unreadable,
    Window,
)

__all__ = ["LIST_KEYS", "Element", "json_elements"]

LIST_KEYS = frozenset(["articles", "items", "posts", "data", "results"])
"""Keys of an object under which a list of articles may stand."""
_OUTER_KEYS = LIST_KEYS | {"response", "result", "payload", "feed", "query"}
_ARTICLE_KEYS = frozenset(["published", "body", "content", "content_html", "content_text"])
"""An object with one of these is an article itself, whatever lists it has."""
_JSON_FEED = "jsonfeed.org"

# A text, the beginning of one that is cut off, or a bracket.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["{}\[\]]', re.DOTALL)
_NAMED = re.compile(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)"\s*+(:)?|["{}\[\]]', re.DOTALL)
_LIST_KEY = re.compile(
    rb'"(?:' + b"|".join(key.encode() for key in sorted(LIST_KEYS)) + rb')"\s*:\s*\['
)
_AFTER_VALUE = re.compile(rb"[,\]]")
_LOOK = 256
_DEEPEST = 10_000
_IN_OBJECT, _IN_INNER_OBJECT = 2, 3
_MAX_HELD = 8_000_000
_BETWEEN = b" \t\r\n,\x1e\xef\xbb\xbf"
"""What may stand between values: also the marks of files that were joined, and of records (RFC 7464)."""
_AGAIN = "it was cut off, so export or copy it again"


class Element(NamedTuple):
    """A record; `feed` is the JSON Feed that it is an item of, as an object without its items, or empty."""

    record: RawRecord
    feed: bytes = b""


def json_elements(stream: ByteStream, keys: frozenset[str] = frozenset()) -> Iterator[Element]:
    """Yield the records of a JSON file, with the lines that they begin in.

    `keys` are further ones that an article has, which tell it from an object that holds a list of articles.

    Raises:
        Unreadable: something in it is not JSON, or it ends within an array or object; all that stood before was yielded.

    """
    return _Elements(Window(stream), _ARTICLE_KEYS | keys).elements()


class _Elements:
    def __init__(self, window: Window, article_keys: frozenset[str]) -> None:
        self._window = window
        self._article_keys = article_keys

    def elements(self) -> Iterator[Element]:
        window = self._window
        any_value = False
        while first := self._skip(_BETWEEN):
            if first == b"[":
                window.drop(1)
                for record in self._list():
                    yield from self._within(record)
            elif first == b"{":
                yield from self._object()
            else:
                said = window.peek(40).split(b"\n")[0].decode("utf-8", "replace").strip()
                raise Unreadable(
                    f"what follows in line {window.line} is not JSON: {said!r}; take it out"
                    if any_value
                    else f"it is neither a JSON array nor an object: it begins with {said!r}"
                )
            any_value = True
        if not any_value:
            raise Unreadable("it is neither a JSON array nor an object: it is empty")

    def _within(self, record: RawRecord) -> Iterator[Element]:
        """Yield an element of an array, or the records in it where it is an object around a list."""
        raw = record.raw
        if _LIST_KEY.search(raw, 0, _LOOK) and _is_wrapper(_loaded(raw), self._article_keys):
            window = Window(io.BytesIO(raw))
            window.line = record.line
            yield from _Elements(window, self._article_keys).elements()
        else:
            yield Element(record)

    def _list(self, *, inner: bool = False) -> Iterator[RawRecord]:
        """Yield the elements of the list that the window begins in; of a list of objects within it, those."""
        window = self._window
        while (first := self._skip(_BETWEEN)) != b"]":
            if not first:
                raise Unreadable(f"the array does not end, in line {window.line}; {_AGAIN}")
            if first == b"[" and not inner and self._begins_objects():
                window.drop(1)
                yield from self._list(inner=True)
            else:
                yield self._element()
        window.drop(1)

    def _begins_objects(self) -> bool:
        """Whether an object is the first element of the list that begins here."""
        window = self._window
        while (
            not (rest := window.peek(_LOOK)[1:].lstrip()) and len(window) < _LOOK and window.fill()
        ):
            pass
        return rest.startswith(b"{")

    def _element(self) -> RawRecord:
        """Cut off one element: an object or array by its brackets, a text by its quotes, anything else up to the next comma or the end."""
        window = self._window
        line = window.line
        if window.peek(1) in (b"{", b"[", b'"'):
            end = self._end()
        else:
            while (found := window.search(_AFTER_VALUE, 0)) is None and len(
                window
            ) <= MAX_RECORD_BYTES:
                if not window.fill():
                    break
            end = found[1] if found else len(window)
        return _record(line, window.take(end))

    def _end(self, most: int = 0) -> int:
        """Return where the element ends that begins here; 0 where it has more than so many bytes, or does not end."""
        window = self._window
        depth = 0
        place = 0
        while True:
            for token in _TOKEN.finditer(window.buffer, window.start + place):
                mark = token[0][:1]
                if token[0] == b'"':
                    break
                place = token.end() - window.start
                depth += {b"{": 1, b"[": 1, b'"': 0}.get(mark, -1)
                if not depth:
                    return place
            if depth > _DEEPEST:
                raise Unreadable(
                    f"the element that begins in line {window.line} is nested too deep"
                )
            if most and (len(window) > most or not window.fill()):
                return 0
            if not most:
                self._more()

    def _more(self) -> None:
        window = self._window
        if len(window) > 2 * MAX_RECORD_BYTES:
            raise Unreadable(
                f"there is an element of more than {MAX_RECORD_BYTES // 500_000} MB, or none that ends"
            )
        if not window.fill():
            raise Unreadable(
                f"it ends within the element that begins in line {window.line}; {_AGAIN}"
            )

    def _object(self) -> Iterator[Element]:
        """Yield an object, or the elements of the lists that it is around."""
        window = self._window
        end = self._end(_MAX_HELD)
        whole = (
            _loaded(window.peek(end))
            if end and _LIST_KEY.search(window.buffer, window.start, window.start + end)
            else None
        )
        if end and not _is_wrapper(whole, self._article_keys):
            line = window.line
            yield Element(_record(line, window.take(end)))
            return
        # One that is too long to be held, or cut off, may be such an object, too.
        yield from self._lists_of(whole)

    def _lists_of(self, whole: Mapping[str, Any] | None) -> Iterator[Element]:
        """Yield the elements of an object's lists while it is read; of one that turns out to be an article, the object."""
        window = self._window
        scan = _Scan(window)
        feed = _without_items(whole)
        line = window.line
        found = False
        while mark := scan.next():
            if (
                mark == b":"
                and whole is None
                and not found
                and scan.depth == 1
                and scan.key in self._article_keys
            ):
                yield Element(self._element())
                return
            if mark == b"[" and scan.is_at_list("items" if feed else ""):
                if whole is None and not found:
                    feed = _without_items(_loaded(window.peek(scan.place - 1) + b"[]}"))
                found = True
                scan.leave()
                for record in self._list():
                    yield Element(record, feed)
            elif not scan.path:
                raw = window.take(scan.place)
                if not found:
                    yield Element(_record(line, raw))
                return
        raise Unreadable(
            f"the object that begins in line {line} does not end; {_AGAIN}"
            if found
            else f"it ends within the element that begins in line {line}; {_AGAIN}"
        )

    def _skip(self, what: bytes) -> bytes:
        """Drop white space and the like, and return the first byte that is none; none at the end."""
        window = self._window
        while True:
            rest = window.buffer[window.start : window.start + _LOOK]
            kept = rest.lstrip(what)
            window.drop(len(rest) - len(kept))
            if kept:
                return kept[:1]
            if not rest and not window.fill():
                return b""


class _Scan:
    """A walk through an object that is read: `place` behind the last mark, `path` of the brackets around it with their last keys."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._at_end = False
        self.place = 0
        self.path: list[list[str]] = []

    @property
    def depth(self) -> int:
        """How many brackets are open."""
        return len(self.path)

    @property
    def key(self) -> str:
        """The last key of the innermost object."""
        return self.path[-1][1]

    def next(self) -> bytes:
        """Return the next bracket, a colon for a key, or a quote for another text; none where the file ends before the object."""
        window = self._window
        while True:
            token = _NAMED.search(window.buffer, window.start + self.place)
            if token and token[0] == b'"':
                # A text that is not whole yet.
                token = None
            # What follows decides whether a text is a key, and whether a list is one of objects.
            if not self._at_end and (token is None or token.end() + _LOOK > len(window.buffer)):
                if len(window) > 2 * MAX_RECORD_BYTES:
                    raise Unreadable(
                        f"there is an object of more than {MAX_RECORD_BYTES // 500_000} MB, or none that ends"
                    )
                if self.depth > _DEEPEST:
                    raise Unreadable(
                        f"the object that begins in line {window.line} is nested too deep"
                    )
                self._at_end = not window.fill()
                continue
            return self._step(token) if token else b""

    def _step(self, token: re.Match[bytes]) -> bytes:
        self.place = token.end() - self._window.start
        mark = token[0][:1]
        if mark in (b"{", b"["):
            self.path.append([mark.decode(), ""])
        elif mark in (b"}", b"]"):
            self.path.pop()
        elif token[2] and self.path:
            self.path[-1][1] = token[1].decode("utf-8", "replace")
            return b":"
        return mark

    def is_at_list(self, only: str) -> bool:
        """Whether the bracket just passed opens a list of articles, in the object or in one of its objects."""
        if not _IN_OBJECT <= self.depth <= _IN_INNER_OBJECT or any(
            bracket == "[" for bracket, _ in self.path[:-1]
        ):
            return False
        keys = [key for _, key in self.path[:-1]]
        wanted = (
            keys == [only]
            if only
            else keys[-1] in LIST_KEYS and (len(keys) == 1 or keys[0] in _OUTER_KEYS)
        )
        start = self._window.start + self.place
        return wanted and self._window.buffer[start : start + _LOOK].lstrip()[:1] in (
            b"{",
            b"]",
            b"",
        )

    def leave(self) -> None:
        """Let the window begin behind the bracket that was just passed, as what it opened is read by others."""
        self._window.drop(self.place)
        self.place = 0
        self.path.pop()


def _record(line: int, raw: bytes) -> RawRecord:
    if len(raw) > MAX_RECORD_BYTES:
        return RawRecord(
            line, b"", f"the element is larger than {MAX_RECORD_BYTES // 1_000_000} MB"
        )
    return RawRecord(line, raw)


def _loaded(raw: bytes) -> Mapping[str, Any] | None:
    """Return the object that is written, or None where it is something else."""
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _is_wrapper(whole: Mapping[str, Any] | None, article_keys: frozenset[str]) -> bool:
    """Whether an object is around a list of articles, and none itself."""
    if whole is None:
        return False
    if _without_items(whole):
        return True
    inner = [whole[key] for key in _OUTER_KEYS.intersection(whole) if isinstance(whole[key], dict)]
    return article_keys.isdisjoint(whole) and any(
        _has_list(each) and article_keys.isdisjoint(each) for each in (whole, *inner)
    )


def _has_list(whole: Mapping[str, Any]) -> bool:
    lists = [whole[key] for key in LIST_KEYS.intersection(whole) if isinstance(whole[key], list)]
    return any(not each or isinstance(each[0], dict) for each in lists)


def _without_items(whole: Mapping[str, Any] | None) -> bytes:
    """Return a JSON Feed without its items; nothing where an object is not such a feed."""
    if (
        whole is None
        or _JSON_FEED not in str(whole.get("version"))
        or not isinstance(whole.get("items"), list)
    ):
        return b""
    return orjson.dumps({key: value for key, value in whole.items() if key != "items"})
