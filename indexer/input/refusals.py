"""What to do with a file that Dateline does not read, by the end of its name."""

from indexer.input.streams.file_format import ENDINGS

__all__ = ["how_to_read"]

_UNPACK = "it is packed in a way that Dateline does not read; unpack it first, and give the file or the folder"
_PAGE = "open it, save it as a web page (.html), and give that"
_TEXT = "save its text as a web page (.html), or write the articles as JSON Lines (.jsonl)"
_TABLE = "save the sheet as CSV (.csv) in UTF-8, with a header of an article's keys"
_LINES = "write the articles as JSON Lines (.jsonl)"
_HELP = {
    **dict.fromkeys(
        (
            ".7z",
            ".rar",
            ".bz2",
            ".xz",
            ".zst",
            ".lz4",
            ".lzma",
            ".lz",
            ".z",
            ".cab",
            ".tbz2",
            ".txz",
            ".iso",
            ".dmg",
        ),
        _UNPACK,
    ),
    **dict.fromkeys(
        (".mht", ".mhtml", ".webarchive", ".maff"), f"it is a page packed by a browser; {_PAGE}"
    ),
    **dict.fromkeys((".eml", ".mbox", ".msg", ".pst"), f"it holds e-mail; {_TEXT}"),
    **dict.fromkeys(
        (".doc", ".docx", ".odt", ".rtf", ".pages", ".ppt", ".pptx"), f"it is a document; {_PAGE}"
    ),
    **dict.fromkeys((".xls", ".xlsx", ".ods", ".numbers"), f"it is a spreadsheet; {_TABLE}"),
    **dict.fromkeys(
        (".sql", ".db", ".sqlite", ".sqlite3", ".mdb"), f"it is a database; export it, or {_LINES}"
    ),
    ".pdf": f"it is made for printing; {_TEXT}",
    ".epub": "it is a book; unpack it (it is a zip archive), and give the folder of its pages",
    ".wacz": "it is a package; unpack it (it is a zip archive), and give the .warc.gz files in its folder archive",
    ".md": f"it is Markdown; {_TEXT}",
    ".gz": "its name does not say what is packed; name it after that, such as articles.jsonl.gz",
}


def how_to_read(name: str) -> str:
    """Return why a file is not read, and what to do about it."""
    ending = "." + name.lower().rpartition(".")[2]
    return _HELP.get(ending) or f"it is of no kind that Dateline reads: {', '.join(_SHOWN)}"


_SHOWN = [
    ending for ending in ENDINGS if not ending.endswith(".gz") or ending in (".tar.gz", ".warc.gz")
]
