"""The page's template, style and script, and the policy that lets a browser run these and nothing else."""

import base64
import hashlib
from functools import cache
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

_STYLES = ("colours.css", "page.css", "workloads.css", "paper.css")


@cache
def page_template() -> Template:
    """Return the template. It escapes all that it is given."""
    environment = Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("page.html")


@cache
def style() -> Markup:
    """Return the stylesheet."""
    return _ours("\n".join(map(_read, _STYLES)))


@cache
def script() -> Markup:
    """Return the script: it sorts and filters, and the page is whole without it."""
    return _ours(_read("page.js"))


@cache
def content_security_policy() -> str:
    """Return the policy for a browser. Were a text of the cluster ever taken for markup, it would still do nothing."""
    return (
        f"default-src 'none'; style-src '{_digest(style())}'; script-src '{_digest(script())}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _read(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _ours(text: str) -> Markup:
    return Markup(text)  # noqa: S704 -- a file of ours, not a text of the cluster


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
