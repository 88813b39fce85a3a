"""The options of ``recreate``: of what, how, and how much of a person is asked for."""

import argparse

from webhook.cli.durations import duration
from webhook.policy.label_selector import LabelSelector
from webhook.policy.selector_text import InvalidSelector, parse_selector
from webhook.recreation.bare_pods import Bare
from webhook.recreation.planning import Wishes
from webhook.recreation.scope import NamedWorkload, Scope
from webhook.recreation.ways import Preference

_CONCURRENCY = range(1, 1001)
_PERCENT = range(101)
_HALF = 50
"""Where more pods are left out than are not, that has one cause as a rule (a right, a node, a budget like all others),
and to mend it first spares doing the rest twice."""


def add_recreate_options(parser: argparse.ArgumentParser) -> None:
    """Add them."""
    _add_scope(parser)
    _add_ways(parser)
    _add_running(parser)


def chosen_wishes(args: argparse.Namespace) -> Wishes:
    """Return what the options ask for."""
    text, selector = args.selector or ("", LabelSelector())
    scope = Scope(namespace=args.namespace or "", selector=selector, selector_text=text, workload=args.workload)
    return Wishes(scope=scope, preference=Preference(args.strategy), bare=Bare(args.bare))


def _add_scope(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-n", "--namespace", metavar="NAME", help="only this namespace; kube-system only if so named")
    parser.add_argument(
        "-l", "--selector", metavar="LABELS", type=_selector, help="only pods with these labels, as kubectl's -l"
    )
    parser.add_argument(
        "--workload",
        metavar="KIND/NAME",
        type=_workload,
        help="only pods of this workload, as Deployment/web (with -n)",
    )


def _add_ways(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--strategy",
        metavar="WAY",
        choices=[one.value for one in Preference],
        default=Preference.AUTO.value,
        help="evict; restart (Deployments that lose no pod by it); auto (default): restart those that cannot lose one",
    )
    parser.add_argument(
        "--bare",
        metavar="HOW",
        choices=[one.value for one in Bare],
        default=Bare.SKIP.value,
        help="pods without a controller: skip, export (write their manifests), recreate (from these; default: skip)",
    )
    parser.add_argument(
        "--concurrency", metavar="N", type=_concurrency, default=5, help="workloads at a time (default: 5)"
    )
    parser.add_argument("--once", action="store_true", help="only the canary: a pod, or all pods of a restart")
    parser.add_argument(
        "--timeout", metavar="TIME", type=duration, default=600.0, help="how long a pod may take (default: 10m)"
    )
    parser.add_argument("--outside-window", metavar="REASON", help="go on although no window of the policy is open")


def _add_running(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="show the plan, and do nothing")
    parser.add_argument(
        "--accept-blocked",
        metavar="PERCENT",
        type=_percent,
        default=_HALF,
        help=f"begin even if up to so many of the ECI pods are left out (default: {_HALF})",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask; needed without a terminal")
    parser.add_argument(
        "--journal",
        metavar="FILE",
        default="recreate-journal.jsonl",
        help="where it is written what was done, and where a rerun goes on (default: recreate-journal.jsonl here)",
    )
    parser.add_argument("--save", metavar="FILE", help="write the plan there too, as JSON")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FORMAT",
        choices=["table", "json"],
        default="table",
        help="table, json (default: table)",
    )


def _selector(text: str) -> tuple[str, LabelSelector]:
    try:
        return text, parse_selector(text)
    except InvalidSelector as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _workload(text: str) -> NamedWorkload:
    kind, _, name = text.partition("/")
    if not kind or not name or "/" in name:
        raise argparse.ArgumentTypeError("not KIND/NAME, like Deployment/web")
    return NamedWorkload(kind, name)


def _concurrency(text: str) -> int:
    if not text.isdecimal() or int(text) not in _CONCURRENCY:
        raise argparse.ArgumentTypeError("not a number from 1 to 1000")
    return int(text)


def _percent(text: str) -> int:
    digits = text.removesuffix("%")
    if not digits.isdecimal() or int(digits) not in _PERCENT:
        raise argparse.ArgumentTypeError("not a percentage from 0 to 100")
    return int(digits)
