"""Gathers the admin pages of the slices for Django."""

from hiring.loops.admin import LoopAdmin

__all__ = ["LoopAdmin"]
