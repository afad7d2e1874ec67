"""Every statistic exported has a page with a worked example, and every page stands in the index."""

import doctest
import pkgutil
import re
from pathlib import Path

import pytest

import psychometrics

METHODS = Path(__file__).parents[2] / "docs" / "methods"
STATISTICS = [
    "adverse_impact", "alignment", "assembly", "classification", "composite", "composite_reliability",
    "content_validity", "control_charts", "d_to_impact", "decision_gap", "designer", "evaluation_gap",
    "evaluation_gap_audit", "evidence", "expected_validity", "exposure", "generalizability", "gwet", "icc", "ll144",
    "loop_economy", "loop_simulation", "mantel_haenszel", "mixed_effects", "multirater_kappa", "noise_audit",
    "planned_reliability", "proportion", "range_restriction",
    "reference_agreement", "relative_importance", "reml", "retranslation", "spearman_brown", "true_score", "utility",
    "weighted_kappa", "within_group",
]  # fmt: skip


# Pages not named after their module.
MODULE = {"krippendorff_alpha": "krippendorff"}


@pytest.mark.parametrize("name", [*STATISTICS, *MODULE])
def test_page_of_a_statistic_has_an_example_its_limits_its_source_and_its_module(name):
    text = (METHODS / f"{name}.md").read_text(encoding="utf-8")
    assert len(doctest.DocTestParser().get_examples(text)) >= 2
    assert re.search(rf"from psychometrics\.\w+\.{MODULE.get(name, name)} import", text)
    assert re.search(r"^## (When not to use it|Limits)$", text, re.MULTILINE)
    assert re.search(r"^Source: ", text, re.MULTILINE)


def test_index_names_every_page_and_no_other():
    linked = set(re.findall(r"\]\((\w+)\.md\)", (METHODS / "README.md").read_text(encoding="utf-8")))
    assert linked == {page.stem for page in METHODS.glob("*.md")} - {"README"}


def test_links_between_pages_lead_somewhere():
    for page in METHODS.glob("*.md"):
        for target in re.findall(r"\]\((\w+\.md)\)", page.read_text(encoding="utf-8")):
            assert (METHODS / target).exists(), f"{page.name} links to {target}"


def test_exports_resolve_and_do_not_shadow_shelves():
    shelves = {module.name for module in pkgutil.iter_modules(psychometrics.__path__)}
    for name in psychometrics.__all__:
        assert callable(getattr(psychometrics, name))
        # An imported submodule would replace a function of the same name.
        assert name not in shelves
