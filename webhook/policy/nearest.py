"""The nearest right word for a mistyped one."""

import difflib
from collections.abc import Iterable


def nearest(given: str, words: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return "; did you mean WORD?" for the nearest of ``words``, whatever its case, or nothing.

    ``cutoff`` is the likeness that is asked for, from 0 to 1.
    """
    by_folded = {word.lower(): word for word in words}
    found = difflib.get_close_matches(given.lower(), by_folded, n=1, cutoff=cutoff)
    return f"; did you mean {by_folded[found[0]]}?" if found else ""
