"""Where there is more to say than an answer may hold, what is cut is what can be missed, and the rest is counted."""

import pytest

from tests.admission.upgrades.asking import FIT, RISES, ali, asks, guard, upgrading
from tests.admission.upgrades.test_messages import said, warned
from tests.builders import Json, running
from webhook.admission import limits
from webhook.policy.modes import Mode


def unfit(count: int, name: str = "", namespace: str = "team-a") -> list[Json]:
    return [running(f"{place}{name}", "1.0.0", namespace=namespace) for place in range(count)]


def named_and_counted(text: str) -> tuple[list[str], int]:
    """Return the lines of pods, and how many more there are said to be."""
    lines = [line.strip() for line in text.splitlines() if line.startswith("  ")]
    if not lines[-1].startswith("and "):
        return lines, 0
    return lines[:-1], int(lines[-1].split()[1])


@pytest.mark.parametrize(("count", "more"), [(9, 0), (10, 0), (11, 1), (100, 90)])
def test_ten_pods_are_named_and_the_others_counted(count: int, more: int) -> None:
    lines, counted = named_and_counted(said(guard(None, *unfit(count)), RISES))
    assert (len(lines), counted) == (count - more, more)


@pytest.mark.parametrize("letter", ["w", "ü"])
def test_of_pods_with_long_names_as_many_are_named_as_there_is_room_for(letter: str) -> None:
    text = said(guard(None, *unfit(12, letter * 200, namespace=letter * 63)), RISES)
    lines, counted = named_and_counted(text)
    assert len(lines) + counted == 12
    assert all(line.endswith("running on virtual-kubelet-cn-hangzhou-j") for line in lines)
    left = limits.MAX_MESSAGE - len(text.encode())
    assert 0 <= left < len(lines[0].encode()) + 2 * limits.MAX_WARNING
    assert text.endswith("(Policy default)")


def test_a_warning_that_is_too_long_keeps_its_code_and_its_remedy() -> None:
    first, *_, last = warned(guard(upgrading(Mode.WARN), *FIT, doubt="d" * 300), RISES)
    assert len(first) == limits.MAX_WARNING
    assert first.endswith("d… (ReadinessUnknown)")
    assert last.endswith(": eci-upgrade-guard report --target 1.26")
    long = "n" * 200
    last = warned(guard(), asks(ali("1.26", name=long), ali("1.24", name=long), name=long))[-1]
    assert len(last) == limits.MAX_WARNING
    assert last.endswith("n…: claim it there if it stands for this cluster")
