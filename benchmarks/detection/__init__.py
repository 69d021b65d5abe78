"""Measures detection on made-up months of traffic whose incidents are known."""
