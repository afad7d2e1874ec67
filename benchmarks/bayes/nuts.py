"""Samples the posterior of one panel with NumPyro: python nuts.py panel.npz found.npz.

Runs in an environment of its own that holds numpyro and jax; imports nothing of this project. The model is the level
model without target levels, the priors of docs/methods/calibration.md and levels.md, all components free: theta of
candidate and competency, severity, difficulty, halo of candidate x interviewer, performance of answers that several
watched, adjacent categories. Effects are not centred.
"""

import sys
import time

import numpy as np

_PRIOR_SD = {"candidate": 1.0, "interviewer": 0.6, "question": 0.7, "halo": 0.4}
_OF_LEVELS = {
    "candidate": 0.7, "competency": 0.6, "interviewer": 0.6, "question": 0.5, "halo": 0.45, "performance": 0.45,
}  # fmt: skip
_WEIGHT = 4.0


def main() -> None:
    """Sample, and leave means, standard deviations and time behind."""
    import jax
    import jax.numpy as jnp
    import numpyro
    import numpyro.distributions as dist
    from numpyro.infer import MCMC, NUTS

    panel = dict(np.load(sys.argv[1]))
    several = int(panel["competency"].max()) > 0
    prior = _OF_LEVELS if several else _PRIOR_SD
    top = int(panel["score"].max())
    sizes = {name: int(panel[name].max()) + 1 for name in ("candidate", "interviewer", "question", "halo")}
    if several:
        sizes["competency"] = sizes["candidate"] * (int(panel["competency"].max()) + 1)
        sizes["performance"] = int(panel["performance"].max()) + 1
    cell = panel["candidate"] * (int(panel["competency"].max()) + 1) + panel["competency"]
    where = {**{name: panel[name] for name in sizes}, "competency": cell}
    watched = panel["performance"] >= 0

    def model() -> None:
        eta = jnp.zeros(len(panel["score"]))
        for name, size in sizes.items():
            # A scaled inverse chi-square of four degrees of freedom, about the prior's standard deviation.
            variance = numpyro.sample(
                f"var_{name}", dist.InverseGamma(_WEIGHT / 2, _WEIGHT / 2 * prior[name] ** 2)
            )
            raw = numpyro.sample(f"raw_{name}", dist.Normal(0, 1).expand([size]).to_event(1))
            effect = numpyro.deterministic(name, raw * jnp.sqrt(variance))
            mine = effect[where[name]]
            if name == "performance":
                mine = jnp.where(watched, mine, 0.0)
            eta = eta + (-mine if name in {"interviewer", "question"} else mine)
        steps = numpyro.sample("steps", dist.Normal(0, 5).expand([top]).to_event(1))
        logits = jnp.concatenate([jnp.zeros((len(eta), 1)), jnp.cumsum(eta[:, None] - steps, axis=1)], axis=1)
        numpyro.sample("score", dist.Categorical(logits=logits), obs=panel["score"])

    began = time.process_time()
    sampler = MCMC(
        NUTS(model),
        num_warmup=500,
        num_samples=1000,
        num_chains=2,
        chain_method="sequential",
        progress_bar=False,
    )
    sampler.run(jax.random.PRNGKey(1))
    spent = time.process_time() - began
    draws = sampler.get_samples()
    people = np.asarray(draws["candidate"])[:, :, None]
    if several:
        people = people + np.asarray(draws["competency"]).reshape(len(people), sizes["candidate"], -1)
    severity = np.asarray(draws["interviewer"])
    people, severity = people - people.mean(1, keepdims=True), severity - severity.mean(1, keepdims=True)
    rhat = max(
        float(np.max(numpyro.diagnostics.gelman_rubin(np.asarray(value))))
        for name, value in sampler.get_samples(group_by_chain=True).items()
        if name.startswith("var_")
    )
    np.savez(
        sys.argv[2],
        proficiency=people.mean(0),
        proficiency_sd=people.std(0),
        severity=severity.mean(0),
        severity_sd=severity.std(0),
        seconds=spent,
        rhat=rhat,
        **{f"sd_{name}": float(np.sqrt(np.median(draws[f"var_{name}"]))) for name in sizes},
    )


if __name__ == "__main__":
    main()
