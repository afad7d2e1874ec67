"""Odd numbers, names and bodies at every page and every form: answered in words, never a crash.

What an address asks for is found out by watching it ask: the names of the fields it reads are remembered, and then
sent with values that make no sense.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client

from tests.security.routes import Route, routes
from tests.security.scene import Scene

pytestmark = pytest.mark.django_db

ODD = ("²", "--5", "9" * 31, "-1", "\x00", "x", "1e5")
# As bytes of an address: half a surrogate pair, bytes that are no text, an Arabic digit.
ODD_IDS = ("%C2%B2", "--5", "9" * 31, "%00", "%ED%A0%80", "%FF", "%D9%A3", "_5F", "5_", "0")
# The admin's lists take these without asking for them by name.
ADMIN = ("p", "o", "q", "e", "all", "_facets", "id__exact", "created_at__gte", "created_at__range__gte")
# Fields of the framework's own; what they hold is checked there.
BORING = {"csrfmiddlewaretoken", "next"}
# Pages end the session or are too slow to be asked a hundred times; neither reads a field.
SKIPPED = re.compile(r"^(api/schema/|api/docs/|admin/jsi18n/|admin/logout/|accounts/logout/)")


@contextmanager
def watched() -> Iterator[set[str]]:
    """The names of the fields that are read from addresses and forms meanwhile."""
    names: set[str] = set()
    patch = pytest.MonkeyPatch()
    for method in ("get", "getlist", "__getitem__", "__contains__", "pop"):
        original = getattr(QueryDict, method)

        def read(self: QueryDict, key: str, *rest: Any, _original: Any = original, **more: Any) -> Any:
            if isinstance(key, str):
                names.add(key)
            return _original(self, key, *rest, **more)

        patch.setattr(QueryDict, method, read)
    try:
        yield names
    finally:
        patch.undo()


def some(values: Sequence[Any], number: int, count: int) -> list[Any]:
    """A few of the values, others for each number: over many addresses each is met everywhere."""
    return [values[(number * count + place) % len(values)] for place in range(min(count, len(values)))]


class Asker:
    """Asks, undoes what the answer did, and remembers what crashed."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.clients: dict[str, Client] = {
            who: scene.client(who) for who in ("recruiter", "admin", "calibrator")
        }
        self.crashed: list[str] = []
        self.asked = 0

    def ask(self, who: str, verb: str, address: str, what: str, data: Any = b"", kind: str = "") -> int:
        client = self.clients[who]
        with transaction.atomic():
            answer = client.generic(verb, address, data, kind or "application/octet-stream")
            if answer.streaming:  # read to the end, a file is closed
                b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        self.asked += 1
        if answer.status_code >= 500 and not address.startswith("/readyz"):
            self.crashed.append(f"{verb} {what}: {answer.status_code}")
        return int(answer.status_code)

    def who_gets_furthest(self, verb: str, address: str) -> tuple[str, set[str]]:
        """Whom the page lets in, and what it reads then."""
        best: tuple[int, str, set[str]] = (1000, "recruiter", set())
        likely = "admin" if address.startswith("/admin/") else "recruiter"
        for who in sorted(self.clients, key=lambda who: who != likely):
            with watched() as names:
                status = self.ask(who, verb, address, f"{address} plainly", b"", FORM)
            rank = status if status != 422 else 200
            best = min(best, (rank, who, set(names)), key=lambda each: each[0])
            if rank == 200:
                break
        return best[1], best[2] - BORING


FORM = "application/x-www-form-urlencoded"


def pages() -> Iterator[Route]:
    yield from (route for route in routes() if not SKIPPED.match(route.pattern))


def test_odd_ids_in_addresses_are_answered(scene: Scene) -> None:
    asker = Asker(scene)
    for number, route in enumerate(pages()):
        if "<" not in route.pattern:
            continue
        plain = route.addresses(scene.ours)[0]
        for odd in some(ODD_IDS, number, 2 if route.pattern.startswith("admin/") else 5):
            address = re.sub(r"(?<=/)(\d+|[0-9a-f]{8}-[0-9a-f-]{27}|x)(?=/)", odd, plain)
            if address == plain:
                continue
            who = "admin" if address.startswith("/admin/") else "recruiter"
            asker.ask(who, "GET", address, f"{route.pattern} {odd}")
    assert asker.crashed == []
    assert asker.asked > 500


