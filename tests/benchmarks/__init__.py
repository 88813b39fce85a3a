"""Measures what the guard costs, each thing beside what else could do the job. Run by ``make bench…``.

Nothing here is a test: figures depend on the machine, and only wrong answers end a benchmark with an error.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""Of the repository."""


class CannotMeasure(Exception):
    """Raised with one line for the user: something is missing, or a subject answered wrongly."""
