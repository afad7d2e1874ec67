"""What the ground announces to those above, in the transaction in which it happens."""

from django.dispatch import Signal

#: A membership has been ended; with ``member`` and ``by``.
member_left = Signal()
