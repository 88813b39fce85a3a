"""What the program's exit codes mean. They are part of its interface, and an error never shares one with a finding."""

from enum import IntEnum

from webhook.policy.verdict import Readiness


class ExitCode(IntEnum):
    """Of every command."""

    OK = 0
    FAILED = 1
    """The tool could not do its work."""
    USAGE = 2
    NOT_READY = 3
    """Pods are unfit, or something was denied."""
    UNKNOWN = 4
    """Something is missing or could not be judged."""
    WINDOW_CLOSED = 5
    """It is outside the windows of the policy, or in a freeze."""


BY_READINESS = {
    Readiness.READY: ExitCode.OK,
    Readiness.NOT_READY: ExitCode.NOT_READY,
    Readiness.UNKNOWN: ExitCode.UNKNOWN,
}


class CliError(Exception):
    """Raised to end a command with a line on standard error and an exit code."""

    def __init__(self, code: ExitCode, message: str) -> None:
        super().__init__(message)
        self.code = code
