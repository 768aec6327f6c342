"""CSV tables: what spreadsheets, databases and our own export write."""

import json
from pathlib import Path

import pytest

from indexer.input.batches import batches
from indexer.input.sources import SourceMissing, find_files
from tests.support.cli import Cli
from tests.support.servers import serving


def _rows(
    folder: Path, content: str | bytes, name: str = "a.csv"
) -> tuple[list[dict[str, object]], list[str]]:
    """Return a table's rows as objects, and the problems."""
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    records = [
        record
        for batch in batches(find_files([str(folder / name)]).files, lambda _: None)
        for record in batch.records()
    ]
    return [json.loads(each.raw) for each in records if not each.problem], [
        each.problem for each in records if each.problem
    ]


_ROW = {"title": "Low tide", "published": "2019-03-05", "body": "One; two, three"}
WRITTEN = [
    'title,published,body\nLow tide,2019-03-05,"One; two, three"\n',
    'title;published;body\nLow tide;2019-03-05;"One; two, three"',
    "title\tpublished\tbody\r\nLow tide\t2019-03-05\tOne; two, three\r\n",
    '\ufeffTitle,Published,Body\r\nLow tide,2019-03-05,"One; two, three"\r\n',
    'sep=;\nTITLE; published ;body\nLow tide;2019-03-05;"One; two, three"\n',
    'title,published,body\rLow tide,2019-03-05,"One; two, three"\r',
    '\n\n"title","published","body"\n\nLow tide,2019-03-05,"One; two, three"\n,,\n',
    'title,published,body,\nLow tide,2019-03-05,"One; two, three",,,\n',
]


@pytest.mark.parametrize("text", WRITTEN)
def test_tables_are_read_however_they_are_written(tmp_path: Path, text: str) -> None:
    """Delimiters, byte order marks, quotes and line ends vary; the rows stay the same."""
    assert _rows(tmp_path, text) == ([_ROW], [])


def test_multi_line_cells_and_old_encodings_are_read(tmp_path: Path) -> None:
    """A quoted cell may contain lines, quotes and delimiters; Windows-1252 is the fallback."""
    text = (
        'title,published,body\n"Größe ""x""",2019-03-05,"One\n\ntwo, ""three"""\nMaß,2019-03-06,–\n'
    )
    rows, problems = _rows(tmp_path, text.encode("cp1252"))
    assert not problems
    assert rows[0] == {
        "title": 'Größe "x"',
        "published": "2019-03-05",
        "body": 'One\n\ntwo, "three"',
    }
    assert rows[1]["body"] == "–"


LISTS = [
    ("themes", "Sea; Ports", ["Sea", "Ports"]),
    ("themes", "Sea | Law, Order", ["Sea", "Law, Order"]),
    ("regions", "Asia, Europe", ["Asia", "Europe"]),
    ("authors", "Ana Roy, Jan Okafor", ["Ana Roy", "Jan Okafor"]),
    ("authors", "Roy, Ana", ["Roy, Ana"]),
    ("authors", "Roy, Ana; Okafor, Jan", ["Roy, Ana", "Okafor, Jan"]),
    ("reports", "Ebb", ["Ebb"]),
    ("title", "Sea; Ports", "Sea; Ports"),
]


@pytest.mark.parametrize(("key", "cell", "values"), LISTS)
def test_lists_in_a_cell_are_split(tmp_path: Path, key: str, cell: str, values: object) -> None:
    """A cell has one value or several; a comma within a name does not split it."""
    ((row, *_), _) = _rows(tmp_path, f'body,published,{key}\nx,2019-03-05,"{cell}"\n')
    assert row[key] == values


def test_rows_that_do_not_fit_are_rejects(tmp_path: Path) -> None:
    """Missing or extra cells make a row ambiguous, so it is a reject.

    Missing cells at the end of a complete line are empty.
    """
    text = 'title,published,body\nA,2019-03-05\nB,2019-03-05,x,y\nC,2019-03-05,"x\ny"\nD,"2019'
    rows, problems = _rows(tmp_path, text)
    assert [row["title"] for row in rows] == ["A", "C"]
    assert len(problems) == 2
    assert "4 cells" in problems[0]
    assert "cut off" in problems[1]


