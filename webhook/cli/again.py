"""The command that asks the same again: what every report for people ends with."""

import argparse
import shlex
from collections.abc import Sequence


def again_live(args: argparse.Namespace, contexts: Sequence[str | None]) -> str:
    """Return the command that asks these clusters."""
    named = [("kubeconfig", args.kubeconfig), *(("context", context) for context in contexts)]
    named += [(flag, getattr(args, flag, None)) for flag in ("namespace", "policy", "target")]
    return f"eci-upgrade-guard report{_written(named)}"


def again_by_list(args: argparse.Namespace) -> str:
    """Return the commands that ask a new list of the pods."""
    named = [("policy", args.policy), ("target", args.target)]
    return f"kubectl get pods -A -o json | eci-upgrade-guard report --from -{_written(named)}"


def _written(named: Sequence[tuple[str, str | None]]) -> str:
    return "".join(f" --{flag} {shlex.quote(value)}" for flag, value in named if value)
