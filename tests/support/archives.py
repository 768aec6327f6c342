"""Archives for tests: zip, tar and WARC files with made-up members."""

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

__all__ = ["Capture", "line", "page_of", "tar", "web_archive", "zipped"]

Capture = tuple[str, bytes, Mapping[str, str]]
"""Address, content and HTTP headers; `:status`, `:type` and `:warc` describe the record itself."""


def line(name: str, **more: Any) -> str:
    """Return an article as a line of JSON."""
    record = {
        "id": name,
        "title": f"On {name}",
        "published": "2019-03-05",
        "body": f"About {name}.",
    }
    return json.dumps(record | more) + "\n"


def page_of(title: str) -> bytes:
    """Return a page with enough text for an article."""
    paragraphs = (
        (
            "The harbour board met on the old pier and spoke about the price of rope for the whole of "
            "an afternoon."
        ),
        (
            "Two pilots said that the light on the northern mole has been dim since the storms of the "
            "past winter."
        ),
        (
            "A plan for a new lamp is to be shown to the members in spring, when the nights are short "
            "again."
        ),
    )
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>{title}</title>"
        f"<meta property='article:published_time' content='2019-03-05'></head>"
        f"<body><article><h1>{title}</h1>{text}</article></body></html>"
    ).encode()


def zipped(
    path: Path, members: Iterable[tuple[str, bytes | str]], method: int = zipfile.ZIP_DEFLATED
) -> Path:
    """Write a zip archive."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def tar(path: Path, members: Iterable[tuple[str, bytes, Mapping[str, Any]]]) -> Path:
    """Write a tar archive, packed if its name says so; members have extra header attributes."""
    with tarfile.open(path, "w:gz" if path.suffix in (".gz", ".tgz") else "w") as archive:
        for name, content, attributes in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for key, value in attributes.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(content))
    return path


def web_archive(path: Path, captures: Iterable[Capture]) -> Path:
    """Write a WARC file; if its name says gzip, each record is a gzip member."""
    records = [
        _record(
            {"WARC-Type": "warcinfo", "Content-Type": "application/warc-fields"},
            b"software: made up\r\n",
        )
    ]
    for address, content, headers in captures:
        kind = headers.get(":warc", "response")
        media = headers.get(":type", "text/html")
        head = {"WARC-Type": kind, "WARC-Target-URI": address, "WARC-Date": "2020-06-07T08:09:10Z"}
        head |= {key[5:]: value for key, value in headers.items() if key.startswith(":has-")}
        if kind == "resource":
            records.append(_record(head | {"Content-Type": media}, content))
            continue
        http = "".join(
            f"{key}: {value}\r\n" for key, value in headers.items() if not key.startswith(":")
        )
        status = headers.get(":status", "200 OK")
        block = f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\n{http}\r\n".encode() + content
        records.append(
            _record(head | {"Content-Type": "application/http; msgtype=response"}, block)
        )
    path.write_bytes(b"".join(map(gzip.compress, records) if path.suffix == ".gz" else records))
    return path


def _record(head: Mapping[str, str], block: bytes) -> bytes:
    lines = "".join(f"{key}: {value}\r\n" for key, value in head.items())
    return f"WARC/1.0\r\n{lines}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"