@pytest.mark.parametrize("part", ["admin", "others"])
def test_odd_values_in_queries_are_answered(scene: Scene, part: str) -> None:
    asker, turn = Asker(scene), 0
    for route in pages():
        if route.pattern.startswith("admin/") != (part == "admin"):
            continue
        address = route.addresses(scene.ours)[0]
        who, names = asker.who_gets_furthest("GET", address)
        if part == "admin" and names & set(ADMIN):
            names = names - set(ADMIN) | set(some(ADMIN, turn, 3))
        for name in sorted(names):
            turn += 1
            # The admin's lists share their code: each of its fields is met on many.
            for odd in some(ODD, turn, 1 if part == "admin" else 3):
                query = f"{quote(name)}={quote(odd)}"
                asker.ask(who, "GET", f"{address}?{query}", f"{route.pattern} {name}={odd!r}")
        halves = "&".join(f"{quote(name)}=%ED%A0%80" for name in sorted(names))
        asker.ask(who, "GET", f"{address}?{halves}", f"{route.pattern} halves of pairs")
    assert asker.crashed == []
    assert asker.asked > 300


@pytest.mark.parametrize("part", ["admin", "others"])
def test_odd_values_in_forms_are_answered(scene: Scene, part: str) -> None:
    asker, turn = Asker(scene), 0
    for route in pages():
        if route.pattern.startswith("api/") or route.pattern.startswith("admin/") != (part == "admin"):
            continue
        address = route.addresses(scene.ours)[0]
        who, names = asker.who_gets_furthest("POST", address)
        # All at once, and each alone: a form that stops at its first fault would hide the others.
        bodies = [names, *({name} for name in sorted(names))] if part == "others" else [names]
        for chosen in bodies:
            turn += 1
            # The admin's forms share their code, too.
            for odd in some(ODD, turn, 1 if part == "admin" else 3):
                body = "&".join(f"{quote(name)}={quote(odd)}" for name in sorted(chosen))
                asker.ask(who, "POST", address, f"{route.pattern} {sorted(chosen)}={odd!r}", body, FORM)
    assert asker.crashed == []
    assert asker.asked > 200


JSON_READERS = re.compile(r"^api/v1/(scorecards|candidates|loops)/|.*/score/(save|reveal)/")
DEEP = "[" * 100_000 + "]" * 100_000
BODIES: tuple[tuple[str, bytes], ...] = (
    ("application/json", b""),
    ("application/json", b"{"),
    ("application/json", b"[]"),
    ("application/json", b"nul"),
    ("application/json", b"\xff\xfe{}"),
    ("application/json", b'{"a": 1, "a": 2}'),
    ("application/json", b'{"a": NaN}'),
    ("application/json", b'{"a": 1e999}'),
    ("application/json", b'{"a": "\\ud800"}'),
    ("application/json", b'{"a": "\\u0000"}'),
    ("application/json", b'{"\\ud800": 1}'),
    ("application/json", DEEP.encode()),
    ("application/json", b"9" * 5000),
    ("application/json; charset=nonsense", b"{}"),
    ("application/json; charset=utf-16", '{"a": 1}'.encode("utf-16")),
    ("text/plain", b"{}"),
    ("application/xml", b"<a/>"),
    ("multipart/form-data", b""),
    ("multipart/form-data; boundary=x", b"--x\r\n"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
    ),
    (FORM, b"a=%ED%A0%80&a=%00&%FF=1"),
    ("", b"{}"),
)


def test_odd_bodies_are_answered_at_every_address(scene: Scene) -> None:
    asker = Asker(scene)
    for number, route in enumerate(pages()):
        address = route.addresses(scene.ours)[-1]
        who = "admin" if address.startswith("/admin/") else "recruiter"
        verbs = ("POST", "PATCH") if route.pattern.startswith("api/") else ("POST",)
        for verb in verbs:
            if asker.ask(who, verb, address, f"{route.pattern} plainly", b"{}", "application/json") in {
                404,
                405,
            }:
                continue
            # Whoever reads JSON gets them all.
            wanted = len(BODIES) if JSON_READERS.match(route.pattern) else 1 if who == "admin" else 3
            for kind, body in some(BODIES, number, wanted):
                asker.ask(who, verb, address, f"{route.pattern} {kind} {body[:40]!r}", body, kind or "x")
    assert asker.crashed == []
    assert asker.asked > 500


def test_base_of_the_scoring_form_may_be_anything(scene: Scene) -> None:
    """The one field of a form that holds JSON."""
    client, interview = scene.client("owing"), scene.ours.rows["interview"][1]
    for base in (DEEP, "{", "\x00", "[]", '{"a":' * 5000, json.dumps({"summary": "\ud800"}), "9" * 5000):
        with transaction.atomic():
            answer = client.post(f"/t/acme/interviews/{interview}/score/", {"base": base, "summary": "x"})
            transaction.set_rollback(True)
        assert answer.status_code < 500, base[:40]
