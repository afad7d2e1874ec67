"""Spearman-Brown: what more parallel observations do to reliability (Spearman 1910; Brown 1910).

``rho_k = k rho / (1 + (k - 1) rho)``. In signal-to-noise form, ``snr = rho / (1 - rho)``, the same
law is a sum: k observations carry k times the signal-to-noise of one.
"""

from __future__ import annotations

from psychometrics._checks import above_zero, number, open_unit
from psychometrics.errors import BadInput


def lengthened(reliability: float, times: float) -> float:
    """Reliability of the mean of ``times`` parallel observations of reliability ``reliability`` each.

    ``times`` may be a fraction (a shortened interview).

    Raises:
        BadInput: reliability not strictly between 0 and 1, or ``times`` not above 0.
    """
    rho = open_unit(reliability, "reliability")
    k = above_zero(times, "times")
    return k * rho / (1 + (k - 1) * rho)


def times_needed(reliability: float, target: float) -> float:
    """How many parallel observations reach ``target``; round up to get a whole number.

    ``k = target (1 - rho) / (rho (1 - target))``.

    Raises:
        BadInput: either reliability not strictly between 0 and 1.
    """
    return signal_to_noise(target) / signal_to_noise(reliability)


def signal_to_noise(reliability: float) -> float:
    """``rho / (1 - rho)``: additive over parallel observations."""
    rho = open_unit(reliability, "reliability")
    return rho / (1 - rho)


def reliability_of(signal_to_noise: float) -> float:
    """``snr / (1 + snr)``, the inverse of :func:`signal_to_noise`; no evidence at all is reliability 0.

    Raises:
        BadInput: a negative signal-to-noise ratio.
    """
    snr = number(signal_to_noise, "signal_to_noise")
    if snr < 0:
        raise BadInput(f"signal-to-noise must not be negative, got {snr}")
    return snr / (1 + snr)
