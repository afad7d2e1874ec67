"""How repeatable scores are: intraclass correlations, generalizability, true scores, classification."""
