#!/usr/bin/env python3
# 100,000 queued messages, networks that fail as scripted, two senders killed in turn: none lost, none shown twice.
"""`kyck post add --notify` queues a message for each of --devices devices, --posts times over; then two processes `kyck jobs`
deliver them, and every few seconds one of them, in turn, gets a kill -9 and is started again. Half of the devices are
native apps (Firebase), half browsers (Web Push); this program stands in for both networks, and of the sends it

* answers 2 % with 429 and a Retry-After of 40 s, 2 % with 503, and breaks 1 % off before it read them: the first time each;
* takes 0.5 % and breaks off without an answer, so that the sender cannot know; answers 0.2 % after three seconds;
* knows one device in a hundred no more (404 UNREGISTERED, 404, 410).

At the end it must have taken every message for every other device (lost: 0), nothing may wait any more, the dead devices
must be forgotten, and no send may have come before its Retry-After.

Twice: a device shows what has the same tag or topic once, the later in the place of the former. A message taken twice
under two of them would be shown twice, and so would a cause that became two messages: both must be 0. Sends that repeat under
the same one are counted by why: an answer that was broken off, or a sender killed before it wrote the answer down (at most as
many as it sends at once). Any other repeat is a finding.
"""

import argparse
import asyncio
import base64
import hashlib
import json
import os
import pathlib
import random
import secrets
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from bench import figures  # noqa: E402
from bench.families import Client  # noqa: E402
from bench.server import Kyck, Postgres, Workspace, binary, free_port, need, stop, turn_signals_into_exits  # noqa: E402

PER_GUARDIAN = 20
RETRY_AFTER = 40
#: `MessageDelivery.Limits.atOnce`
AT_ONCE = 50
#: The browser of RFC 8291's example: what it can read is none of this program's business.
KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


class Networks(threading.Thread):
    """Both push networks on one port, in a thread of their own. Notes what they took for which device."""

    def __init__(self):
        super().__init__(daemon=True)
        self.port = free_port()
        self.arrivals = {}  # (device, message) -> how often it came
        self.taken = {}  # (device, message) -> [(connection, tags, whether it was answered)]
        self.not_before = {}  # (device, message) -> when it may come again
        self.answers = dict.fromkeys(["taken", "429", "503", "reset", "taken, reset", "slow", "dead"], 0)
        self.early = 0
        self.unreadable = []
        self.lost_at = {}  # connection -> when it broke
        self.first = self.last = None
        self.moments = []
        self.ready = threading.Event()

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(self, loop), "127.0.0.1", self.port, backlog=512)
        self.ready.set()
        await server.serve_forever()

    def __enter__(self):
        self.start()
        if not self.ready.wait(10):
            stop("the networks did not start", 70)
        return self

    def __exit__(self, *_):
        pass  # A daemon: it ends with the program.

    def verdict(self, device, message):
        """What becomes of this arrival. By device and message alone, so that both senders meet the same fate."""
        key = (device, message)
        number = self.arrivals[key] = self.arrivals.get(key, 0) + 1
        if time.monotonic() < self.not_before.pop(key, 0):
            self.early += 1
        if is_dead(device):
            return "dead"
        chance = int.from_bytes(hashlib.blake2b(f"{device} {message}".encode(), digest_size=4).digest()) / 2**32
        for share, fate in [(0.02, "429"), (0.02, "503"), (0.01, "reset"), (0.005, "taken, reset"), (0.002, "slow")]:
            if chance < share:
                return fate if number == 1 else "taken"
            chance -= share
        return "taken"

    def note(self, key, connection, tags, answered):
        self.taken.setdefault(key, []).append((connection, tags, answered))
        now = time.monotonic()
        self.first = self.first or now
        self.last = now
        if len(self.taken[key]) == 1:
            self.moments.append(now)


