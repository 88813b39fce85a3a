"""``--policy`` and ``--target``, which several commands share."""

import argparse
import dataclasses

from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.streams import read_input
from webhook.policy.kubernetes_version import InvalidVersion, KubernetesVersion
from webhook.policy.policy import Policy


def add_policy_options(parser: argparse.ArgumentParser) -> None:
    """Add both."""
    parser.add_argument("--policy", metavar="FILE", help="the policy document; without it nothing is exempt")
    parser.add_argument(
        "--target",
        metavar="VERSION",
        help="the Kubernetes version to reach, like 1.26; needed without --policy, and stands before its own",
    )


def chosen_policy(args: argparse.Namespace) -> Policy:
    """Return the policy to judge by, with the target that was asked for. Raises CliError."""
    target = _target(args.target)
    if args.policy is not None:
        policy = load_policy(args.policy)
        return policy if target is None else dataclasses.replace(policy, target=target)
    if target is None:
        raise CliError(ExitCode.USAGE, "--target is needed without --policy")
    return Policy(target=target)


def load_policy(path: str) -> Policy:
    """Read a policy document. Raises CliError that lists everything wrong with it."""
    from webhook.policy.document.problems import InvalidPolicy  # noqa: PLC0415 -- only with a policy
    from webhook.policy.document.reading import read_policy  # noqa: PLC0415 -- only with a policy

    try:
        return read_policy(read_input(path).data)
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
