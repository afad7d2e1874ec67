"""The admin pages of rubrics, gathered for Django."""

from rubrics.admin.questions import QuestionAdmin, QuestionBankAdmin
from rubrics.admin.scales import RatingScaleAdmin

__all__ = ["QuestionAdmin", "QuestionBankAdmin", "RatingScaleAdmin"]
