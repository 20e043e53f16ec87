"""Libraries that are measured beside Kyck, in a virtual environment of their own."""

import os
import pathlib
import subprocess
import sys

from .server import ROOT, stop


def install(name, packages, dependencies=True):
    """The Python of `.build/bench/<name>`, a virtual environment with exactly these versions, made where it is not there.

    Without `dependencies` the packages are taken alone, for the files they bring.
    """
    environment = ROOT / ".build" / "bench" / name
    python, stamp = environment / "bin" / "python", environment / "peers"
    wanted = "\n".join(packages)
    if not stamp.exists() or stamp.read_text() != wanted:
        environment.parent.mkdir(parents=True, exist_ok=True)
        if subprocess.run([sys.executable, "-m", "venv", environment]).returncode:
            stop("a virtual environment could not be made; on Debian it takes python3-venv")
        alone = [] if dependencies else ["--no-deps"]
        if subprocess.run([python, "-m", "pip", "install", "--quiet", *alone, *packages]).returncode:
            stop("the peers could not be installed; pip's own words stand above")
        stamp.write_text(wanted)
    return python


def go_on_with(name, packages):
    """Goes on in the virtual environment, unless the benchmark already runs in it."""
    if pathlib.Path(sys.prefix) != ROOT / ".build" / "bench" / name:
        python = install(name, packages)
        os.execv(python, [str(python), *sys.argv])
