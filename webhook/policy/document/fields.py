"""Types of single fields in the policy document: how each is read, and how the JSON Schema describes it."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, PlainValidator, StrictBool, StrictStr, StringConstraints, WithJsonSchema

from webhook.policy.durations import parse_duration
from webhook.policy.instants import parse_instant
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.nearest import nearest
from webhook.policy.patterns import compile_pattern
from webhook.policy.windows.schedule import Schedule

_OF_THE_MACHINE = {"Factory", "localtime", "posix", "posixrules", "right"}
"""Names that the files of one machine may have, and that are none in the tz database."""
_UTC = ZoneInfo("UTC")


def _version(value: Any) -> KubernetesVersion:
    if not isinstance(value, str):
        raise ValueError('a Kubernetes version is text; write it like "1.26"')  # noqa: TRY004 -- pydantic's contract
    return KubernetesVersion.parse(value)


def _instant(value: Any) -> datetime:
    return parse_instant(value if isinstance(value, str) else "")


def _duration(value: Any) -> timedelta:
    return parse_duration(value if isinstance(value, str) else "")


def _time_zone(value: Any) -> ZoneInfo:
    name = value if isinstance(value, str) else ""
    try:
        if name.partition("/")[0] not in _OF_THE_MACHINE:
            return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # one that is not there, a folder, a path that leads elsewhere
        pass
    hint = nearest(name, sorted(available_timezones() - _OF_THE_MACHINE))
    raise ValueError(f"not a time zone of the tz database{hint or '; write it like Asia/Shanghai or UTC'}")


def _cron(value: str) -> str:
    """Prove a schedule without its zone, so that a wrong one of these hides not the other. Zones do not change days."""
    return Schedule.parse(value, _UTC).text


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
Duration = Annotated[
    timedelta,
    PlainValidator(_duration),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$",
            "minLength": 2,
            "examples": ["4h30m", "1d12h"],
        },
    ),
]
TimeZone = Annotated[
    ZoneInfo,
    PlainValidator(_time_zone),
    WithJsonSchema({"type": "string", "examples": ["Asia/Shanghai", "UTC"]}),
]
Cron = Annotated[StrictStr, AfterValidator(_cron), WithJsonSchema({"type": "string", "examples": ["0 22 * * 1-5"]})]
Text = Annotated[StrictStr, StringConstraints(min_length=1, strip_whitespace=True)]
Pattern = Annotated[StrictStr, AfterValidator(_pattern), WithJsonSchema({"type": "string", "format": "re2"})]
Flag = StrictBool
