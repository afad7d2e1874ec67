"""What a selection procedure is worth: hits, mean performance, money.

Taylor & Russell (1939), Naylor & Shine (1965), Brogden (1949) with Cronbach & Gleser (1965), and
Boudreau (1983). All assume bivariate normality, selection from the top down, and that everybody
offered accepts; money figures inherit every doubt about ``sd_y``.
"""

from __future__ import annotations

from psychometrics import _normal
from psychometrics._checks import between, count, number
from psychometrics.errors import BadInput


def taylor_russell(validity: float, selection_ratio: float, base_rate: float) -> float:
    """Share of those hired who succeed: ``P(X > z_SR, Y > z_BR; r) / SR``.

    Args:
        validity: operational validity among applicants, -1..1.
        selection_ratio: share of applicants hired.
        base_rate: share who would succeed if all were hired.

    Raises:
        BadInput: a rate not strictly between 0 and 1, or a validity that is no correlation.
    """
    cut, standard = _normal.cut_for(selection_ratio), _normal.cut_for(base_rate, "base rate")
    # A hair above 1 or below 0 where rounding is divided by a small ratio.
    return min(max(_normal.both_above(cut, standard, validity) / selection_ratio, 0.0), 1.0)


def naylor_shine(validity: float, selection_ratio: float) -> float:
    """Mean standardised performance of those hired: ``r phi(z) / SR``; 0 is the applicants' mean."""
    return _normal.correlation(validity, "validity") * _normal.mean_above(selection_ratio)


def brogden_cronbach_gleser(
    validity: float,
    selection_ratio: float,
    *,
    sd_y: float,
    hired: float = 1.0,
    years: float = 1.0,
    applicants: float = 0.0,
    cost_per_applicant: float = 0.0,
) -> float:
    """Gain in money over random hiring: ``hired years r phi(z)/SR sd_y - applicants cost``.

    To compare two procedures pass the difference of their validities and of their costs.

    Args:
        sd_y: standard deviation of the yearly value of performance, in money.

    Raises:
        BadInput: a negative amount, or rates and validity out of range.
    """
    _not_negative(
        sd_y=sd_y, hired=hired, years=years, applicants=applicants, cost_per_applicant=cost_per_applicant
    )
    gain = hired * years * naylor_shine(validity, selection_ratio) * sd_y
    return gain - applicants * cost_per_applicant


def boudreau(
    validity: float,
    selection_ratio: float,
    *,
    sd_y: float,
    periods: int,
    variable_cost: float = 0.0,
    tax: float = 0.0,
    discount: float = 0.0,
    hired: float = 1.0,
    cost: float = 0.0,
) -> float:
    """After-tax present value: ``sum over t of hired r phi/SR sd_y (1 - v)(1 - tax) / (1 + i)^t - cost (1 - tax)``.

    Args:
        periods: years the hired stay, a whole number from 1 to 1,000.
        variable_cost: share of the value that costs rise with it (commissions, materials), 0..1.
        tax: tax rate, 0..1.
        discount: yearly discount rate, at least 0.
        cost: of the whole procedure, paid at once.

    Raises:
        BadInput: an argument out of range.
    """
    _not_negative(sd_y=sd_y, hired=hired, discount=discount, cost=cost)
    variable_cost, tax = between(variable_cost, "variable_cost", 0, 1), between(tax, "tax", 0, 1)
    years = count(periods, "periods", least=1, most=1000)
    per_period = hired * naylor_shine(validity, selection_ratio) * sd_y * (1 - variable_cost) * (1 - tax)
    worth = sum((1.0 + discount) ** -t for t in range(1, years + 1))
    return per_period * worth - cost * (1 - tax)


def _not_negative(**amounts: float) -> None:
    for name, amount in amounts.items():
        if number(amount, name) < 0:
            raise BadInput(f"{name} must not be negative, got {amount}")
