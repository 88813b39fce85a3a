"""``python -m tests.mutation``, after ``mutmut run``: how many changes of the program no test notices.

Returns 1 below ``LEAST`` in a package. Changes that mypy refuses count neither way: they would not pass ``make check``.
"""

import json
import sys
from pathlib import Path

from mutmut.configuration import config
from mutmut.stats import status_by_exit_code

from tests.benchmarks.table import render_table

LEAST = 0.9
"""Of the mutants of a package."""
_NOTICED = ("killed", "timeout")


def main() -> int:
    """Show the survivors by name and the figures by package."""
    rows, enough = [], True
    for package in (pattern.removesuffix("/*") for pattern in config().only_mutate):
        states = _states(package)
        sys.stdout.writelines(f"{state}: {mutant}\n" for mutant, state in states.items() if state not in _NOTICED)
        killed = sum(state in _NOTICED for state in states.values())
        share = killed / len(states) if states else 0.0  # nothing was changed, or nothing was run
        rows.append((package, f"{len(states):,}", f"{killed:,}", f"{share:.1%}"))
        enough = enough and share >= LEAST
    sys.stdout.write(f"\n{render_table(('package', 'mutants', 'killed', 'share'), rows)}\n")
    return 0 if enough else 1


def _states(package: str) -> dict[str, str]:
    """Return what became of each mutant. One that was not reached counts as survived."""
    codes: dict[str, int | None] = {}
    for file in sorted(Path("mutants", package).rglob("*.meta")):
        codes |= json.loads(file.read_text())["exit_code_by_key"]
    states = {mutant: status_by_exit_code[code] for mutant, code in codes.items()}
    return {mutant: state for mutant, state in states.items() if state != "caught by type check"}


sys.exit(main())
