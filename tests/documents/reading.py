"""The documents that people read, taken apart: headings, commands, links."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    file
    for file in [
        *ROOT.glob("*.md"),
        *(file for folder in ("webhook", "certs", "manifests", "tests") for file in (ROOT / folder).rglob("*.md")),
    ]
)
_JOINTS = {"|", "||", "&&", ";", "&"}
_INTO = {">", ">>", "<"}
_VARIABLE = re.compile("[A-Z_]+=")


def prose(text: str) -> str:
    """Return a document without what is shown as code."""
    return re.sub(r"^( *)```.*?^\1```$", "", text, flags=re.MULTILINE | re.DOTALL)


def headings(text: str) -> list[tuple[int, str]]:
    """Return the level and the words of each heading."""
    return [(len(marks), words) for marks, words in re.findall(r"^(#+) (.+)$", prose(text), re.MULTILINE)]


def anchors(text: str) -> set[str]:
    """Return what may stand behind the # of a link to a document."""
    return {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for _, words in headings(text)}


def links(text: str) -> list[str]:
    """Return where the links of a document lead, pictures too."""
    return re.findall(r"\]\(([^)\s]+)\)", prose(text))


def console_lines(text: str) -> list[str]:
    """Return what a person is to type, as it is written."""
    consoles = re.findall(r"^ *```console\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [line.strip()[2:] for console in consoles for line in console.splitlines() if line.strip().startswith("$ ")]


def commands(line: str) -> Iterator[list[str]]:
    """Yield the commands on a line, each as words; neither where their output goes, nor variables set before."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    lexer.commenters = ""
    command: list[str] = []
    skip = False
    for word in lexer:
        if word in _JOINTS:
            yield command
            command = []
        elif not skip and word not in _INTO and (command or not _VARIABLE.match(word)):
            command.append(word)
        skip = word in _INTO
    if command:
        yield command
