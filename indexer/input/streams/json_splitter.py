"""Splits a JSON file into records as a stream.

Records are the elements of arrays, of lists within objects, or a sequence of objects. They keep
their original bytes, which a streaming parser such as ijson does not give.
"""

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
"""Keys whose value may be a list of articles."""
_OUTER_KEYS = LIST_KEYS | {"response", "result", "payload", "feed", "query"}
_ARTICLE_KEYS = frozenset(["published", "body", "content", "content_html", "content_text"])
"""An object with one of these keys is an article, even if it has lists."""
_JSON_FEED = "jsonfeed.org"

# A string, the start of an incomplete one, or a bracket.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["{}\[\]]', re.DOTALL)
_NAMED = re.compile(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)"\s*+(:)?|["{}\[\]]', re.DOTALL)
_LIST_KEY = re.compile(
    rb'"(?:' + b"|".join(key.encode() for key in sorted(LIST_KEYS)) + rb')"\s*:\s*\['
)
_AFTER_VALUE = re.compile(rb"[,\]]")
_LOOK = 256
_MAX_DEPTH = 10_000
_IN_OBJECT, _IN_INNER_OBJECT = 2, 3
_MAX_OBJECT_IN_MEMORY = 8_000_000
_BETWEEN = b" \t\r\n,\x1e\xef\xbb\xbf"
"""Bytes between values, including byte order marks and record separators (RFC 7464)."""
_AGAIN = "it was cut off, so export or copy it again"


class Element(NamedTuple):
    """A record; `feed` is its JSON Feed as an object without the items, or empty."""

    record: RawRecord
    feed: bytes = b""


def json_elements(stream: ByteStream, keys: frozenset[str] = frozenset()) -> Iterator[Element]:
    """Yield the records of a JSON file with the numbers of their first lines.

    `keys` are more keys that only articles have; an object with one is not a wrapper of a list.

    Raises:
        Unreadable: it is not JSON, or ends within an array or object; earlier records were yielded.

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
                quoted = window.peek(40).split(b"\n")[0].decode("utf-8", "replace").strip()
                raise Unreadable(
                    f"the text in line {window.line} is not JSON: {quoted!r}; remove it"
                    if any_value
                    else f"it is neither a JSON array nor an object: it begins with {quoted!r}"
                )
            any_value = True
        if not any_value:
            raise Unreadable("it is neither a JSON array nor an object: it is empty")

    def _within(self, record: RawRecord) -> Iterator[Element]:
        """Yield an element of an array, or the records in it if it wraps a list."""
        raw = record.raw
        if _LIST_KEY.search(raw, 0, _LOOK) and _is_wrapper(_loaded(raw), self._article_keys):
            window = Window(io.BytesIO(raw))
            window.line = record.line
            yield from _Elements(window, self._article_keys).elements()
        else:
            yield Element(record)

    def _list(self, *, inner: bool = False) -> Iterator[RawRecord]:
        """Yield the elements of the list at the window's start, and of lists of objects in it."""
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
        """Return True if the first element of the list that begins here is an object."""
        window = self._window
        while (
            not (rest := window.peek(_LOOK)[1:].lstrip()) and len(window) < _LOOK and window.fill()
        ):
            pass
        return rest.startswith(b"{")

    def _element(self) -> RawRecord:
        """Take one element: an object, array or string, or any text up to a comma or bracket."""
        window = self._window
        line = window.line
        if window.peek(1) in (b"{", b"[", b'"'):
            end = self._end()
        else:
            while (match := window.search(_AFTER_VALUE, 0)) is None:
                if len(window) > MAX_RECORD_BYTES or not window.fill():
                    break
            end = match[1] if match else len(window)
        return _record(line, window.take(end))

    def _end(self, limit: int = 0) -> int:
        """Return the end of the element that begins here.

        With a limit, return 0 if it is longer or incomplete; without one, raise an error then.
        """
        window = self._window
        depth = 0
        position = 0
        while True:
            for token in _TOKEN.finditer(window.buffer, window.start + position):
                mark = token[0][:1]
                if token[0] == b'"':
                    break
                position = token.end() - window.start
                depth += {b"{": 1, b"[": 1, b'"': 0}.get(mark, -1)
                if not depth:
                    return position
            if depth > _MAX_DEPTH:
                raise Unreadable(
                    f"the element that begins in line {window.line} is nested too deeply"
                )
            if limit and (len(window) > limit or not window.fill()):
                return 0
            if not limit:
                self._more()

    def _more(self) -> None:
        window = self._window
        if len(window) > 2 * MAX_RECORD_BYTES:
            raise Unreadable(
                f"an element is larger than {MAX_RECORD_BYTES // 500_000} MB or does not end"
            )
        if not window.fill():
            raise Unreadable(
                f"it ends within the element that begins in line {window.line}; {_AGAIN}"
            )

    def _object(self) -> Iterator[Element]:
        """Yield an object, or the elements of the lists that it wraps."""
        window = self._window
        end = self._end(_MAX_OBJECT_IN_MEMORY)
        whole = (
            _loaded(window.peek(end))
            if end and _LIST_KEY.search(window.buffer, window.start, window.start + end)
            else None
        )
        if end and not _is_wrapper(whole, self._article_keys):
            line = window.line
            yield Element(_record(line, window.take(end)))
            return
        # An object that is too long or incomplete may also be a wrapper.
        yield from self._lists_of(whole)

    def _lists_of(self, whole: Mapping[str, Any] | None) -> Iterator[Element]:
        """Read an object and yield the elements of its lists, or itself if it is an article."""
        window = self._window
        scan = _Scan(window)
        feed = _without_items(whole)
        line = window.line
        has_list = False
        while mark := scan.next():
            if (
                mark == b":"
                and whole is None
                and not has_list
                and scan.depth == 1
                and scan.key in self._article_keys
            ):
                yield Element(self._element())
                return
            if mark == b"[" and scan.is_at_list("items" if feed else ""):
                if whole is None and not has_list:
                    feed = _without_items(_loaded(window.peek(scan.position - 1) + b"[]}"))
                has_list = True
                scan.leave()
                for record in self._list():
                    yield Element(record, feed)
            elif not scan.path:
                raw = window.take(scan.position)
                if not has_list:
                    yield Element(_record(line, raw))
                return
        raise Unreadable(
            f"the object that begins in line {line} does not end; {_AGAIN}"
            if has_list
            else f"it ends within the element that begins in line {line}; {_AGAIN}"
        )

    def _skip(self, separators: bytes) -> bytes:
        """Drop separators and return the next byte without consuming it; b"" at the end."""
        window = self._window
        while True:
            rest = window.buffer[window.start : window.start + _LOOK]
            value = rest.lstrip(separators)
            window.drop(len(rest) - len(value))
            if value:
                return value[:1]
            if not rest and not window.fill():
                return b""


