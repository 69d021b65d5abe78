"""``python -m pipeline.healthy PORT``: exit 0 when the part on that port is ready, else say why.

For health checks inside an image that has no curl. It imports nothing of the product, because
it is started every few seconds.
"""

import http.client
import sys
from typing import Final

_TIMEOUT_S: Final = 4.0
_READY: Final = 200


def why_not(port: int) -> str | None:
    """Ask /readyz on the loopback address; None when ready, else the reason it gave."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        text = answer.read(500).decode("utf-8", "replace").strip()
    except (OSError, http.client.HTTPException) as error:
        return f"port {port} does not answer: {error}"
    finally:
        connection.close()
    return None if answer.status == _READY else text


def main(arguments: list[str]) -> int:
    """Print the reason and return the exit code: 0 ready, 1 not, 2 for a wrong argument."""
    if len(arguments) != 1 or not arguments[0].isdigit():
        print("usage: python -m pipeline.healthy PORT", file=sys.stderr)  # noqa: T201  a program
        return 2
    reason = why_not(int(arguments[0]))
    print(reason or "ready")  # noqa: T201  what the container's health log shows
    return 1 if reason else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
