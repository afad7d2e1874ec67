"""Gathers the admin pages of the slices for Django."""

from hiring.pipeline.admin import ApplicationAdmin, CandidateAdmin, InterviewAdmin, OpeningAdmin

__all__ = ["ApplicationAdmin", "CandidateAdmin", "InterviewAdmin", "OpeningAdmin"]
