"""What people ask has a paragraph with a few commands, and what they name of the guard exists."""

import importlib
import re
import shlex
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.monitoring.published import RUNBOOK, sections
from webhook.admission.registration.configuration import NAME
from webhook.cli.arguments import CommandParser

QUESTIONS = (
    "an-upgrade-was-denied",
    "a-window-does-not-open-when-expected",
    "an-override-is-refused",
    "the-policy-was-refused",
    "the-guard-must-be-switched-off-now",
)
SECTIONS = sections(RUNBOOK)
MOST = 3
KUBECTL = {"apply", "auth", "delete", "get", "logs"}
SERVED = {"/livez", "/readyz", "/metrics"}


def commands(text: str) -> Iterator[list[str]]:
    """The commands of all consoles in a text, without what their output goes into."""
    for console in re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        for line in console.splitlines():
            assert line.startswith("$ ")
            words = shlex.split(line[2:])
            end = next((place for place, word in enumerate(words) if word in ("|", ">")), len(words))
            yield words[:end]


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_people_ask_leads_to_the_answer_by_three_commands_at_most(question: str) -> None:
    assert len(SECTIONS[question]) > 200
    assert 1 <= len(list(commands(SECTIONS[question]))) <= MOST


@pytest.mark.parametrize("command", list(commands(RUNBOOK)), ids=shlex.join)
def test_a_command_is_one_that_there_is(command: list[str]) -> None:
    program, *arguments = command
    match program:
        case "eci-upgrade-guard":
            _parse(*arguments)
        case "kubectl":
            assert arguments[0] in KUBECTL
        case _:
            assert program == "curl"
            address = urlsplit(arguments[-1])
            assert address.port == 8080
            assert address.path in SERVED


def test_the_webhook_configuration_bears_the_name_that_is_written_everywhere() -> None:
    named = re.findall(r"validatingwebhookconfiguration (\S+)", RUNBOOK)
    assert set(named) == {NAME}


@pytest.mark.parametrize("written", re.findall(r"`eci-upgrade-guard ([^`]+)`", RUNBOOK))
def test_a_command_within_a_sentence_is_one_too(written: str) -> None:
    name, *rest = shlex.split(written)
    module = importlib.import_module(f"webhook.cli.{name}")
    parser = CommandParser()
    module.add_options(parser)
    assert {word for word in rest if word.startswith("-")} <= set(parser._option_string_actions)


def _parse(name: str, *arguments: str) -> None:
    """Read them as the program would. Raises CliError."""
    module = importlib.import_module(f"webhook.cli.{name}")
    parser = CommandParser(prog=name)
    module.add_options(parser)
    parser.parse(arguments)
