"""A policy document's text in, a Policy out; or everything that is wrong with it."""

from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from webhook.policy.document.building import build_policy
from webhook.policy.document.positions import Located, Path, read_located
from webhook.policy.document.problems import InvalidPolicy, Problem, field_path, problem_of
from webhook.policy.document.schema import PolicyDocument
from webhook.policy.policy import Policy
from webhook.policy.yaml_bounds import UnboundedYaml, yaml_problem

MAX_BYTES = 1024 * 1024


def read_policy(data: bytes) -> Policy:
    """Read a policy document. Raises InvalidPolicy, which lists every problem and not only the first."""
    located = _locate(data)
    document, errors = _validate(located.value)
    unknown = [error["loc"] for error in errors if error["type"] == "extra_forbidden"]
    if unknown:
        # Rules between fields are checked only where each field is right: look again without what is merely unknown.
        for path in unknown:
            _remove(located.value, path)
        errors += _validate(located.value)[1]
    problems = [
        Problem(located.lines[path], field_path(path), "stands twice in the same map") for path in located.duplicates
    ]
    problems += [problem_of(error, located.lines) for error in errors]
    if problems or document is None:
        raise InvalidPolicy(problems)
    return build_policy(document)


def _validate(value: Any) -> tuple[PolicyDocument | None, list[ErrorDetails]]:
    try:
        return PolicyDocument.model_validate(value), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _remove(value: Any, path: Path) -> None:
    for part in path[:-1]:
        value = value[part]
    del value[path[-1]]


def _locate(data: bytes) -> Located:
    if len(data) > MAX_BYTES:
        raise InvalidPolicy([Problem(0, "", f"larger than {MAX_BYTES:,} bytes")])
    try:
        return read_located(data.decode())
    except UnicodeDecodeError:
        raise InvalidPolicy([Problem(0, "", "not UTF-8")]) from None
    except UnboundedYaml as error:
        raise InvalidPolicy([Problem(0, "", str(error))]) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise InvalidPolicy([Problem(line, "", f"not YAML: {yaml_problem(error)}")]) from None
    except yaml.YAMLError:
        raise InvalidPolicy([Problem(0, "", "not YAML: a character that YAML does not allow")]) from None
