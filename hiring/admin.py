"""Gathers the admin pages of the slices for Django."""

from hiring.loops.admin import LoopAdmin
from hiring.pipeline.admin import ApplicationAdmin, CandidateAdmin, InterviewAdmin, OpeningAdmin

__all__ = ["ApplicationAdmin", "CandidateAdmin", "InterviewAdmin", "LoopAdmin", "OpeningAdmin"]
