"""Every command that a document shows is one that there is, with options and files that there are."""

import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.documents.reading import DOCUMENTS, ROOT, commands, console_lines
from webhook.cli.arguments import CommandParser

LINES = sorted({line for document in DOCUMENTS for line in console_lines(document.read_text())})
VERBS = {
    *("annotate", "apply", "auth", "create", "delete", "describe", "get", "label", "logs", "patch", "port-forward"),
    *("rollout", "run", "scale", "wait"),
}
OTHERS = {"docker", "echo", "git", "grep", "terraform"}
"""Programs of which no more is known here than that they exist."""
SERVED: dict[int | None, tuple[str, ...]] = {
    8443: ("/validate", "/report", "/ready-for/"),
    8080: ("/livez", "/readyz", "/metrics"),
}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def named_files(words: list[str]) -> list[Path]:
    """Those of this repository."""
    return [ROOT / word.lstrip("@") for word in words if word.lstrip("@").startswith(("manifests/", "tests/"))]


@pytest.mark.parametrize("line", LINES)
def test_a_command_is_one_that_there_is(line: str) -> None:
    for program, *words in commands(re.sub(r"^[A-Z]+=\$\((.*)\)$", r"\1", line)):
        match program.rpartition("/")[2]:
            case "eci-upgrade-guard":
                command, *options = words
                parser = CommandParser(prog=command)
                import_module(f"webhook.cli.{command}").add_options(parser)
                parser.parse(options)
            case "make":
                assert {word for word in words if "=" not in word} <= TARGETS
            case "pytest":
                assert named_files(words)
            case "python":
                assert words[0] == "-m"
                assert find_spec(words[1])
            case "kubectl":
                assert words[0] in VERBS
            case "helm":
                assert words[0] in {"install", "uninstall", "upgrade"}
            case "curl":
                (address,) = [urlsplit(word) for word in words if word.startswith(("http://", "https://"))]
                assert address.path.startswith(SERVED[address.port])
            case other:
                assert other in OTHERS
        assert [file for file in named_files(words) if not file.exists()] == []


def test_there_are_commands() -> None:
    """Or the test before this one would prove nothing."""
    assert len(LINES) > 20
