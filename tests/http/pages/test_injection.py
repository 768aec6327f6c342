"""No parameter, form field, cookie or article changes the structure of an answer, on any route.

Routes are taken from the application; parameters from their declarations and, if they have none,
from what a request was asked for. A new one is tested without a change here.
"""

import gc
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar
from xml.etree import ElementTree as ET

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from search.engines import open_configured
from tests.conftest import article, build
from tests.support.settings import settings_of
from web.app import create_app
from web.params.declarations import Parameter

PAYLOADS = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "\" onfocus=alert(1) autofocus x=\"' y='",
    "</title></script></textarea>]]>--><svg onload=alert(1)>",
    "javascript:alert(1)//\r\nSet-Cookie: x=1",
    "{{ 7*7 }}%(x)s{0}&lt;b&gt;\u202e\u2028",
)
HARMLESS = tuple(re.sub("[<>\"'&]", "·", payload) for payload in PAYLOADS)
"""The same words without what could be markup."""
EXAMPLES = {
    "article_id": "a0",
    "form": "ris",
    "name": "region",
    "number": "1",
    "file": "icon.svg",
    "value": "a0",
}
"""A value for each variable part of a path; a route with another one fails until it is here."""
_TEXTS = (
    "title", "deck", "byline", "body", "source", "source_url", "url", "author_note",
    "image_credit", "copyright",
)  # fmt: skip
_LISTS = ("authors", "regions", "themes", "reports")
_ADDRESSES = ("href", "src", "action", "formaction", "data-hx-get", "data-url", "xlink:href")
_SAFE_ADDRESS = re.compile(r"(https?:)?/|#|\?|$")
_FILE_NAME = re.compile(r"attachment; filename=\"[a-z0-9-]+\.\w+\"(; filename\*=UTF-8''[\w%.-]+)?")

Vocabulary = set[tuple[str, str]]


class _Recording(ImmutableMultiDict[str, Any]):
    """Values of a request that note the names they are asked for."""

    names: ClassVar[set[str]] = set()

    def get(self, key: str, *others: Any, **options: Any) -> Any:
        """Note the name and return its first value."""
        self.names.add(key)
        return super().get(key, *others, **options)

    def getlist(self, key: str, *others: Any) -> Any:
        """Note the name and return its values."""
        self.names.add(key)
        return super().getlist(key, *others)


def _app(folder: Path, texts: tuple[str, ...]) -> Flask:
    """Return the application of an archive with each text in every field of an article."""
    settings = settings_of(data=str(folder), meaning="off")
    store = open_configured(settings)
    build(
        store,
        [
            article(
                number,
                source_published="2019-01-01",
                **dict.fromkeys(_TEXTS, text),
                **{name: [text] for name in _LISTS},
            )
            # White space in articles is normalised when they are loaded.
            for number, text in enumerate(" ".join(text.split()) for text in texts)
        ],
    )
    app = create_app(store, settings)
    app.request_class = type(
        "_Request",
        (app.request_class,),
        {"parameter_storage_class": _Recording, "dict_storage_class": _Recording},
    )
    return app


def _parameters() -> list[str]:
    """Return the names of all parameters, form fields and cookies."""
    declared = {each.name for each in gc.get_objects() if isinstance(each, Parameter)}
    return sorted(declared | _Recording.names)


def _answers(app: Flask, texts: tuple[str, ...]) -> Iterator[tuple[str, TestResponse]]:
    """Yield the answers of every route to the texts in every place, with what was requested."""
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) & {"GET", "POST"}:
            yield from _answers_of(client, rule, method, texts)


def _answers_of(
    client: FlaskClient, rule: Rule, method: str, texts: tuple[str, ...]
) -> Iterator[tuple[str, TestResponse]]:
    path = _path(rule, EXAMPLES)
    names = _parameters()
    for number, text in enumerate(texts):
        for query in ({"q": text}, dict.fromkeys(names, text)):
            yield f"{method} {path} {query}", _ask(client, method, path, query)
        if rule.arguments and not rule.rule.startswith("/static"):
            odd = _path(rule, dict.fromkeys(EXAMPLES, text))
            yield f"{method} {odd}", _ask(client, method, odd, {})
        for name in names[number :: len(texts)]:
            yield f"{method} {path} {name}={text}", _ask(client, method, path, {name: text})
            for other in (name, "list"):
                client.set_cookie(other, text)
            yield f"{method} {path} cookie {name}", _ask(client, method, path, {})
            for other in (name, "list"):
                client.delete_cookie(other)


