"""What is unusual about an interviewer, beside severity: tests that do not refit the model.

``diagnose`` runs score tests for every interviewer in one pass over the ratings;
``differential_severity`` asks whether interviewers are harsher to one group; ``reliability_table``
says what more interviewers or more questions would buy; ``check_assumptions`` says in sentences where the
ratings contradict the model. See docs/methods/diagnostics.md.
"""

from psychometrics.model.diagnostics.assumptions import Finding, check_assumptions
from psychometrics.model.diagnostics.charts import DriftChart, drift_chart
from psychometrics.model.diagnostics.differential import DifferentialSeverity, differential_severity
from psychometrics.model.diagnostics.drift import question_drift
from psychometrics.model.diagnostics.interviewers import TESTS, Diagnostics, FoundFlag, diagnose
from psychometrics.model.diagnostics.judgement import InterviewerTest
from psychometrics.model.diagnostics.questions import question_fit
from psychometrics.model.diagnostics.reliability import ReliabilityTable, reliability_table
from psychometrics.model.diagnostics.spans import SpanSeverity, severity_by_span

__all__ = [
    "TESTS",
    "Diagnostics",
    "DifferentialSeverity",
    "DriftChart",
    "Finding",
    "FoundFlag",
    "InterviewerTest",
    "ReliabilityTable",
    "SpanSeverity",
    "check_assumptions",
    "diagnose",
    "differential_severity",
    "drift_chart",
    "question_drift",
    "question_fit",
    "reliability_table",
    "severity_by_span",
]
