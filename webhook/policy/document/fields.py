"""Types of single fields in the policy document: how each is read, and how the JSON Schema describes it."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, PlainValidator, StrictBool, StrictStr, StringConstraints, WithJsonSchema

from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.patterns import compile_pattern


def _version(value: Any) -> KubernetesVersion:
    if not isinstance(value, str):
        raise ValueError('a Kubernetes version is text; write it like "1.26"')  # noqa: TRY004 -- pydantic's contract
    return KubernetesVersion.parse(value)


def _instant(value: Any) -> datetime:
    wanted = "an instant with a time zone is needed, like 2026-12-31T00:00:00Z"
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(wanted) from None
    if instant.tzinfo is None:
        raise ValueError(wanted)
    return instant


def _pattern(value: str) -> str:
    compile_pattern(value)
    return value


Version = Annotated[
    KubernetesVersion,
    PlainValidator(_version),
    WithJsonSchema(
        {"type": "string", "pattern": r"^\s*[vV]?[0-9]+\.[0-9]+", "examples": ["1.26", "v1.26.3-aliyun.1"]},
    ),
]
Instant = Annotated[
    datetime,
    PlainValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-12-31T00:00:00Z"]}),
]
Text = Annotated[StrictStr, StringConstraints(min_length=1, strip_whitespace=True)]
Pattern = Annotated[StrictStr, AfterValidator(_pattern), WithJsonSchema({"type": "string", "format": "re2"})]
Flag = StrictBool