def _ask(client: FlaskClient, method: str, path: str, values: dict[str, str]) -> TestResponse:
    if method == "POST":
        return client.post(path, data=values, headers={"Sec-Fetch-Site": "same-origin"})
    headers = {"HX-Request": "true"} if len(values) == 1 else {}
    return client.get(path, query_string=values, headers=headers)


def _path(rule: Rule, values: dict[str, str]) -> str:
    """Return an address of a route with these values, percent-encoded by the client."""
    return re.sub(r"<(?:[^<>:]*:)?(\w+)>", lambda found: values[found[1]], rule.rule)


def _vocabulary(page: str) -> Vocabulary:
    """Return the elements of a page, each with each of its attributes.

    An address that may run something and a script in the page that is no data are marked.
    """
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    found: Vocabulary = set()
    for element in tree.iter():
        tag = str(element.tag)
        found |= {(tag, ""), *((tag, str(name)) for name in element.attrib)}
        addresses = (element.get(name, "") for name in _ADDRESSES)
        found |= {(tag, address) for address in addresses if not _SAFE_ADDRESS.match(address)}
        if tag == "script" and not element.get("src"):
            found.add((tag, str(element.get("type"))))
    return found


def _elements(answer: TestResponse) -> Vocabulary:
    """Return the vocabulary of HTML and XML; other formats are checked to be what they say."""
    kind = answer.mimetype or ""
    if kind == "text/html":
        return _vocabulary(answer.text)
    if kind.endswith("xml"):
        return {(element.tag, "") for element in ET.fromstring(answer.data).iter()}
    if kind.endswith("json"):
        json.loads(answer.data)
    return set()


def _check_headers(answer: TestResponse) -> None:
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert all(value.isprintable() for value in answer.headers.values())
    assert "x=1" not in answer.headers.get("Set-Cookie", "")
    name = answer.headers.get("Content-Disposition")
    assert name is None or _FILE_NAME.fullmatch(name), name
    location = answer.headers.get("Location", "/")
    assert re.match(r"/(?!/)|http://localhost/", location), location


def test_nothing_that_is_sent_changes_the_structure_of_an_answer(tmp_path: Path) -> None:
    """Elements, attributes and headers are those of an archive and requests without markup."""
    parsed: dict[str, Vocabulary] = {}
    for _, answer in _answers(_app(tmp_path / "plain", HARMLESS), HARMLESS):
        if answer.text not in parsed:
            parsed[answer.text] = _elements(answer)
    usual = {each for vocabulary in parsed.values() for each in vocabulary}
    assert {"q", "chart", "-synonym", "contains", "keys", "bom", "filters", "view", "add"} < set(
        _parameters()
    ), "declared parameters, and those that are only read"
    seen: set[str] = set()
    statuses: set[int] = set()
    changed: dict[str, Vocabulary] = {}
    for request, answer in _answers(_app(tmp_path / "odd", PAYLOADS), PAYLOADS):
        statuses.add(answer.status_code)
        assert answer.status_code < 500, request
        _check_headers(answer)
        if answer.text not in seen:
            seen.add(answer.text)
            if more := _elements(answer) - usual:
                changed[request] = more
    assert changed == {}
    assert {200, 303, 400, 404} <= statuses


@pytest.mark.parametrize(
    "page",
    [
        *(f'<p title="{payload}">{payload}</p>' for payload in PAYLOADS[:4]),
        '<a href="javascript:alert(1)">y</a>',
        '<script type="module">alert(1)</script>',
    ],
)
def test_a_change_of_structure_is_found(page: str) -> None:
    """The test above would notice each payload in the text, in an attribute or as an address."""
    usual = '<a href="/" title="x">y</a><script type="application/ld+json">{}</script>'
    assert not _vocabulary(page) <= _vocabulary(f'<p title="x">y</p>{usual}')
