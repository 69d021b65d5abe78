"""Keeps a few processes running: starts, watches, restarts and stops them."""
