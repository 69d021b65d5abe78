"""Faust processors: each a pure fold run by one exact runner."""
