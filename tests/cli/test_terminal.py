"""What is drawn fits the terminal."""

import os

import pytest

from webhook.cli.terminal import cut, folded, repaint, screenful, size_of

from .terminals import Terminal


@pytest.mark.parametrize(
    ("line", "columns", "expected"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "abc"),
        ("", 3, ""),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本"),
        ("\x1b[1;31mNot ready\x1b[0m: 5", 12, "\x1b[1;31mNot ready\x1b[0m: 5"),
        ("\x1b[1;31mNot ready\x1b[0m: 5", 10, "\x1b[1;31mNot ready\x1b[0m:"),
        ("abc", 0, ""),
    ],
)
def test_a_line_is_cut_by_what_is_seen_of_it(line: str, columns: int, expected: str) -> None:
    assert cut(line, columns) == expected


@pytest.mark.parametrize("lines", [1, 2, 3, 10])
@pytest.mark.parametrize("given", [0, 1, 2, 9, 10, 11, 5000])
def test_a_screenful_is_never_more_than_the_screen_and_ends_with_the_footer(lines: int, given: int) -> None:
    size = os.terminal_size((20, lines))
    shown = screenful([f"line {number} {'x' * 30}" for number in range(given)], "footer", size)
    assert len(shown) <= max(2, lines)
    assert all(len(line) <= 20 for line in shown)
    assert shown[-1] == "footer"
    assert any(line.startswith("... and more") for line in shown) == (given > max(1, lines - 1))


def test_drawing_clears_what_was_longer_and_moves_no_line() -> None:
    assert repaint(["a", "b"]) == "\x1b[Ha\x1b[K\r\nb\x1b[K\x1b[J"


@pytest.mark.parametrize(("columns", "lines", "expected"), [(100, 30, (100, 30)), (0, 0, (80, 24))])
def test_a_terminal_without_a_size_is_taken_for_an_old_one(columns: int, lines: int, expected: tuple[int, int]) -> None:
    with Terminal(columns, lines) as terminal:
        assert tuple(size_of(terminal.stream)) == expected


PROSE = "PodsUnfit (3): the platform version is too old for the target. Recreate the pod."
ROW = "shop   Deployment/web   no controller makes it anew: it will not come back, whatever is done"


@pytest.mark.parametrize(
    ("line", "columns", "expected"),
    [
        (PROSE, 80, [PROSE]),
        (PROSE, 50, ["PodsUnfit (3): the platform version is too old for", "  the target. Recreate the pod."]),
        (
            ROW,
            60,
            [
                "shop   Deployment/web   no controller makes it anew: it will",
                "                        not come back, whatever is done",
            ],
        ),
        (ROW, 50, [ROW]),
        ("  kubectl get pods -A -o json | eci-upgrade-guard report", 20, None),
        ("a" * 90, 80, None),
        ("", 80, None),
    ],
    ids=["it fits", "prose", "a row", "a row without room", "a command", "a name", "nothing"],
)
def test_a_long_line_is_folded_where_a_copy_of_it_stays_whole(
    line: str, columns: int, expected: list[str] | None
) -> None:
    assert folded(line, columns) == (expected or [line])
