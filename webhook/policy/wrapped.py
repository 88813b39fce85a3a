"""Text in lines of so many columns."""

import textwrap


def wrapped(text: str, columns: int, *, first: str = "", others: str = "") -> list[str]:
    """Break between words, and never inside a name, so that it can still be copied. Lines begin with the indents."""
    return textwrap.wrap(
        text, columns, initial_indent=first, subsequent_indent=others, break_long_words=False, break_on_hyphens=False
    )