def test_quoted_formulas_are_restored(tmp_path: Path) -> None:
    """The quote that our export puts before a formula is removed; other quotes stay.

    Text that begins with quotes before a formula's sign gets one more, so it loses only that.
    """
    text = "title,published,body\n'=1+1,2019-03-05,'-5 degrees\n'tis,2019-03-05,''=\n"
    rows, _ = _rows(tmp_path, text)
    assert [(row["title"], row["body"]) for row in rows] == [
        ("=1+1", "-5 degrees"),
        ("'tis", "'="),
    ]


def test_a_table_of_other_things(tmp_path: Path, cli: Cli) -> None:
    """In a folder another table is counted as left out; as a SOURCE it is refused with a hint."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "prices.csv").write_text("product,price\nRope,3\n")
    (tmp_path / "in" / "good.tsv").write_text("headline\twhen\nTide\t2019-03-05\n")
    (tmp_path / "dateline.toml").write_text(
        '[import.keys]\nheadline = "title"\nwhen = "published"\n'
    )
    report = json.loads(cli("rebuild", "in", "--json").stdout)
    assert (report["added"], report["skipped"]) == (1, {"other: .csv": 1})
    message = cli("rebuild", "in/prices.csv", code=1).stderr
    assert "no column for published and title or body" in message
    assert "product, price" in message
    assert "[import.keys]" in message
    with pytest.raises(SourceMissing, match="columns: headline, when"):
        find_files([str(tmp_path / "in" / "good.tsv")])


def test_mapped_columns_and_rejects(cli: Cli) -> None:
    """Columns are mapped like keys of JSON; a corrected reject can be loaded."""
    (cli.folder / "dateline.toml").write_text(
        '[import.keys]\nHeadline = "title"\n"Post date" = "published"\nTags = "themes"\n'
    )
    (cli.folder / "a.csv").write_text(
        'Headline,Post date,Tags,Clicks\nTide,2019-03-05,"Sea, Law",3\nEbb,soon,,4\n'
    )
    report = json.loads(cli("rebuild", "a.csv", "--json", "--rejects", "r.jsonl", code=3).stdout)
    assert (report["added"], report["rejected"], report["unknown_keys"]) == (1, 1, {"Clicks": 1})
    corrected = (cli.folder / "r.jsonl").read_text("utf-8").replace("soon", "2019-03-06")
    (cli.folder / "corrected.jsonl").write_text(corrected, "utf-8")
    assert json.loads(cli("update", "corrected.jsonl", "--json").stdout)["added"] == 1
    exported = {
        record["title"]: record for record in map(json.loads, cli("export").stdout.splitlines())
    }
    assert exported["Tide"]["themes"] == ["Sea", "Law"]
    assert exported["Tide"]["origin"] == "a.csv:2"


def test_our_own_table_reads_back_to_the_same_articles(cli: Cli) -> None:
    """Our own export is loaded unchanged: no value is split, joined or changed."""
    articles = [
        {
            "id": f"n{number}", "title": title, "published": "2019-03-05", "body": 'One\n\n- two\n- "three", four\n', "deck": "-5",
            "authors": ["Roy, Ana", "Jan Okafor"], "regions": ["Korea, North"], "themes": ["@home", "A | B"], "byline": "+x",
            "reports": ["Salt; Fog", 'The "Old" Port', '"New"; Port', "'=x"],
        }
        for number, title in enumerate(["=SUM(1)", "'quoted'", "a,b;c\td", "'=x"])
    ]  # fmt: skip
    (cli.folder / "a.jsonl").write_text("\n".join(map(json.dumps, articles)))
    cli("rebuild", "a.jsonl")
    before = cli("export").stdout
    with serving("serve", folder=cli.folder) as server:
        for name in ("export.csv", "export.csv?bom=1"):
            (cli.folder / "back.csv").write_bytes(server.get(f"/{name}").content)
            assert sorted(_exported_of(cli)) == sorted(before.splitlines())


def _exported_of(cli: Cli) -> list[str]:
    cli("rebuild", "back.csv", "--data", "other")
    return cli("export", "--data", "other").stdout.splitlines()


def test_endless_cells_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quote that is never closed does not fill memory."""
    monkeypatch.setattr("indexer.input.streams.csv_splitter.MAX_RECORD_BYTES", 10_000)
    (tmp_path / "a.csv").write_text(
        'title,published\nA,2019-03-05\n"B,2019-03-05\n' + "x,y\n" * 10_000
    )
    *_, last = batches(find_files([str(tmp_path / "a.csv")]).files, lambda _: None)
    assert "larger than" in last.problem
