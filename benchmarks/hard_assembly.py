"""A hard instance of loop assembly: 1,000 questions, 40 competencies, 6 stages, about 3,000 places.

An option is one question in one stage; a question may stand in about three of the six, shows more in some than in
others, and is asked once. Every question shows one to three competencies of the forty at one of three realism
levels, so that the table is sparse; the minutes of each stage are tight (2 hours against 50 of questions); coverage
is the evidence form's, linear up to a cap, which gives relaxations little to hold on to: their optimum uses up every
minute and meets every cap exactly, and integer choices cannot.
"""

import numpy as np

from psychometrics.design.designer import Problem

QUESTIONS, COMPETENCIES, STAGES, LEVELS = 1_000, 40, 6, 3
STAGE_MINUTES = 120.0
SIGNAL_TO_NOISE = 0.44 / 0.56


def hard_problem(seed: int) -> Problem:
    """The instance of a seed."""
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.full(COMPETENCIES, 4.0))
    demand = rng.dirichlet(np.full(LEVELS, 2.0), size=COMPETENCIES)
    minutes = rng.integers(4, 31, QUESTIONS).astype(float)
    level = rng.integers(0, LEVELS, QUESTIONS)
    strength = np.zeros((QUESTIONS, COMPETENCIES))
    for question in range(QUESTIONS):
        shown = rng.choice(COMPETENCIES, size=rng.integers(1, 4), replace=False)
        # Longer questions show more, though not in proportion and not reliably.
        worth = (minutes[question] / 30) ** 0.7 * rng.uniform(0.7, 1.0)
        strength[question, shown] = np.minimum(rng.uniform(0.4, 1.2, len(shown)) * worth, 1.0)
    open_to = rng.random((QUESTIONS, STAGES)) < 0.5
    open_to[np.arange(QUESTIONS), rng.integers(0, STAGES, QUESTIONS)] = True
    question, stage = np.nonzero(open_to)
    suits = rng.uniform(0.75, 1.0, len(question))
    evidence = np.zeros((len(question), COMPETENCIES, LEVELS))
    for k in range(LEVELS):
        reaches = (level[question] >= k) * suits * SIGNAL_TO_NOISE
        evidence[:, :, k] = strength[question] * reaches[:, None]
    costs = np.zeros((len(question), STAGES))
    costs[np.arange(len(question)), stage] = minutes[question]
    return Problem(
        evidence,
        weights / weights.sum(),
        demand / demand.sum(axis=1, keepdims=True),
        minutes[question],
        costs=costs,
        limits=np.full(STAGES, STAGE_MINUTES),
        resources=[f"minutes of stage {number + 1}" for number in range(STAGES)],
        groups=[np.flatnonzero(question == q) for q in range(QUESTIONS)],
        sufficiency="evidence",
    )


def cp_sat(
    problem: Problem, seconds: float, *, threads: int, seed: int
) -> tuple[float, float, tuple[int, ...]]:
    """Gap and bound that OR-Tools' CP-SAT reaches on the same instance, and its choice.

    Its numbers are whole: evidence and worth are scaled to a ten-thousandth of a full cell and to a hundred-thousandth;
    the gap is computed afresh from the choice.
    """
    from ortools.sat.python import cp_model

    evidence, worth = np.asarray(problem.evidence), problem.values()
    target = problem.target_reliability
    needed = target / (1 - target)
    unit, parts = 10_000, 100_000
    model = cp_model.CpModel()
    x = [model.new_bool_var(f"x{i}") for i in range(len(problem))]
    for members in problem.members:
        if len(members) > 1:
            model.add_at_most_one(x[i] for i in members.tolist())
    costs, limits = np.asarray(problem.costs), np.asarray(problem.limits)
    for r in range(len(limits)):
        used = np.flatnonzero(costs[:, r])
        model.add(sum(int(costs[i, r]) * x[i] for i in used.tolist()) <= int(limits[r]))
    terms = []
    for c, k in zip(*np.nonzero(worth > 0), strict=True):
        shown = np.flatnonzero(evidence[:, c, k])
        y = model.new_int_var(0, unit, f"y{c}_{k}")
        share = np.rint(evidence[shown, c, k] / needed * unit).astype(int)
        model.add(y <= sum(int(s) * x[i] for s, i in zip(share, shown.tolist(), strict=True)))
        terms.append(round(float(worth[c, k]) * parts) * y)
    model.maximize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = threads
    solver.parameters.random_seed = seed
    solver.solve(model)
    chosen = tuple(i for i in range(len(problem)) if solver.value(x[i]))
    return problem.gap(chosen), 1.0 - solver.best_objective_bound / unit / parts, chosen