class Connection(asyncio.Protocol):
    """As much of HTTP/1.1 as a client needs that sends whole bodies and waits for each answer."""

    def __init__(self, networks, loop):
        self.networks, self.loop = networks, loop
        self.buffer = bytearray()

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, _):
        self.networks.lost_at[self] = time.monotonic()

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            first, *lines = self.buffer[:end].decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            length = int(headers.get("content-length", 0))
            if len(self.buffer) < end + 4 + length:
                return
            body = bytes(self.buffer[end + 4:end + 4 + length])
            del self.buffer[:end + 4 + length]
            self.request(first.split(" ")[1], headers, body)

    def request(self, path, headers, body):
        if path == "/token":
            return self.answer(200, {"access_token": "bench", "expires_in": 3599})
        if path.startswith("/push/"):
            message = str(uuid_of(headers["topic"]))
            return self.send(path.removeprefix("/push/"), message, (headers["topic"],))
        try:
            sent = json.loads(body)["message"]
            tags = (sent["android"]["notification"]["tag"], sent["apns"]["headers"]["apns-collapse-id"])
            self.send(sent["token"], sent["data"]["id"], tags)
        except (ValueError, KeyError) as error:
            self.networks.unreadable.append(f"{path}: {error!r}")
            self.answer(400)

    def send(self, device, message, tags):
        networks, key = self.networks, (device, message)
        fate = networks.verdict(device, message)
        networks.answers[fate] += 1
        match fate:
            case "429":
                networks.not_before[key] = time.monotonic() + RETRY_AFTER - 0.1
                self.answer(429, {"error": {}}, f"Retry-After: {RETRY_AFTER}\r\n")
            case "503":
                self.answer(503)
            case "reset":
                self.transport.abort()
            case "dead":
                gone = {"error": {"details": [{"errorCode": "UNREGISTERED"}]}}
                self.answer(410 if device.endswith("9") else 404, gone)
            case "taken, reset":
                networks.note(key, self, tags, False)
                self.transport.abort()
            case "slow":
                networks.note(key, self, tags, True)
                self.loop.call_later(3, self.answer, 201, {"name": message})
            case _:
                networks.note(key, self, tags, True)
                self.answer(201, {"name": message})

    def answer(self, status, body=None, more=""):
        if self.transport.is_closing():
            return
        text = json.dumps(body).encode() if body else b""
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{more}Content-Length: {len(text)}\r\n\r\n"
        self.transport.write(head.encode() + text)


def uuid_of(topic):
    text = base64.urlsafe_b64decode(topic + "==").hex()
    return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])


def is_dead(device):
    """`fcm-17` and `web-17`: one in a hundred."""
    return int(device.rsplit("-", 1)[1]) % 100 in (50, 99) and int(device.rsplit("-", 1)[1]) % 200 >= 100


class Sender:
    """A process `kyck jobs`."""

    def __init__(self, kyck, number):
        self.kyck, self.number = kyck, number
        self.log = kyck.folder / f"sender-{number}.log"
        self.process = None
        self.peak = 0

    def start(self):
        port = free_port()
        environment = self.kyck.environment | {"KYCK_JOBS_PORT": str(port)}
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [binary(), "jobs"], env=environment, cwd=self.kyck.folder, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                stop(f"kyck jobs ended with {self.process.returncode}: {self.log.read_text()[-400:]}", 70)
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                    return
            except OSError:
                time.sleep(0.01)
        stop("kyck jobs did not answer within a minute", 70)

    def remember_memory(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        self.peak = max(self.peak, int(status.split("VmHWM:")[1].split()[0]) / 1024)

    def kill(self):
        self.remember_memory()
        self.process.kill()
        self.process.wait()

    def end(self):
        """As an operator does; answers the seconds it took."""
        started = time.monotonic()
        self.remember_memory()
        self.process.terminate()
        try:
            if self.process.wait(60):
                stop(f"kyck jobs ended with {self.process.returncode} on SIGTERM: {self.log.read_text()[-400:]}", 70)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
        return time.monotonic() - started

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Base:
    """The database, asked from outside."""

    def __init__(self, kyck, postgres):
        self.kyck, self.postgres = kyck, postgres

    def run(self, sql):
        if self.postgres:
            return self.postgres.run(sql)
        with sqlite3.connect(self.kyck.database, timeout=60) as database:
            return [list(map(str, row)) for row in database.execute(sql)]

    def number(self, sql):
        return int(self.run(sql)[0][0])


def service_account(folder, networks):
    key = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        check=True, capture_output=True, text=True,
    ).stdout
    path = folder / "account.json"
    path.write_text(json.dumps({
        "client_email": "bench@bench.test", "private_key": key, "private_key_id": "k1", "project_id": "bench",
        "token_uri": f"http://127.0.0.1:{networks.port}/token",
    }))
    return path


