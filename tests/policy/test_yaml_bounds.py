"""How large YAML grows is told before it does."""

import pytest
import yaml

from webhook.policy.yaml_bounds import MAX_DEPTH, UnboundedYaml, prove_bounded

SIZES = [
    ("a", 1),
    ("[a, b]", 3),
    ("{a: b}", 3),
    ("[[a, b], [c]]", 6),
    ("- &x a\n- *x\n- *x", 4),
    ("- &x [a, b]\n- *x\n- *x", 10),
    ("- &x [a, b]\n- &y [*x, c]\n- *y", 14),
    ("- &x {a: b}\n- {c: *x}", 9),
]


@pytest.mark.parametrize(("text", "nodes"), SIZES)
def test_nodes_are_counted_with_their_aliases_followed(text: str, nodes: int) -> None:
    prove_bounded(text, max_nodes=nodes)
    with pytest.raises(UnboundedYaml, match=rf"^more than {nodes - 1} nodes, aliases followed \(line \d\)$"):
        prove_bounded(text, max_nodes=nodes - 1)


def test_all_documents_count_together() -> None:
    prove_bounded("a\n---\nb", max_nodes=2)
    with pytest.raises(UnboundedYaml):
        prove_bounded("a\n---\nb", max_nodes=1)


def test_it_may_nest_as_deep_as_the_bound_and_no_deeper() -> None:
    deepest = MAX_DEPTH - 1
    prove_bounded("[" * deepest + "]" * deepest)
    with pytest.raises(UnboundedYaml, match=rf"^nested more than {MAX_DEPTH} deep"):
        prove_bounded("[" * MAX_DEPTH + "]" * MAX_DEPTH)


@pytest.mark.parametrize("text", ["&x [a, *x]", "&x {a: [*x]}"])
def test_what_contains_itself_is_endless(text: str) -> None:
    with pytest.raises(UnboundedYaml, match=r"^an alias that contains itself"):
        prove_bounded(text)


def test_what_is_no_yaml_says_so_itself() -> None:
    with pytest.raises(yaml.YAMLError):
        prove_bounded("[a")
