"""What may be told of an error of ours: its class and its place. Its text may hold what was read, and stays out."""

import traceback
from pathlib import Path
from typing import NamedTuple


class ErrorPlace(NamedTuple):
    """Where an error arose."""

    error: str
    """Its class."""
    at: str
    """File name and line; "" where nobody knows."""

    @classmethod
    def of(cls, error: BaseException) -> "ErrorPlace":
        """Find the place in the error's traceback."""
        frames = traceback.extract_tb(error.__traceback__)
        at = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        return cls(type(error).__name__, at)
