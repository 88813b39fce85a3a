"""``python -m tests.benchmarks [validate|report]``, from the root of the repository."""

import argparse
import sys

from . import CannotMeasure, report, validate
from .machine import describe_machine

_BENCHMARKS = {"validate": validate.measure, "report": report.measure}


def main() -> int:
    """Run what was asked for, or everything. Returns 1 where nothing could be measured or answers were wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure the guard.")
    parser.add_argument("benchmark", nargs="?", choices=_BENCHMARKS, help="without it: all of them")
    asked: str | None = parser.parse_args().benchmark
    _show(describe_machine())
    for name in _BENCHMARKS if asked is None else [asked]:
        try:
            _show(f"\n{_BENCHMARKS[name]()}")
        except CannotMeasure as error:
            sys.stderr.write(f"{name}: {error}\n")
            return 1
    return 0


def _show(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()  # the next figures take minutes


sys.exit(main())
