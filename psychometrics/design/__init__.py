"""What a loop would show, and what it showed: evaluation gap, evidence, assembly, economy, decision gap."""
