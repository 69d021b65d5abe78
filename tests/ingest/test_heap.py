"""Large blocks taken and freed again and again, as bodies are, in a process of its own."""

import subprocess
import sys

PAGES = 8 * 256  # eight blocks of a mebibyte
CODE = """
import resource
from ingest.heap import keep_freed_memory
keep_freed_memory()
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def take():
    return [bytes(bytearray(1 << 20)) for _ in range(8)]
take()
before = faults()
for _ in range(20):
    take()
print(faults() - before)
"""


def test_freed_blocks_are_taken_again_without_page_faults() -> None:
    faults = subprocess.check_output([sys.executable, "-c", CODE], text=True)  # noqa: S603  ours
    assert int(faults) < PAGES
