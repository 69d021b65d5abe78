"""A part for tests: notes its pid, becomes ready, and ends as its arguments say.

dummy.py FILE [stubborn|deaf|ADDED_SECONDS]: writes FILE when ready; `stubborn` ignores SIGTERM.
"""

import os
import signal
import sys
import time
from pathlib import Path

if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "deaf" not in sys.argv:
    fresh = Path(sys.argv[1] + ".tmp")
    fresh.write_text(f"{os.getpid()}\n")
    fresh.replace(sys.argv[1])
while True:
    time.sleep(60)