class _Scan:
    """A tokenizer of an object while it is read.

    `position` is the end of the last token; `path` has the open brackets, each with its last key.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        self._at_end = False
        self.position = 0
        self.path: list[list[str]] = []

    @property
    def depth(self) -> int:
        """The number of open brackets."""
        return len(self.path)

    @property
    def key(self) -> str:
        """The last key of the innermost object."""
        return self.path[-1][1]

    def next(self) -> bytes:
        """Return the next token: a bracket, a colon for a key, or a quote for another string.

        Return b"" if the file ends before the object does.
        """
        window = self._window
        while True:
            token = _NAMED.search(window.buffer, window.start + self.position)
            if token and token[0] == b'"':
                # An incomplete string.
                token = None
            # The next bytes decide if a string is a key and if a list contains objects.
            if not self._at_end and (token is None or token.end() + _LOOK > len(window.buffer)):
                if len(window) > 2 * MAX_RECORD_BYTES:
                    raise Unreadable(
                        f"an object is larger than {MAX_RECORD_BYTES // 500_000} MB or does not end"
                    )
                if self.depth > _MAX_DEPTH:
                    raise Unreadable(
                        f"the object that begins in line {window.line} is nested too deeply"
                    )
                self._at_end = not window.fill()
                continue
            return self._step(token) if token else b""

    def _step(self, token: re.Match[bytes]) -> bytes:
        self.position = token.end() - self._window.start
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
        """Return True if the last bracket opens a list of articles, at most one object deep.

        `only` is the single key allowed, or empty.
        """
        if not _IN_OBJECT <= self.depth <= _IN_INNER_OBJECT or any(
            bracket == "[" for bracket, _ in self.path[:-1]
        ):
            return False
        keys = [key for _, key in self.path[:-1]]
        is_list_key = (
            keys == [only]
            if only
            else keys[-1] in LIST_KEYS and (len(keys) == 1 or keys[0] in _OUTER_KEYS)
        )
        start = self._window.start + self.position
        return is_list_key and self._window.buffer[start : start + _LOOK].lstrip()[:1] in (
            b"{",
            b"]",
            b"",
        )

    def leave(self) -> None:
        """Move the window behind the last bracket; the caller reads the content of the list."""
        self._window.drop(self.position)
        self.position = 0
        self.path.pop()


def _record(line: int, raw: bytes) -> RawRecord:
    if len(raw) > MAX_RECORD_BYTES:
        return RawRecord(
            line, b"", f"the element is larger than {MAX_RECORD_BYTES // 1_000_000} MB"
        )
    return RawRecord(line, raw)


def _loaded(raw: bytes) -> Mapping[str, Any] | None:
    """Return the object in a text; None for any other text."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _is_wrapper(whole: Mapping[str, Any] | None, article_keys: frozenset[str]) -> bool:
    """Return True if an object wraps a list of articles and is not an article itself."""
    if whole is None:
        return False
    if _without_items(whole):
        return True
    inner = [whole[key] for key in _OUTER_KEYS.intersection(whole) if isinstance(whole[key], dict)]
    return article_keys.isdisjoint(whole) and any(
        _has_list(candidate) and article_keys.isdisjoint(candidate) for candidate in (whole, *inner)
    )


def _has_list(whole: Mapping[str, Any]) -> bool:
    lists = [whole[key] for key in LIST_KEYS.intersection(whole) if isinstance(whole[key], list)]
    return any(not items or isinstance(items[0], dict) for items in lists)


def _without_items(whole: Mapping[str, Any] | None) -> bytes:
    """Return a JSON Feed without its items; b"" if an object is not a JSON Feed."""
    if (
        whole is None
        or _JSON_FEED not in str(whole.get("version"))
        or not isinstance(whole.get("items"), list)
    ):
        return b""
    return orjson.dumps({key: value for key, value in whole.items() if key != "items"})
