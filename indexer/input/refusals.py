"""Explains why a file is not read, and what to do instead, by the file's extension."""

from indexer.input.streams.file_format import ENDINGS

__all__ = ["how_to_read"]

_UNPACK = "its compression is not supported; unpack it first, and load the file or the folder"
_PAGE = "open it, save it as a web page (.html), and load that"
_TEXT = "save its text as a web page (.html), or write the articles as JSON Lines (.jsonl)"
_TABLE = "save the sheet as CSV (.csv) in UTF-8, with the keys of articles as its header"
_LINES = "write the articles as JSON Lines (.jsonl)"
_HELP = {
    **dict.fromkeys(
        ".7z .rar .bz2 .xz .zst .lz4 .lzma .lz .z .cab .tbz2 .txz .iso .dmg".split(), _UNPACK
    ),
    **dict.fromkeys(
        (".mht", ".mhtml", ".webarchive", ".maff"),
        f"it is a web page archived by a browser; {_PAGE}",
    ),
    **dict.fromkeys((".eml", ".mbox", ".msg", ".pst"), f"it contains e-mail; {_TEXT}"),
    **dict.fromkeys(
        (".doc", ".docx", ".odt", ".rtf", ".pages", ".ppt", ".pptx"), f"it is a document; {_PAGE}"
    ),
    **dict.fromkeys((".xls", ".xlsx", ".ods", ".numbers"), f"it is a spreadsheet; {_TABLE}"),
    **dict.fromkeys(
        (".sql", ".db", ".sqlite", ".sqlite3", ".mdb"), f"it is a database; export it, or {_LINES}"
    ),
    ".pdf": f"it is made for printing; {_TEXT}",
    ".epub": "it is a book; unpack it (it is a zip archive), and load the folder of its pages",
    ".wacz": (
        "it is a package; unpack it (it is a zip archive), and load the .warc.gz files in its "
        "folder archive"
    ),
    ".md": f"it is Markdown; {_TEXT}",
    ".gz": (
        "its name does not show the format of its content; rename it, such as articles.jsonl.gz"
    ),
}


def how_to_read(name: str) -> str:
    """Return why a file is not read, and what to do about it."""
    ending = "." + name.lower().rpartition(".")[2]
    return _HELP.get(ending) or f"its format is not supported; Dateline reads {', '.join(_SHOWN)}"


_SHOWN = [
    ending for ending in ENDINGS if not ending.endswith(".gz") or ending in (".tar.gz", ".warc.gz")
]
