"""A kyck of the benchmark's own: a data folder, a loopback port, and an end whatever happens."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 60
UNAVAILABLE = 69


def stop(sentence, code=UNAVAILABLE):
    """Ends the benchmark with one sentence."""
    print(f"bench: {sentence}", file=sys.stderr)
    sys.exit(code)


def need(*commands):
    """The programs a benchmark calls; ends it when one is missing."""
    for command in commands:
        if not shutil.which(command):
            stop(f"{command} is missing; bin/bench installs it on Debian (apt-get install {command}).")


def binary():
    """The kyck to measure: KYCK_BIN, or the release build."""
    path = pathlib.Path(os.environ.get("KYCK_BIN") or ROOT / ".build/release/kyck").absolute()
    if not os.access(path, os.X_OK):
        stop(f"there is no program at {path}; build it with: swift build -c release --product kyck")
    return path


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def turn_signals_into_exits():
    """SIGTERM ends the benchmark through its `with` statements, so that no server stays behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


class Workspace:
    """A folder of the benchmark's own on the disk the checkout is on: in memory an fsync would cost nothing."""

    def __init__(self, keep=False):
        parent = ROOT / ".build" / "bench"
        parent.mkdir(parents=True, exist_ok=True)
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="run.", dir=parent))
        self.keep = keep

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.keep:
            print(f"kept: {self.path}", file=sys.stderr)
        else:
            shutil.rmtree(self.path, ignore_errors=True)


class Kyck:
    """One installation: its settings, its commands, and the process that serves it."""

    def __init__(self, folder, database=None, **settings):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.sms_file = self.folder / "sms.jsonl"
        self.sms_file.touch()
        self.log_file = self.folder / "kyck.log"
        (self.folder / "settings").touch()
        self.port = free_port()
        # A developer's own settings are none of a benchmark's business.
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("KYCK_")} | {
            "KYCK_ENV": "development",
            "KYCK_HOST": "127.0.0.1",
            "KYCK_API_PORT": str(self.port),
            "KYCK_CONFIG_FILE": str(self.folder / "settings"),
            "KYCK_DATA_DIR": str(self.folder),
            "KYCK_DATABASE_URL": database or f"sqlite:{self.database}",
            "KYCK_SMS": "console",
            "KYCK_SMS_FILE": str(self.sms_file),
            "KYCK_CODES_PER_ADDRESS": "100000",
            "KYCK_CODES_PER_MINUTE": "1000000",
            **{key: str(value) for key, value in settings.items()},
        }
        self.process = None

    @property
    def database(self):
        return self.folder / "kyck.sqlite"

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments):
        done = subprocess.run(
            [binary(), *arguments], env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=600
        )
        if done.returncode:
            stop(f"kyck {' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()[-400:]}", 70)
        return done.stdout

    def start(self, role="api"):
        """Starts the role; answers the seconds until `/ready` said yes."""
        started = time.monotonic()
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [binary(), role], env=self.environment, cwd=self.folder, stdout=log, stderr=log
            )
        while time.monotonic() - started < PATIENCE:
            if self.process.poll() is not None:
                stop(f"kyck {role} ended with {self.process.returncode} before it was ready: {self.last_words()}", 70)
            if self.is_ready():
                return time.monotonic() - started
            time.sleep(0.002)
        stop(f"kyck {role} was not ready after {PATIENCE} s: {self.last_words()}", 70)

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"{self.url}/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def last_words(self):
        lines = self.log_file.read_text(errors="replace").splitlines()
        return " | ".join(lines[-3:])[-600:]

    def kill(self):
        """kill -9, and nothing gentler."""
        self.process.kill()
        self.process.wait()
        self.process = None

    def end(self):
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            print("bench: kyck did not end by itself", file=sys.stderr)
        finally:
            # Also when the benchmark itself is being ended.
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self.process = None

    def memory(self):
        """Resident memory now and at its highest, in MiB."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return [int(re.search(rf"{name}:\s+(\d+)", text).group(1)) / 1024 for name in ("VmRSS", "VmHWM")]

    def cpu_seconds(self):
        """Processor time of the process so far, user and system."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


class Postgres:
    """A real PostgreSQL in a temporary folder, by bin/test-postgres."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def __enter__(self):
        done = subprocess.run(
            [ROOT / "bin/test-postgres", "start", self.folder], capture_output=True, text=True, timeout=120
        )
        if done.returncode:
            stop(f"PostgreSQL did not start: {done.stderr.strip()[-400:]}")
        self.url = re.search(r"KYCK_TEST_POSTGRES_URL=(\S+)", done.stdout).group(1)
        return self

    def __exit__(self, *_):
        subprocess.run([ROOT / "bin/test-postgres", "stop", self.folder], check=False, timeout=120)

    def run(self, sql):
        """Runs statements; answers the rows of the last as lists of text."""
        done = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.url],
            input=sql, capture_output=True, text=True, timeout=120,
        )
        if done.returncode:
            stop(f"psql: {done.stderr.strip()[-400:]}", 70)
        return [line.split("|") for line in done.stdout.splitlines() if line]


def messages(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.endswith("\n")]
