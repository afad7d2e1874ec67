"""The rules that advice on loops follows: what each looks for, why, and where it comes from.

A team switches a rule off in its policy (``rules_off``). The same list stands in docs/guide/loop_rules.md and is
printed by ``manage.py lint_loop --rules``.
"""

from dataclasses import dataclass

_GUIDE = "evaluation_gap_guide"
_OURS = "this project"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``severity`` is the usual one ("serious", "caution", "note"), ``source`` a key of the starter pack."""

    code: str
    severity: str
    looks_for: str
    reason: str
    source: str


RULES: tuple[Rule, ...] = (
    Rule(
        "must_have_untested",
        "serious",
        "a must-have that nothing asks for",
        "A verdict on it would be a guess.",
        _OURS,
    ),
    Rule(
        "must_have_one_rater",
        "serious",
        "a must-have rated by fewer interviewers than the policy wants",
        "One person's severity and halo decide.",
        _OURS,
    ),
    Rule(
        "theory_heavy",
        "serious",
        "a production role with more theory and tidy exercises than the policy's share",
        "Knowledge questions predict little of work in production.",
        _GUIDE,
    ),
    Rule(
        "same_question_twice",
        "serious",
        "a question, or two variants of it, asked twice",
        "The second answer shows memory; it counts once.",
        _OURS,
    ),
    Rule(
        "stage_too_short",
        "caution",
        "a stage with less time than its questions need",
        "Ratings of hurried answers are worth less; below the policy's share the loop cannot be published.",
        _OURS,
    ),
    Rule(
        "above_ceiling",
        "caution",
        "a requirement above what any question can show",
        "Its skill gap stays open however good the answers are.",
        _OURS,
    ),
    Rule(
        "barely_covered",
        "caution",
        "a competency covered by less than the policy's share",
        "A trace of evidence looks like a test and is none.",
        _OURS,
    ),
    Rule("untested", "note", "competencies that nothing asks for", "Nobody will know.", _OURS),
    Rule(
        "too_long",
        "caution",
        "a loop over its budget or the team's limit",
        "Candidates with jobs and families drop out first.",
        _OURS,
    ),
    Rule(
        "session_too_long",
        "caution",
        "a live session longer than the policy's limit",
        "Attention of both sides fades, and halo grows.",
        _OURS,
    ),
    Rule(
        "take_home_too_long",
        "caution",
        "work at home longer than the policy's limit",
        "It selects for free evenings.",
        _OURS,
    ),
    Rule(
        "conversation_at_home",
        "caution",
        "work at home that asks what is made for a conversation",
        "Nobody asks back, and nobody knows who answered.",
        _OURS,
    ),
    Rule(
        "interviewers_time",
        "note",
        "more interviewers' time for one candidate than the policy's limit",
        "Time that many candidates cost is not spent on any of them well.",
        _OURS,
    ),
    Rule(
        "no_slack",
        "note",
        "live sessions without the policy's minutes for hello, set-up and the candidate's questions",
        "The minutes are taken from the questions.",
        _OURS,
    ),
    Rule(
        "tidy_problems",
        "caution",
        "a loop without any constrained or production question",
        "Tidy problems show what somebody knows, not what they do when things are not tidy.",
        _GUIDE,
    ),
    Rule(
        "no_system_view",
        "caution",
        "a production role without a question about a system in which limits change",
        "Parts that work alone fail together.",
        _GUIDE,
    ),
    Rule(
        "projects_at_face_value",
        "caution",
        "past work asked about without a question that looks behind it",
        "A project says what a team did; only probing says what the person did.",
        _GUIDE,
    ),
    Rule(
        "one_score_only",
        "caution",
        "a production role without a question on evaluation or monitoring",
        "Who has measured quality once has not kept it.",
        _GUIDE,
    ),
    Rule(
        "no_injection",
        "note",
        "a loop in which no limit ever changes on the way",
        "How somebody reacts to a change is half of the job and cannot be told from a plan.",
        _GUIDE,
    ),
    Rule(
        "one_function_panel",
        "caution",
        "several scored stages whose interviewers all come from one function",
        "One function's blind spot becomes the loop's.",
        _OURS,
    ),
    Rule(
        "crowded_session",
        "caution",
        "a session that rates more competencies than the policy allows",
        "Beyond that one impression colours all ratings.",
        _OURS,
    ),
    Rule(
        "empty_stage",
        "caution",
        "a stage other than a screen that asks nothing",
        "The candidate's time shows nothing that is scored.",
        _OURS,
    ),
    Rule(
        "alternate_elsewhere",
        "caution",
        "an alternate that shares no competency with its stage",
        "It cannot stand in for anything.",
        _OURS,
    ),
    Rule(
        "question_retired",
        "caution",
        "a question that has been retired",
        "It is no longer offered for a reason.",
        _OURS,
    ),
    Rule(
        "question_draft",
        "caution",
        "a question that is a draft",
        "A loop is published with published questions only.",
        _OURS,
    ),
    Rule(
        "question_leaked",
        "caution",
        "a question that is known outside",
        "Its ratings count less, since answers may be learnt.",
        _OURS,
    ),
    Rule(
        "material_missing",
        "caution",
        "questions that name material which nobody has attached",
        "Interviewers will improvise; without it they count as constrained at most, unless the policy trusts packs.",
        _OURS,
    ),
    Rule(
        "question_outdated",
        "note",
        "a question with a newer version",
        "What was learnt since is not in the loop; in the builder alone.",
        _OURS,
    ),
)
BY_CODE = {rule.code: rule for rule in RULES}
