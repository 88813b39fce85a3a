"""Whether a pod's node affinity leaves it no other nodes than those with a label."""

from collections.abc import Iterable, Mapping


def requires_label(affinity: object, key: str, value: str) -> bool:
    """Tell whether every required node selector term admits only nodes with ``key=value``.

    Terms are alternatives, the expressions of a term hold together. What has another shape requires nothing: it is
    a hint that is read here, not a field that decides.
    """
    required = _get(_get(affinity, "nodeAffinity"), "requiredDuringSchedulingIgnoredDuringExecution")
    terms = _list(_get(required, "nodeSelectorTerms"))
    return bool(terms) and all(_term_requires(term, key, value) for term in terms)


def _term_requires(term: object, key: str, value: str) -> bool:
    return any(
        _get(expression, "key") == key
        and _get(expression, "operator") == "In"
        and _get(expression, "values") == [value]
        for expression in _list(_get(term, "matchExpressions"))
    )


def _get(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, Mapping) else None


def _list(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else ()
