import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.supervisor.directory_lock import directory_lock
from pipeline.errors import ConfigurationError

HOLD = """
import sys, time
from pathlib import Path
from local.supervisor.directory_lock import directory_lock
with directory_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_held_folder_is_refused_and_its_holder_named(tmp_path: Path) -> None:
    expected = rf"{tmp_path} is in use by the stack of process {os.getpid()}; "
    with (
        directory_lock(tmp_path),
        pytest.raises(ConfigurationError, match=expected),
        directory_lock(tmp_path),
    ):
        pass


def test_it_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with directory_lock(tmp_path / "made"):
            assert (tmp_path / "made" / "lock").read_text() == f"{os.getpid()}\n"


def test_a_killed_holder_lets_go(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as holder:  # noqa: S603  (ours)
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ConfigurationError), directory_lock(tmp_path):
            pass
        holder.kill()
    with directory_lock(tmp_path):
        pass


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(ConfigurationError, match=r"can't use .*file for data"),
        directory_lock(tmp_path / "file"),
    ):
        pass
