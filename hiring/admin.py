"""Gathers the admin pages of the slices for Django."""

from hiring.pipeline.admin import ApplicationAdmin, CandidateAdmin, InterviewAdmin, OpeningAdmin
from hiring.reminders.admin import MailAdmin

__all__ = ["ApplicationAdmin", "CandidateAdmin", "InterviewAdmin", "MailAdmin", "OpeningAdmin"]
