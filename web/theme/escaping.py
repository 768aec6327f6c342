"""How templates escape: as Jinja does, at a third of its price, since a page has five hundred places that must be."""

from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

try:
    from markupsafe._speedups import _escape_inner
except ImportError:
    # Where it was installed without its part in C.
    from markupsafe._native import _escape_inner

__all__ = ["QuickEnvironment", "escaped"]


def escaped(value: object) -> str:
    """Return a value as it may stand in HTML; as `markupsafe.escape`, but a plain text comes back as one.

    What is put into a page needs no marks any more that it is safe, and making these is most of what escaping takes.
    """
    if type(value) is str:
        return _escape_inner(value)
    return value if type(value) is Markup else escape(value)


class _QuickCode(CodeGenerator):
    """Writes templates' code so that it calls `escaped`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


class QuickEnvironment(Environment):
    """Flask's environment of templates, with quicker escaping."""

    code_generator_class = _QuickCode
    escaped = staticmethod(escaped)
