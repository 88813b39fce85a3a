"""``--policy`` and ``--target``, which several commands share."""

import argparse
import dataclasses
from dataclasses import dataclass

from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.streams import read_input
from webhook.policy.kubernetes_version import InvalidVersion, KubernetesVersion
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy

NEXT = "next"
NO_TARGET = KubernetesVersion(0, 0)
"""Stands for a target until it is known, or where it decides nothing. Which pods are of ECI depends on no target."""


class NoNext(Exception):
    """Raised where nobody can tell which minor comes next. Its message is one line, for people."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What to judge by. With ``next`` each cluster has its own target, known only once its version is."""

    policy: Policy
    """Good for reading pods, whatever the target."""
    next: bool = False

    def at(self, running: str) -> Policy:
        """Return the policy for a cluster that runs this version, "" where that is not known. Raises NoNext."""
        if not self.next:
            return self.policy
        from webhook.policy.offered_versions import NoneOffered, next_offered  # noqa: PLC0415 -- only for next

        try:
            target = next_offered(KubernetesVersion.parse(running))
        except InvalidVersion:
            said = f" ({plain(running, 63)})" if running else ""
            raise NoNext(f"--target next: what the cluster runs is not known{said}; name the target") from None
        except NoneOffered as error:
            raise NoNext(f"--target next: {error}; name the target") from None
        return dataclasses.replace(self.policy, target=target)


def add_policy_options(parser: argparse.ArgumentParser, *, with_next: bool = False) -> None:
    """Add both."""
    parser.add_argument("--policy", metavar="FILE", help="the policy document; without it nothing is exempt")
    what = "the Kubernetes version to reach, like 1.26"
    what += ", or next: what ACK offers after the cluster's own" if with_next else ""
    parser.add_argument(
        "--target",
        metavar="VERSION",
        help=f"{what}; needed without --policy, and stands before its own",
    )


def chosen_policy(args: argparse.Namespace, *, otherwise_any: bool = False) -> Policy:
    """Return the policy to judge by, with the target that was asked for. Raises CliError.

    With ``otherwise_any`` none need be asked for: what is judged brings its own, and the policy's decides nothing.
    """
    if otherwise_any and args.policy is None and args.target is None:
        return Policy(target=NO_TARGET)
    aim = chosen_aim(args)
    if aim.next:
        raise CliError(ExitCode.USAGE, "--target next needs a live cluster: name the version, like 1.26")
    return aim.policy


def chosen_aim(args: argparse.Namespace) -> Aim:
    """Return what to judge by; the target may be the next that each cluster is offered. Raises CliError."""
    wants_next = args.target == NEXT
    target = NO_TARGET if wants_next else _target(args.target)
    if args.policy is not None:
        policy = load_policy(args.policy)
        return Aim(policy if target is None else dataclasses.replace(policy, target=target), next=wants_next)
    if target is None:
        raise CliError(ExitCode.USAGE, "--target is needed without --policy")
    return Aim(Policy(target=target), next=wants_next)


def load_policy(path: str) -> Policy:
    """Read a policy document. Raises CliError that lists everything wrong with it."""
    return policy_from(read_input(path).data, path)


def policy_from(data: bytes, path: str) -> Policy:
    """Read a policy document that came from ``path``. Raises CliError as above."""
    from webhook.policy.document.problems import InvalidPolicy  # noqa: PLC0415 -- only with a policy
    from webhook.policy.document.reading import read_policy  # noqa: PLC0415 -- only with a policy

    try:
        return read_policy(data)
    except InvalidPolicy as error:
        lines = "".join(f"\n  {problem}" for problem in error.problems)
        raise CliError(ExitCode.FAILED, f"the policy {path} is refused:{lines}") from None


def _target(text: str | None) -> KubernetesVersion | None:
    if text is None:
        return None
    try:
        return KubernetesVersion.parse(text)
    except InvalidVersion as error:
        raise CliError(ExitCode.USAGE, f"--target is {error}") from None
