"""Designing a loop: what is wished for, the sessions there could be, and the best choice among them."""
