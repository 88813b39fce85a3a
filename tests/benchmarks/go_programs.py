"""The benchmarks' own Go programs, built as those of the control plane are."""

from pathlib import Path

from tests.cluster.building import Missing, built

from . import CannotMeasure

_MODULE = Path(__file__).with_name("controller_runtime")


def go_program(name: str) -> Path:
    """Return "webhook" or "load", built now unless it was before. Raises CannotMeasure."""
    try:
        return built(_MODULE, name, f"./{name}", sources=sorted((_MODULE / name).glob("*.go")))
    except Missing as missing:
        raise CannotMeasure(str(missing)) from None
