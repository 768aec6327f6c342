"""The output of templates: the same HTML as Jinja's own."""

import pytest
from jinja2 import Environment
from markupsafe import Markup, escape

from web.theme.template_output import TemplateEnvironment, escaped


class _WithHtml:
    def __html__(self) -> str:
        return "<i>kept</i>"


class _Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    "value",
    [
        "".join(map(chr, range(0x100))),
        "&amp; <b>\"'",
        Markup("<b>&amp;</b>"),
        _WithHtml(),
        _Text("<s>"),
        7,
        True,
        2.5,
        None,
        ["<", Markup("<")],
    ],
)
def test_values_are_escaped_as_by_markupsafe(value: object) -> None:
    """An escape that is left out would let an article's text become markup."""
    assert str(escaped(value)) == str(escape(value))


def test_templates_escape_what_jinja_escapes() -> None:
    """Values, filters, macros, blocks that are set and unescaped parts are written as before."""
    source = """
        {% macro cell(text) %}<td>{{ text }}</td>{% endmacro %}
        {% set row %}{{ cell(value) }}{{ safe }}{% endset %}
        {{ row }} {{ value|upper }} {{ value ~ safe }} {{ '<' if value }} {{ missing }}
        {% autoescape false %}{{ value }}{{ cell(value) }}{% endautoescape %}
        {% filter upper %}{{ value }}{% endfilter %}
    """
    texts = [
        environment(autoescape=True).from_string(source).render(value="<&'\">", safe=Markup("<br>"))
        for environment in (Environment, _Environment)
    ]
    assert texts[0] == texts[1]


class _Environment(Environment):
    code_generator_class = TemplateEnvironment.code_generator_class
    escaped = staticmethod(escaped)
