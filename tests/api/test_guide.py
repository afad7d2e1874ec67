"""The guide's commands, run in the order in which a reader would type them."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.actions import create_token
from hiring.scoring.models import Scorecard
from tests.worlds import TeamWorld

pytestmark = pytest.mark.django_db
GUIDE = Path(__file__).parents[2] / "docs/guide/api.md"
_ASSIGNMENT = re.compile(r"([A-Z]+)=(\S*)\s*(?:#\s*(\S+))?\Z")


def commands() -> list[str]:
    """Every command of the guide, lines that are continued joined."""
    text = "\n".join(re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL))
    found: list[str] = []
    for line in text.replace("\\\n", " ").splitlines():
        if found and found[-1].count("'") % 2:
            found[-1] += " " + line.strip()
        elif line.strip():
            found.append(line)
    return found


class Shell:
    """Enough of a shell for the guide: variables, and curl."""

    def __init__(self, tokens: dict[str, str]) -> None:
        self.variables: dict[str, str] = {}
        self.tokens = tokens
        self.answer: Any = None

    def run(self, line: str) -> None:
        assignment = _ASSIGNMENT.match(line)
        if assignment:
            name, example, source = assignment.groups()
            self.variables[name] = self.tokens[example] if name == "TOKEN" else self.value(example, source)
        else:
            self.curl([self.fill(word) for word in self.words(line)])

    def words(self, line: str) -> list[str]:
        # What stands in single quotes is taken as it is.
        kept = re.sub(r"'[^']*'", lambda match: match[0].replace("$", "\0"), line)
        return shlex.split(kept)

    def fill(self, word: str) -> str:
        filled = re.sub(r"\$([A-Z]+)", lambda match: self.variables[match[1]], word)
        return filled.replace("\0", "$")

    def value(self, example: str, source: str | None) -> str:
        if source is None:
            return example
        if source == "ETag":
            return str(self.answer["ETag"]).strip('"')
        found = self.answer.json()
        for part in source.strip(".").split("."):
            found = found[int(part)] if part.isdigit() else found[part]
        return str(found)

    def curl(self, words: list[str]) -> None:
        verb, headers, body, address = "get", {}, "", ""
        rest = iter(words[1:])
        for word in rest:
            match word:
                case "-s":
                    pass
                case "-X":
                    verb = next(rest).lower()
                case "-H":
                    name, _, text = next(rest).partition(": ")
                    headers[name] = text
                case "-d":
                    body = next(rest)
                case _:
                    address = word.removeprefix(self.variables["HOST"])
        kind = headers.pop("Content-Type", "application/json")
        self.answer = APIClient().generic(verb.upper(), address, body, kind, headers=headers)
        assert self.answer.status_code < 300, (words, self.answer.content)


def test_every_command_of_the_guide_works(ours: TeamWorld) -> None:
    tokens = {
        "lw_...": create_token(ours.recruiter, by=None),
        "lw_ines...": create_token(ours.interviewers[0], by=None),
    }
    shell = Shell(tokens)
    lines = commands()
    assert len(lines) > 30

    for line in lines:
        shell.run(line)

    assert Scorecard.objects.get().state == "submitted"
    assert len(shell.answer.json()["levels"]) == 2
