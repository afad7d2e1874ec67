"""Assembles the product: settings, addresses, task queue. No app imports this package."""
