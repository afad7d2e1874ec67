"""What happened: facts, written with the change that made them true."""
