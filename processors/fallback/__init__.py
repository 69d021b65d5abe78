"""Fallback: the next sensible step for a message that failed or stayed silent, never twice."""
