"""A fully Bayesian fit of the same models beside ours: the cross-check of the approximation."""
