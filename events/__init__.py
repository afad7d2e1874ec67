"""What happened: facts, written with the change that made them true, and heard by whoever subscribes."""
