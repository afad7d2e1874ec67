"""What several predictors foretell together, among applicants, and what that is worth."""
