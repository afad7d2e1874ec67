"""What every page and every address shares."""
