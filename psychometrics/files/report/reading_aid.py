"""What the page's words mean."""

from html import escape

_FLAGS = {
    "misfit": "ratings less predictable than the others'",
    "overfit": "ratings more predictable than the others'",
    "drifts_lenient": "became more lenient over time",
    "drifts_harsh": "became harsher over time",
    "central_tendency": "keeps to the middle of the scale",
    "extreme_ratings": "keeps to the ends of the scale",
    "discriminates_more": "tells candidates apart more than the others do",
    "discriminates_less": "tells candidates apart less than the others do",
    "strong_halo": "one impression decides more of all ratings of a candidate",
    "weak_halo": "one impression decides less of all ratings of a candidate",
    "few_ratings": "fewer than 20 ratings: only the grossest fault would be found",
    "one_interviewer": "asked by one interviewer only: difficulty and severity are told apart by their priors alone",
}

_TERMS = {
    "logit": "The unit of all measures. Where two neighbouring scores are equally likely, one logit more makes the "
    "higher one about 2.7 times as likely as the lower.",
    "interval": "Where the true value lies in {level} of 100 cases, if the model holds. What is not estimated has no "
    "interval and stands as a dash, never as zero.",
    "measure": "Proficiency with severity, difficulty and halo taken out, drawn a little towards the mean where "
    "ratings are few.",
    "fair average": "The measure on the scale of the scores: what an average interviewer would give on an average "
    "question.",
    "told apart from": "With how many of those a candidate can be compared with the difference is larger than its "
    "own {level} % interval. Of the others these ratings do not say who is better.",
    "slope": "How strongly an interviewer tells candidates apart, where interviewers differ in it. 1 is the panel's "
    "mean; at 2 the same difference in proficiency moves the odds of the higher score twice as far.",
    "infit": "How much ratings scatter against what the model expects: 1 as expected, more is noisier.",
    "flag": "Something an interviewer or a question stands out for. Look at the size of the effect and its interval "
    "before anything follows from it.",
}


def flag(word: str) -> str:
    """What a flag means."""
    return _FLAGS.get(word, word.replace("_", " "))


def terms(level: str) -> str:
    """The terms as a list of definitions."""
    return "<dl>" + "".join(_term(term, text.format(level=level)) for term, text in _TERMS.items()) + "</dl>"


def _term(term: str, text: str) -> str:
    return f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>"
