"""``policy check``: a gate for pipelines before a document reaches a guard."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
EXAMPLE = Path(__file__).parents[2] / "manifests/examples/policy.yaml"


def test_a_good_document_ends_with_0_and_says_whose_it_is(run: Run) -> None:
    ended = run("policy", "check", EXAMPLE)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == f"{EXAMPLE} is good: policy example, for Kubernetes 1.26\n"


def test_a_document_may_come_by_standard_input(run: Run) -> None:
    assert run("policy", "check", "-", stdin=EXAMPLE.read_bytes()).code == 0


def test_a_bad_document_ends_with_1_and_everything_that_is_wrong(run: Run) -> None:
    text = EXAMPLE.read_text().replace("pods: Deny", "pods: Denny") + "  windows: [{name: a}]\n"
    ended = run("policy", "check", "-", stdin=text.encode())
    assert (ended.code, ended.out) == (1, "")
    assert "spec.modes.pods: must be Deny or Warn or Audit or Off; did you mean Deny?" in ended.err
    assert "spec.windows[0].schedule: is required" in ended.err


def test_a_document_that_is_not_there_ends_with_1(run: Run, tmp_path: Path) -> None:
    ended = run("policy", "check", tmp_path / "none.yaml")
    assert ended.code == 1
    assert "No such file or directory" in ended.err


def test_who_forgets_the_word_check_is_told_how_it_is_called(run: Run) -> None:
    said = run("policy", EXAMPLE).err
    assert "is not check: write policy check FILE" in said


@pytest.mark.parametrize("arguments", [[], ["check"], ["chek", "x"], ["check", "a", "b"], ["check", "a", "--wat"]])
def test_wrong_usage_ends_with_2(run: Run, arguments: list[str]) -> None:
    ended = run("policy", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert len(ended.err.splitlines()) == 1
