"""Runs a command that dies with its parent: `leash.py PARENT_PID COMMAND...`.

The supervisor may be killed without a chance to stop anything; on Linux the kernel then kills
what runs on a leash. Elsewhere the command runs without. Replaces itself by the command, so
the process id stays. Needs nothing but the standard library, to start within milliseconds.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Become the command; ends with 127 when it can't be run."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the leash was on
            os._exit(1)
    try:
        os.execvp(command[0], command)  # noqa: S606  (no shell is the point)
    except OSError as error:
        sys.stderr.write(f"can't run {command[0]}: {error.strerror}\n")
        os._exit(127)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
