"""What it costs to know the pods of a live cluster: watched by ``serve``, and listed once by ``report``."""

import tempfile
from pathlib import Path

from .live_report import measure_live_report
from .syncing import measure_syncing


def measure() -> str:
    """Measure, and return the figures as text. Takes about seven minutes. Raises CannotMeasure."""
    with tempfile.TemporaryDirectory(prefix="bench-inventory-") as name:
        return "\n\n".join([measure_syncing(Path(name)), measure_live_report(Path(name))])
