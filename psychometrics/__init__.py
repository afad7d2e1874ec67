"""Psychometrics of interview ratings: NumPy and SciPy only, usable without Django or a database.

Every statistic is a function of arrays with a page of its own under ``docs/methods``. The modules stand on
shelves, one for each chapter of those pages; every function can also be imported from the package itself:
``from psychometrics import evaluation_gap``. Names are loaded on first use, so that importing the package
costs nothing until a statistic is asked for.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

# What the package offers, by the module that defines it.
_EXPORTS: dict[str, tuple[str, ...]] = {
    "design.alignment": ("porter", "porter_against_chance", "webb", "webb_balance"),
    "design.assembly": ("assemble_loop", "assemble_test", "rasch_information"),
    "design.decision_gap": ("decision_gap",),
    "design.designer": (
        "Problem",
        "Requirements",
        "RoleDemand",
        "SessionQuestion",
        "SessionRules",
        "design_by_score",
        "design_loop",
        "frontier",
        "sessions",
        "shared_problem",
    ),
    "design.evaluation_gap": ("EvaluationGap", "evaluation_gap", "evidence_gap", "marginal_gaps"),
    "design.evaluation_gap_audit": ("decision_value", "latent_r_squared"),
    "design.evidence": (
        "EvidenceModel",
        "MadeRatings",
        "PlannedRatings",
        "plan_evidence",
        "rating_evidence",
        "session_evidence",
    ),
    "design.expected_validity": ("expected_validity",),
    "design.loop_economy": ("design_efficiency", "wasted_minutes"),
    "design.loop_simulation": ("LoopPanel", "loop_in_closed_form", "simulate_loop"),
    "design.marginal": ("MarginalValues", "marginal_values"),
    "design.planned_reliability": ("planned_evidence", "planned_reliability", "pooled_reliability"),
    "design.relative_importance": ("importance_from_data", "relative_weights"),
    "agreement.control_charts": ("cusum_chart", "ewma_chart"),
    "agreement.gwet": ("gwet_agreement",),
    "agreement.krippendorff": ("krippendorff_alpha",),
    "agreement.multirater_kappa": ("multirater_kappa",),
    "agreement.noise_audit": ("audit_noise",),
    "agreement.noise_split": ("split_noise",),
    "agreement.reference_agreement": ("reference_agreement",),
    "agreement.weighted_kappa": ("kappa_of_table", "weighted_kappa"),
    "agreement.within_group": ("within_group_agreement", "within_group_agreement_of_many"),
    "reliability.classification": ("TrueScoreBeta", "livingston_lewis", "normal_classification", "rudner"),
    "reliability.composite_reliability": ("composite_reliability", "mosier"),
    "reliability.generalizability": ("anova_components", "coefficients", "d_study"),
    "reliability.icc": ("intraclass_correlations",),
    "reliability.mixed_effects": ("mixed_effects",),
    "reliability.reml": ("reml_components",),
    "reliability.spearman_brown": ("lengthened", "reliability_of", "signal_to_noise", "times_needed"),
    "reliability.true_score": ("band_width", "bands", "kelley", "standard_errors"),
    "reliability.verdict_doubt": ("verdict_doubt",),
    "selection.composite": (
        "composite_difference",
        "composite_validity",
        "incremental_validity",
        "optimal_weights",
        "shrinkage",
    ),
    "selection.proportion": ("wilson_interval",),
    "selection.range_restriction": (
        "case_ii",
        "case_iv",
        "correlation_interval",
        "credibility_interval",
        "disattenuated",
        "local_update",
        "truncation_u",
    ),
    "selection.utility": ("boudreau", "brogden_cronbach_gleser", "naylor_shine", "taylor_russell"),
    "fairness.adverse_impact": ("flips", "holm", "impact"),
    "fairness.d_to_impact": ("cohen_d", "planned_impact"),
    "fairness.ll144": ("intersections", "scoring_rates", "selection_rates"),
    "fairness.mantel_haenszel": ("mantel_haenszel",),
    "questions.content_validity": (
        "aiken_v",
        "approximate_critical_ratio",
        "content_indices",
        "content_validity_index",
        "content_validity_ratio",
        "critical_ratio",
    ),
    "questions.exposure": (
        "leak_discount",
        "mean_overlap",
        "randomesque",
        "sympson_hetter",
        "tuned_exposure",
    ),
    "questions.retranslation": ("in_order", "retranslate"),
    "model.calibration": ("Calibration", "calibrate", "next_rating", "plan_meetings", "update"),
    "model.connectedness": ("connected_subsets",),
    "model.diagnostics": (
        "check_assumptions",
        "diagnose",
        "differential_severity",
        "drift_chart",
        "question_drift",
        "question_fit",
        "reliability_table",
        "severity_by_span",
    ),
    "model.flag_policy": ("FlagPolicy",),
    "model.loans": ("best_loan", "group_errors"),
    "model.levels": (
        "LevelRatings",
        "calibrate_levels",
        "next_level_rating",
        "compare",
        "estimate",
        "pooled_gap",
        "requirement",
        "update_levels",
    ),
}
_HOME = {name: f"{__name__}.{module}" for module, names in _EXPORTS.items() for name in names}

__all__ = sorted(_HOME)  # noqa: PLE0605 -- names resolve through __getattr__


def __getattr__(name: str) -> Any:
    """Import the module that defines ``name``, or the shelf ``name``, on first use."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    if not name.startswith("_") and find_spec(f"{__name__}.{name}"):
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the lazy names too."""
    return sorted([*globals(), *_HOME])
