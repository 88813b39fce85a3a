"""Plain text tables."""

from collections.abc import Sequence

WIDTH = 100
"""Columns that the output keeps to."""
_GAP = "   "


def render_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return headings and rows in aligned columns: the first to the left, the others, being figures, to the right."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    return "\n".join(_line(row, widths) for row in (headings, ["-" * width for width in widths], *rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        cell.rjust(width) if column else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return _GAP.join([first, *rest]).rstrip()
