"""What people ask has a paragraph with a few commands, and what they name of the guard exists."""

import importlib
import re
import shlex

import pytest

from tests.documents.reading import ROOT, console_lines
from tests.monitoring.published import RUNBOOK, sections
from webhook.admission.registration.configuration import NAME
from webhook.cli.arguments import CommandParser

SITUATIONS = (
    "an-upgrade-was-denied",
    "pods-do-not-come-back",
    "readiness-is-unknown",
    "a-certificate-is-about-to-expire",
    "the-guard-is-down",
    "the-policy-was-refused",
    "a-window-does-not-open-when-expected",
    "the-guard-must-be-switched-off-now",
)
PLAYED = (ROOT / "tests/cluster/runbook/test_runbook.py").read_text()
"""Where each of them is put there, and its commands are typed."""
SECTIONS = sections(RUNBOOK)
MOST = 3


@pytest.mark.parametrize("question", [*SITUATIONS, "an-override-is-refused"])
def test_what_people_ask_leads_to_the_answer_by_three_commands_at_most(question: str) -> None:
    assert len(SECTIONS[question]) > 200
    assert 1 <= len(console_lines(SECTIONS[question])) <= MOST


def test_the_situations_come_first_in_the_order_in_which_they_are_played() -> None:
    assert [name for name in SECTIONS if name in SITUATIONS] == list(SECTIONS)[1:9] == list(SITUATIONS)
    places = [PLAYED.index(f'"{name}"') for name in SITUATIONS]
    assert places == sorted(places)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_is_seen_leads_there_and_there_it_says_when_it_is_over(situation: str) -> None:
    before = RUNBOOK.partition("## What people ask")[0]
    assert f"](#{situation}) |" in before
    assert re.search(r"[Ii]t is over when|Off is when", SECTIONS[situation])


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
