"""What the C library does with freed memory: it keeps some, rather than give all of it back.

Bodies and produce requests are large and short-lived. Handed back to the kernel each time, their
pages are cleared and mapped anew for the next ones: fifteen page faults a post of fifty events.
"""

import ctypes
from typing import Final

_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
#: Blocks up to this size (the largest glibc allows) come from the heap.
_LARGEST_BLOCK: Final = 32 * 1024 * 1024
#: Free memory at the heap's end above which it is given back; most that may lie idle.
_MOST_IDLE: Final = 64 * 1024 * 1024


def keep_freed_memory() -> None:
    """Apply to the whole process; does nothing where the C library has no such setting."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(_M_MMAP_THRESHOLD, _LARGEST_BLOCK)
        mallopt(_M_TRIM_THRESHOLD, _MOST_IDLE)
