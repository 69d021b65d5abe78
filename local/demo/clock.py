"""Times of day as the person at the terminal reads them."""

from datetime import datetime


def clock(epoch_seconds: int) -> str:
    """Hours and minutes in the local time zone."""
    return f"{datetime.fromtimestamp(epoch_seconds).astimezone():%H:%M}"
