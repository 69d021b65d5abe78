"""Fallbacks measured: what plans cost, how soon a step is dispatched, and what kills do to both."""
