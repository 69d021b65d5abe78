"""Checks of a configuration against the systems it names; they change nothing there."""
