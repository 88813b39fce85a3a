"""The policy that the guard goes by, and what was wrong with a newer one that it does not go by."""

from datetime import datetime

from webhook.policy.policy import Policy


class PolicyInForce:
    """Whoever needs the policy asks here each time. It changes between two requests and never within one."""

    def __init__(self, policy: Policy, taken_at: datetime) -> None:
        self.policy = policy
        self.taken_at = taken_at
        """Aware. When it was last found to be good."""
        self.problems: tuple[str, ...] = ()
        """Of the document as it is now, where it was refused; each is a line that is safe to show."""

    def take(self, policy: Policy, at: datetime) -> None:
        """Go by a policy from now on."""
        self.policy, self.taken_at, self.problems = policy, at, ()

    def refuse(self, problems: tuple[str, ...]) -> None:
        """Go on by the last good one."""
        self.problems = problems
