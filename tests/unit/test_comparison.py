"""The comparison with other services measures what it says."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

from benchmarks.comparison.chart import bars
from benchmarks.comparison.classes import CLASSES, searches
from benchmarks.comparison.corpus import Vocabulary
from benchmarks.comparison.latency import Samples
from benchmarks.comparison.load import generate, wire
from benchmarks.comparison.report import report
from benchmarks.peers.bare import BareTantivy
from benchmarks.peers.request import Answer, Request
from benchmarks.peers.sqlite import Sqlite
from benchmarks.support.archives import made_up
from benchmarks.support.many import lines
from benchmarks.support.words import pseudo_words

WORDS = {
    f"w{rank}{'aeiou'[rank % 5]}bcd{rank}": max(4, 100_000 // (rank + 1)) for rank in range(3_000)
}
TEXTS = [list(WORDS)[start : start + 40] for start in range(0, 400, 7)]
VALUES = {
    name: [f"{name} {number}" for number in range(9)] for name in ("region", "theme", "source")
}
VOCABULARY = Vocabulary(WORDS, TEXTS, VALUES, ("2005-01-01", "2024-12-30"))


def test_no_search_is_made_twice() -> None:
    """A service that remembers answers has no use of it in the first table."""
    made = [
        request
        for each in searches(VOCABULARY, 100_000, 12, warm_up=4)
        for request in each.values()
    ]
    assert len(made) == len(set(made))


def test_every_class_has_searches() -> None:
    """No class is silently left out of the tables."""
    assert next(searches(VOCABULARY, 100_000, 1)).keys() == CLASSES.keys()


def test_searches_depend_on_the_seed_alone() -> None:
    """Two runs ask the same."""
    runs = [list(searches(VOCABULARY, 100_000, 3, seed=5)) for _ in range(2)]
    assert runs[0] == runs[1]


def test_a_class_ends_with_its_words() -> None:
    """Fewer rounds are measured rather than a word searched twice."""
    made = list(searches(VOCABULARY, 100_000, 40))
    assert 0 < sum("very common word" in each for each in made) < 40


def test_peers_agree(tmp_path: Path) -> None:
    """Two services that share no code find the same articles and count the same."""
    words = pseudo_words(300)
    articles = made_up(300, words=words)
    source = tmp_path / "articles.jsonl"
    source.write_bytes(b"".join(article.to_json() + b"\n" for article in articles))
    peers = (BareTantivy(tmp_path / "bare", threads=1), Sqlite(tmp_path / "sqlite"))
    region = ("region", "Region 1")
    requests = (
        Request(),
        Request(words=(words[0], words[1])),
        Request(words=(words[0],), filters=(region, ("source", "Source 1"))),
        Request(words=(words[1],), filters=(region,), newest=True),
        Request(words=(words[1],), excluded=words[9]),
        Request(phrase=(words[0], words[1])),
        Request(prefix=words[5][:3]),
    )
    for peer in peers:
        peer.load(source, 300)
        peer.start()
    for request in requests:
        bare, sqlite = (peer.read(peer.prepare(request)(), request) for peer in peers)
        assert bare == sqlite, request
        assert bare.total, request
    peers[1].stop()


def test_a_different_total_is_reported() -> None:
    """A fast wrong answer is seen."""
    samples = Samples()
    request = Request(words=("cocoa",))
    answers = {"dateline": Answer(5, {"region": [3]}), "other": Answer(4, {"region": [3]})}
    samples.compare("word", request, answers)
    samples.compare("relaxed", Request(words=("cocoa",), relaxed=True), answers)
    assert samples.compared == {"other": 1}
    assert samples.totals == {"other": 0}
    assert samples.facets == {"other": 1}
    assert "dateline 5, other 4" in samples.differences[0]


def test_the_report_names_missing_peers_and_missed_goals() -> None:
    """A gap in the tables is explained, and a goal that is missed is not left out."""
    samples = Samples()
    for _ in range(4):
        samples.add("dateline", "word", (2.0, 1.0, 0.5))
        samples.add("other", "word", (3.0, 3.0, 3.0))
        samples.hits.setdefault("word", []).append(1_800)
    load = {"seconds": 10.0, "processor": 12.0}
    seen = {
        "corpus": "100000",
        "articles": 100_000,
        "cores": 2,
        "machine": "2 cores",
        "missing": {"typesense": "it is not installed"},
        "peers": {
            "dateline": {"title": "Dateline", "load": load},
            "other": {"title": "Other 1", "load": load},
        },
        "latency": samples.as_dict(),
    }
    text = report([seen])
    assert "typesense: it is not installed" in text
    assert "| 100,000 made-up articles | word, times as fast | ≥ 2 | 1.5 × Other 1 |" in text
    assert "1.50 (1.50–1.50)" in text


def test_the_picture_is_valid_and_readable_in_the_dark() -> None:
    """A page may embed it."""
    picture = bars("Ratios", [("<1,000> articles", [("a & b", {"other": 7.5, "more": 0.5})])])
    ET.fromstring(picture)
    assert "prefers-color-scheme: dark" in picture


def test_long_runs_of_articles_begin_with_short_ones() -> None:
    """Articles depend on their place and the seed alone, and an update changes only those named."""
    short, long = list(lines(10, words=30)), list(lines(5_000, words=30))
    assert long[:10] == short
    changed = list(lines(10, words=30, changed=frozenset({3})))
    assert [place for place in range(10) if changed[place] != short[place]] == [3]


@contextmanager
def _answering(response: bytes) -> Iterator[int]:
    """Serve one response to every request, each at most 1 kB; yield the port."""

    def serve(connection: socket.socket) -> None:
        with connection:
            while connection.recv(1024):
                connection.sendall(response)

    def accept() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def _loaded(response: bytes) -> dict[str, object]:
    request = wire("GET", "/", b"", {"Accept": "text/plain"})
    with _answering(response) as port:
        return generate(port, [request] * 40, clients=3, seconds=60, rate=0)


def test_the_load_generator_reads_both_forms_of_a_body() -> None:
    """A response with a length and one in chunks are each one answer."""
    for response in (
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ):
        seen = _loaded(response)
        assert (seen["failed"], seen["answers"], seen["used_up"]) == (0, 40, True)


def test_the_load_generator_counts_refusals() -> None:
    """A service that refuses is not fast."""
    assert _loaded(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")["failed"] == 40
