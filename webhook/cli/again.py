"""The commands that every report for people ends with: what mends it, and what asks the same again."""

import argparse
import shlex
from collections.abc import Sequence


def again_live(args: argparse.Namespace, contexts: Sequence[str | None]) -> str:
    """Return the command that asks these clusters."""
    return f"eci-upgrade-guard report{_of_cluster(args, contexts)}"


def recreate_live(args: argparse.Namespace, context: str | None) -> str:
    """Return the command that makes the unfit pods of this cluster anew."""
    return f"eci-upgrade-guard recreate{_of_cluster(args, [context])}"


def again_by_list(args: argparse.Namespace) -> str:
    """Return the commands that ask a new list of the pods."""
    named = [("policy", args.policy), ("target", args.target)]
    return f"kubectl get pods -A -o json | eci-upgrade-guard report --from -{_written(named)}"


def _of_cluster(args: argparse.Namespace, contexts: Sequence[str | None]) -> str:
    named = [("kubeconfig", args.kubeconfig), *(("context", context) for context in contexts)]
    named += [(flag, getattr(args, flag, None)) for flag in ("namespace", "policy", "target")]
    return _written(named)


def _written(named: Sequence[tuple[str, str | None]]) -> str:
    return "".join(f" --{flag} {shlex.quote(value)}" for flag, value in named if value)
