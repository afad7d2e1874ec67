"""Facts: what happened, written in the transaction of what it tells; subscribers hear of it."""
