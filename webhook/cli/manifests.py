"""Manifests as people keep them (YAML or JSON, several documents, lists) into one object after the other."""

from typing import Any

import msgspec

from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.streams import Input


def read_objects(given: Input) -> list[Any]:
    """Return every object in it; a list's items stand for the list. Raises CliError for what is no manifest at all."""
    return [found for document in _documents(given) for found in _flatten(document)]


def _flatten(document: Any) -> list[Any]:
    if document is None:
        return []  # what stands between two separators
    if isinstance(document, dict) and str(document.get("kind", "")).endswith("List"):
        items = document.get("items")
        return [_typed(item, document) for item in items] if isinstance(items, list) else [document]
    return [document]


def _typed(item: Any, parent: dict[str, Any]) -> Any:
    """Give an item of a typed list (PodList) the type that the API server leaves out of it."""
    kind = str(parent["kind"]).removesuffix("List")
    if not (isinstance(item, dict) and kind) or "kind" in item:
        return item
    return {"apiVersion": parent.get("apiVersion"), "kind": kind, **item}


def _documents(given: Input) -> list[Any]:
    try:
        return [msgspec.json.decode(given.data)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _yaml_documents(given)  # what is no JSON may still be YAML, and its errors are told there


def _yaml_documents(given: Input) -> list[Any]:
    import yaml  # noqa: PLC0415 -- JSON does without it

    from webhook.policy.yaml_bounds import UnboundedYaml, prove_bounded, yaml_problem  # noqa: PLC0415 -- as above

    try:
        text = given.data.decode()
        prove_bounded(text)
        return list(yaml.load_all(text, Loader=yaml.CSafeLoader))
    except UnicodeDecodeError:
        why = "not UTF-8"
    except UnboundedYaml as error:
        why = str(error)
    except yaml.MarkedYAMLError as error:
        why = f"neither JSON nor YAML: {yaml_problem(error)}"
        if error.problem_mark:
            why += f" (line {error.problem_mark.line + 1})"
    except (yaml.YAMLError, ValueError):
        why = "neither JSON nor YAML"
    raise CliError(ExitCode.FAILED, f"{given.name}: {why}")
