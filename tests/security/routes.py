"""Every address of the product, read from the URLconf, and the addresses of one side's rows under it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from types import ModuleType
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, URLResolver, get_resolver

from hiring.pipeline.models import Candidate
from tests.security.scene import Side

_PART = re.compile(r"\(\?P<(?P<named>\w+)>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?(?P<plain>\w+)>")
# Libraries that bring addresses of their own, which are judged by rule.
LIBRARIES = {"allauth"}
# What an id in an address stands for, where the address does not say it in its last fixed word.
_KINDS = (
    (r"^api/v1/loops/.*/(stages/|publish)", "draft"),
    (r"^api/v1/loop-designs/", "design"),
    (r"^api/v1/shared-loop-designs/", "several"),
    (r"^api/v1/([a-z-]+)/", None),
    (r"^t/<slug:team>/interviews/", "interview"),
    (r"^t/<slug:team>/lab/answers/", "vignette"),
    (r"^t/<slug:team>/lab/people/steps/", "pathstep"),
    (r"^t/<slug:team>/debriefs/", "application"),
    (r"^t/<slug:team>/reports/skill-gap/", "application"),
    (r"^t/<slug:team>/reports/noise-audit/", "noiseaudit"),
    (r"^t/<slug:team>/calibration/noise/", "noiseaudit"),
    (r"^t/<slug:team>/your-scoring/", "user"),
    (r"^t/<slug:team>/reports/(evaluation-gap|candidate-page)/", "loop"),
    (r"^t/<slug:team>/reports/", "report"),
    (r"^t/<slug:team>/jobs/", "job"),
    (r"^admin/loops/loop/designs/", "design"),
    (r"^admin/[a-z]+/([a-z]+)/", None),
)


@dataclass(frozen=True)
class Route:
    """One pattern of the URLconf."""

    pattern: str
    name: str | None
    urlconf: str
    """The module that lists the address."""

    @property
    def is_library(self) -> bool:
        """Whether a library decides about the address: the sign-in's come and go with its releases."""
        return self.urlconf.partition(".")[0] in LIBRARIES

    def addresses(self, side: Side) -> list[str]:
        """Its addresses for the rows of a side; one with an invented id where the side has none."""
        names = [match["named"] or match["plain"] for match in _PART.finditer(self.pattern)]
        choices = [self._values(name, side) for name in names]
        return [self._fill(dict(zip(names, chosen, strict=True))) for chosen in product(*choices)]

    def kind(self) -> str:
        """Which of a side's rows the ids are."""
        for pattern, kind in _KINDS:
            found = re.match(pattern, self.pattern)
            if found:
                return kind or found[1].replace("-", "").removesuffix("s").replace(
                    "competencie", "competency"
                )
        return ""

    def _values(self, name: str, side: Side) -> list[Any]:
        if name in ("pk", "object_id"):
            kind = "candidate" if self.pattern.startswith("admin/r/") else self.kind()
            return side.rows.get(kind) or [10**9]
        values: dict[str, list[Any]] = {
            "team": [side.world.team.key],
            "stage": side.rows["stage"],
            "question": side.rows["question"][:1],
            "content_type_id": [ContentType.objects.get_for_model(Candidate).pk],
            "app_label": ["hiring"],
            "verb": ["publish"],
            "url": ["nothing/"],
        }
        return values.get(name, ["x"])

    def _fill(self, values: dict[str, Any]) -> str:
        text = _PART.sub(lambda match: str(values[match["named"] or match["plain"]]), self.pattern)
        return "/" + text.replace("^", "").replace("$", "")


def routes() -> list[Route]:
    """All of them, in the order of the URLconf."""
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: Any, before: str, urlconf: str) -> Iterator[Route]:
    named = getattr(resolver, "urlconf_name", "")
    urlconf = getattr(named, "__name__", named) if isinstance(named, str | ModuleType) else urlconf
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            yield from _walk(entry, pattern, urlconf)
        elif isinstance(entry, URLPattern):
            yield Route(pattern, entry.name, urlconf)
