"""What people ask has a paragraph with a few commands, and what they name of the guard exists."""

import importlib
import re
import shlex

import pytest

from tests.documents.reading import console_lines
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


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_people_ask_leads_to_the_answer_by_three_commands_at_most(question: str) -> None:
    assert len(SECTIONS[question]) > 200
    assert 1 <= len(console_lines(SECTIONS[question])) <= MOST


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
