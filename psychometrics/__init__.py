"""Psychometrics of interview ratings: NumPy and SciPy only, usable without Django or a database.

Every statistic is a function of arrays with a page of its own under ``docs/methods``. Names are
exported lazily, so that importing the package costs nothing until a statistic is asked for. Where a module
bears the name of its function (``decision_gap``), the name is the module: ``decision_gap.decision_gap``.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

_EXPORTS = {
    "EvaluationGap": "psychometrics.evaluation_gap",
    "EvidenceModel": "psychometrics.evidence",
    "MadeRatings": "psychometrics.evidence",
    "PlannedRatings": "psychometrics.evidence",
    "evidence_gap": "psychometrics.evaluation_gap",
    "intraclass_correlations": "psychometrics.icc",
    "krippendorff_alpha": "psychometrics.agreement",
    "MarginalValues": "psychometrics.marginal",
    "marginal_gaps": "psychometrics.evaluation_gap",
    "marginal_values": "psychometrics.marginal",
    "plan_evidence": "psychometrics.evidence",
    "rating_evidence": "psychometrics.evidence",
    "session_evidence": "psychometrics.evidence",
    "Calibration": "psychometrics.calibration",
    "calibrate": "psychometrics.calibration",
    "calibrate_levels": "psychometrics.levels",
    "update_levels": "psychometrics.levels",
    "LevelRatings": "psychometrics.levels",
    "connected_subsets": "psychometrics.connectedness",
    "update": "psychometrics.calibration",
    "compare": "psychometrics.levels",
    "estimate": "psychometrics.levels",
    "pooled_gap": "psychometrics.levels",
    "requirement": "psychometrics.levels",
    "check_assumptions": "psychometrics.diagnostics",
    "diagnose": "psychometrics.diagnostics",
    "differential_severity": "psychometrics.diagnostics",
    "drift_chart": "psychometrics.diagnostics",
    "question_drift": "psychometrics.diagnostics",
    "reliability_table": "psychometrics.diagnostics",
    "aiken_v": "psychometrics.content_validity",
    "anova_components": "psychometrics.generalizability",
    "assemble_loop": "psychometrics.assembly",
    "assemble_test": "psychometrics.assembly",
    "audit_noise": "psychometrics.noise_audit",
    "approximate_critical_ratio": "psychometrics.content_validity",
    "band_width": "psychometrics.true_score",
    "bands": "psychometrics.true_score",
    "boudreau": "psychometrics.utility",
    "brogden_cronbach_gleser": "psychometrics.utility",
    "case_ii": "psychometrics.range_restriction",
    "case_iv": "psychometrics.range_restriction",
    "coefficients": "psychometrics.generalizability",
    "cohen_d": "psychometrics.d_to_impact",
    "composite_difference": "psychometrics.composite",
    "composite_validity": "psychometrics.composite",
    "content_indices": "psychometrics.content_validity",
    "content_validity_index": "psychometrics.content_validity",
    "content_validity_ratio": "psychometrics.content_validity",
    "correlation_interval": "psychometrics.range_restriction",
    "credibility_interval": "psychometrics.range_restriction",
    "critical_ratio": "psychometrics.content_validity",
    "cusum_chart": "psychometrics.control_charts",
    "d_study": "psychometrics.generalizability",
    "design_efficiency": "psychometrics.loop_economy",
    "disattenuated": "psychometrics.range_restriction",
    "ewma_chart": "psychometrics.control_charts",
    "flips": "psychometrics.adverse_impact",
    "gwet_agreement": "psychometrics.gwet",
    "holm": "psychometrics.adverse_impact",
    "impact": "psychometrics.adverse_impact",
    "importance_from_data": "psychometrics.relative_importance",
    "in_order": "psychometrics.retranslation",
    "incremental_validity": "psychometrics.composite",
    "intersections": "psychometrics.ll144",
    "kappa_of_table": "psychometrics.weighted_kappa",
    "kelley": "psychometrics.true_score",
    "latent_r_squared": "psychometrics.evaluation_gap_audit",
    "leak_discount": "psychometrics.exposure",
    "lengthened": "psychometrics.spearman_brown",
    "livingston_lewis": "psychometrics.classification",
    "local_update": "psychometrics.range_restriction",
    "mean_overlap": "psychometrics.exposure",
    "mosier": "psychometrics.composite_reliability",
    "naylor_shine": "psychometrics.utility",
    "normal_classification": "psychometrics.classification",
    "optimal_weights": "psychometrics.composite",
    "planned_impact": "psychometrics.d_to_impact",
    "porter": "psychometrics.alignment",
    "porter_against_chance": "psychometrics.alignment",
    "randomesque": "psychometrics.exposure",
    "rasch_information": "psychometrics.assembly",
    "relative_weights": "psychometrics.relative_importance",
    "reml_components": "psychometrics.reml",
    "retranslate": "psychometrics.retranslation",
    "rudner": "psychometrics.classification",
    "scoring_rates": "psychometrics.ll144",
    "selection_rates": "psychometrics.ll144",
    "shrinkage": "psychometrics.composite",
    "signal_to_noise": "psychometrics.spearman_brown",
    "standard_errors": "psychometrics.true_score",
    "sympson_hetter": "psychometrics.exposure",
    "taylor_russell": "psychometrics.utility",
    "TrueScoreBeta": "psychometrics.classification",
    "times_needed": "psychometrics.spearman_brown",
    "truncation_u": "psychometrics.range_restriction",
    "tuned_exposure": "psychometrics.exposure",
    "wasted_minutes": "psychometrics.loop_economy",
    "webb": "psychometrics.alignment",
    "webb_balance": "psychometrics.alignment",
    "within_group_agreement": "psychometrics.within_group",
    "within_group_agreement_of_many": "psychometrics.within_group",
}

__all__ = sorted(_EXPORTS)  # noqa: PLE0605 -- names resolve through __getattr__


def __getattr__(name: str) -> Any:
    """Import the module that defines ``name``, or the module ``name``, on first use."""
    if name in _EXPORTS:
        return getattr(import_module(_EXPORTS[name]), name)
    if not name.startswith("_") and find_spec(f"{__name__}.{name}"):
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the lazy names too."""
    return sorted([*globals(), *_EXPORTS])