def register(kyck, base, networks, count):
    """That many devices of as many guardians as it takes, none of whom wants quiet hours."""
    kyck.start()
    try:
        client, names = Client(kyck), []
        for number in range(count):
            if number % PER_GUARDIAN == 0:
                token = client.sign_in(number // PER_GUARDIAN + 1)
            if number % 2:
                name = f"web-{number}"
                address = f"http://127.0.0.1:{networks.port}/push/{name}"
                body = {"kind": "web", "endpoint": address, "keys": KEYS}
            else:
                name = f"fcm-{number}"
                body = {"kind": "firebase", "token": name}
            client.ask("POST", "/v1/me/devices", body, token)
            names.append(name)
    finally:
        kyck.end()
    base.run("INSERT INTO quiet_hours (guardian_id, start_minute, end_minute) SELECT id, NULL, NULL FROM guardian")
    return names


def queue(kyck, base, posts, expected):
    for number in range(posts):
        kyck.run(
            "post", "add", "--title-ko", f"소식 {number}", "--title-en", f"News {number}", "--body-ko", "본문",
            "--body-en", "Text", "--notify",
        )
    waiting = base.number("SELECT count(*) FROM delivery WHERE state = 'waiting'")
    if waiting != expected:
        stop(f"{waiting:,} deliveries wait instead of {expected:,}", 70)


def deliver(kyck, base, networks, options):
    """Lets two senders deliver everything, and kills them in turn. Answers when they were killed, and their peak memory."""
    kills, stopped = [], []
    chance = random.Random(options.seed)
    wait = "SELECT count(*) FROM delivery WHERE state = 'waiting'"
    with Sender(kyck, 1) as one, Sender(kyck, 2) as two:
        senders = [one, two]
        deadline = time.monotonic() + options.patience
        pause = time.monotonic() + chance.uniform(*options.between)
        while base.number(wait):
            if time.monotonic() > deadline:
                print(f"bench: {base.number(wait):,} still wait after {options.patience} s", file=sys.stderr)
                break
            if len(kills) < options.kills and time.monotonic() > pause:
                victim = senders[len(kills) % 2]
                victim.kill()
                kills.append(time.monotonic())
                victim.start()
                pause = time.monotonic() + chance.uniform(*options.between)
                print(f"kill {len(kills)}: {len(networks.taken):,} taken", file=sys.stderr)
            time.sleep(0.5)
        stopped = [sender.end() for sender in senders]
    return kills, stopped, max(one.peak, two.peak)


def judge(base, networks, names, posts, kills):
    """What was promised, against what the networks took; findings in words."""
    findings = list(networks.unreadable[:3])
    alive = [name for name in names if not is_dead(name)]
    taken = dict.fromkeys(names, 0)
    twice, unexplained = 0, 0
    repeats = {"answer broken off": 0, "sender killed": 0}
    for (device, _), sends in networks.taken.items():
        taken[device] += 1
        if len({tags for _, tags, _ in sends}) > 1 or len(set(sends[0][1])) > 1:
            twice += 1
        for connection, _, answered in sends[:-1]:
            broke = networks.lost_at.get(connection)
            if not answered:
                repeats["answer broken off"] += 1
            elif broke and any(-1 <= broke - kill <= 2 for kill in kills):
                repeats["sender killed"] += 1
            else:
                unexplained += 1
    lost = sum(posts - taken[device] for device in alive)
    causes = base.number("SELECT count(*) FROM (SELECT guardian_id, cause FROM message GROUP BY 1, 2 HAVING count(*) > 1) t")
    twice += causes
    states = dict(base.run("SELECT state, count(*) FROM delivery GROUP BY state"))
    known = base.number("SELECT count(*) FROM push_device")
    if unexplained:
        findings.append(f"{unexplained} sends were repeated for no reason")
    if repeats["sender killed"] > AT_ONCE * len(kills):
        findings.append(f"{repeats['sender killed']} repeats after {len(kills)} kills")
    if networks.early:
        findings.append(f"{networks.early} sends came before their Retry-After")
    if states != {"delivered": str(len(alive) * posts)}:
        findings.append(f"the outbox says {states}")
    if known != len(alive):
        findings.append(f"{known} devices are known, {len(alive)} are alive")
    if lost:
        findings.append(f"{lost} messages were lost")
    if twice:
        findings.append(f"{twice} messages were shown twice")
    return {
        "lost": lost, "twice": twice, "repeats": repeats, "dead": len(names) - len(alive), "early": networks.early,
        "findings": findings,
    }


def measure(engine, options, folder):
    folder.mkdir()
    networks = Networks()
    with networks:
        if engine == "postgresql":
            with Postgres(folder / "postgres") as postgres:
                return measure_on(postgres, networks, options, folder)
        return measure_on(None, networks, options, folder)


def measure_on(postgres, networks, options, folder):
    vapid = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    kyck = Kyck(
        folder / "kyck", postgres.url if postgres else None,
        KYCK_VAPID_KEY=vapid, KYCK_VAPID_CONTACT="mailto:bench@bench.test",
        KYCK_WEB_PUSH_STAND_IN=f"http://127.0.0.1:{networks.port}",
        KYCK_FIREBASE_URL=f"http://127.0.0.1:{networks.port}", KYCK_FIREBASE_ACCOUNT=service_account(folder, networks),
        KYCK_LOG_LEVEL="warning",
    )
    kyck.run("migrate")
    base = Base(kyck, postgres)
    names = register(kyck, base, networks, options.devices)
    started = time.monotonic()
    queue(kyck, base, options.posts, len(names) * options.posts)
    print(f"{len(names) * options.posts:,} queued in {time.monotonic() - started:.0f} s", file=sys.stderr)
    kills, stopped, peak = deliver(kyck, base, networks, options)
    result = judge(base, networks, names, options.posts, kills)
    moments = sorted(networks.moments)
    if not moments:
        stop(f"nothing was delivered: {(kyck.folder / 'sender-1.log').read_text()[-400:]}", 70)
    # The last tenth waits for leases of the killed and for what the networks asked.
    most = moments[int(len(moments) * 0.9) - 1] - moments[0]
    return result | {
        "queued": len(names) * options.posts, "kills": len(kills), "per_second": round(len(moments) * 0.9 / most),
        "seconds": round(moments[-1] - moments[0], 1), "peak_mib": round(peak), "answers": networks.answers,
        "stopped_after": [round(each, 2) for each in stopped],
    }


def line(engine, result):
    repeats = result["repeats"]
    return [
        engine, f"{result['queued']:,}", result["kills"], result["lost"], result["twice"],
        f"{repeats['sender killed']} + {repeats['answer broken off']}", result["early"], f"{result['per_second']:,}",
        f"{result['seconds']:,.0f}", result["peak_mib"],
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a smoke test: 2,000 messages and one kill, on SQLite")
    parser.add_argument("--engines", default="sqlite,postgresql")
    parser.add_argument("--devices", type=int, default=1_000)
    parser.add_argument("--posts", type=int, default=100, help="messages for each device")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--between", type=float, nargs=2, default=[1, 4], help="seconds from one kill to the next")
    parser.add_argument("--patience", type=float, default=900, help="the longest the delivery may take, in seconds")
    parser.add_argument("--seed", type=int, default=1, help="of the moments of the kills")
    parser.add_argument("--keep", action="store_true", help="keep the data and the logs")
    options = parser.parse_args()
    if options.quick:
        options.engines, options.devices, options.posts, options.kills = "sqlite", 200, 10, 1
        options.between = [0.2, 0.4]
    need("openssl")
    turn_signals_into_exits()
    engines = options.engines.split(",")
    results = {}
    with Workspace(options.keep) as work:
        for engine in engines:
            results[engine] = measure(engine, options, work.path / engine)
            print(f"{engine}: {results[engine]}", file=sys.stderr)
    head = [
        "engine", "queued", "kill -9", "lost", "shown twice", "repeated in place (killed + unanswered)",
        "before Retry-After", "messages/s", "s to the last", "peak MiB",
    ]
    figures.report("outbox", {"engines": results}, head, [line(*item) for item in results.items()])
    findings = [f"{engine}: {finding}" for engine in engines for finding in results[engine]["findings"]]
    for finding in findings:
        print(finding, file=sys.stderr)
    sys.exit(1 if findings else 0)


main()
