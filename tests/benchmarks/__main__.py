"""``python -m tests.benchmarks [NAME]``, from the repository: measures one thing, or all that is quick."""

import argparse
import importlib
import sys

from . import CannotMeasure
from .machine import describe_machine

_QUICK = ("validate", "report", "reporting", "upgrades")
_SLOW = ("inventory", "admission", "starting", "closing", "attack")
"""These start control planes, or guards by the dozen, and take minutes."""


def main() -> int:
    """Run what was asked for, or all that is quick. Returns 1 where nothing could be measured or answers were wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure the guard.")
    help_ = f"without it: {' and '.join(_QUICK)}"
    parser.add_argument("benchmark", nargs="?", choices=(*_QUICK, *_SLOW), help=help_)
    asked: str | None = parser.parse_args().benchmark
    _show(describe_machine())
    for name in _QUICK if asked is None else [asked]:
        # One at a time: what the others load would be in the memory of this process, and so in its children's figures.
        benchmark = importlib.import_module(f"{__package__}.{name}")
        try:
            _show(f"\n{benchmark.measure()}")
        except CannotMeasure as error:
            sys.stderr.write(f"{name}: {error}\n")
            return 1
    return 0


def _show(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()  # the next figures take minutes


sys.exit(main())
