"""Templates escape as Jinja does, though quicker."""

from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from web.theme.escaping import QuickEnvironment, escaped

SOURCES = (
    "{{ x }}|{{ x|upper }}|{{ x ~ '<' }}|{{ '<b>%s</b>'|format(x) }}|{{ [x] }}|{{ 3 }}|{{ none }}|{{ missing }}",
    "{% macro m(y) %}<i>{{ y }}</i>{% endmacro %}{{ m(x) }}|{{ m(m(x)) }}|{% set z %}<u>{{ x }}</u>{% endset %}{{ z }}",
    "{% for c in x %}{{ c }}{% else %}{{ x }}{% endfor %}{% filter upper %}{{ x }}&{% endfilter %}{{ x if x else '<none>' }}",
    "{% autoescape false %}{{ x }}{% endautoescape %}{{ x }}{{ x|e }}{{ x|safe }}{{ safe }}",
)


class Number(int):
    """Something with its own HTML."""

    def __html__(self) -> str:
        """Return it."""
        return f"<b>{int(self)}</b>"


@given(st.one_of(st.text(alphabet="<>&'\" ab{}ü"), st.integers(), st.none(), st.floats()))
def test_any_value_is_escaped_as_markupsafe_does(value: object) -> None:
    """No value gets into a page in another way than it did."""
    assert str(escaped(value)) == str(escape(value))


def test_what_is_safe_stays_as_it_is() -> None:
    """HTML that was made safe is not escaped again."""
    assert escaped(Markup("<b>")) == "<b>"
    assert escaped(Number(3)) == "<b>3</b>"


@given(st.text(alphabet="<>&'\" ab"))
def test_templates_read_the_same(text: str) -> None:
    """Macros, blocks, filters and switches of escaping give what Jinja gives."""
    app = Flask("test")
    plain = SandboxedEnvironment(autoescape=True)
    app.jinja_environment = QuickEnvironment
    with app.app_context():
        for source in SOURCES:
            wanted = plain.from_string(source).render(x=text, safe=Markup("<s>"))
            assert render_template_string(source, x=text, safe=Markup("<s>")) == wanted
