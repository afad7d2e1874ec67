"""Which shared interview makes two panels comparable."""

import numpy as np
import pytest

from psychometrics.errors import BadInput
from psychometrics.model.loans import best_loan, group_errors

# Two panels of two; nobody is in both. Severities are known to 0.3, the second panel's common part to 0.5 more.
COVARIANCE = np.array(
    [[0.09, 0.0, 0.0, 0.0], [0.0, 0.09, 0.0, 0.0], [0.0, 0.0, 0.34, 0.25], [0.0, 0.0, 0.25, 0.34]]
)
SHARES = np.array([[0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.5, 0.5]])


def test_error_of_a_difference_is_that_of_the_contrast():
    errors = group_errors(COVARIANCE, SHARES)

    assert errors[0, 1] == pytest.approx(np.sqrt(0.045 + 0.295))
    assert np.diag(errors) == pytest.approx([0, 0])


def test_the_loan_is_what_conditioning_on_the_shared_interview_gives():
    loan = best_loan(COVARIANCE, SHARES, 0, 1, 0.2)
    assert loan is not None
    told = np.zeros(4)
    told[[loan.interviewer, loan.partner]] = 1, -1
    after = COVARIANCE - np.outer(COVARIANCE @ told, told @ COVARIANCE) / (0.2 + told @ COVARIANCE @ told)
    contrast = SHARES[0] - SHARES[1]

    assert loan.after == pytest.approx(np.sqrt(contrast @ after @ contrast))
    assert loan.after < 0.8 * loan.before
    assert (loan.interviewer in (0, 1)) == (loan.group == 1)


def test_where_everybody_is_in_both_nobody_can_be_lent():
    assert best_loan(COVARIANCE, np.full((2, 4), 0.25), 0, 1, 0.2) is None


def test_shapes_that_do_not_fit_and_one_group_twice_are_refused():
    with pytest.raises(BadInput, match="shares must be"):
        group_errors(COVARIANCE, SHARES[:, :3])
    with pytest.raises(BadInput, match="two different groups"):
        best_loan(COVARIANCE, SHARES, 1, 1, 0.2)
    with pytest.raises(BadInput, match="variance"):
        best_loan(COVARIANCE, SHARES, 0, 1, 0.0)
