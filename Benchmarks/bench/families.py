"""Families that signed in through the API, as a phone does."""

import http.client
import itertools
import json
import re
import secrets
import time

from .server import messages, stop

CHILDREN_PER_GUARDIAN = 10


class Client:
    """One kept connection to the API."""

    def __init__(self, kyck):
        self.kyck = kyck
        self.connection = http.client.HTTPConnection("127.0.0.1", kyck.port, timeout=60)
        self.client = itertools.count(1)

    def ask(self, method, path, body=None, token=None, **headers):
        # Each request comes from an address of its own, as families do; only loopback may say so.
        number = next(self.client)
        headers = {"X-Forwarded-For": f"198.18.{number >> 8 & 255}.{number & 255}"} | headers
        if body is not None:
            headers["Content-Type"] = "application/json"
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if not 200 <= answer.status < 300:
            stop(f"{method} {path} was answered with {answer.status}: {text.decode(errors='replace')[:300]}", 70)
        return json.loads(text) if text else None

    def sign_in(self, number):
        """A guardian's access token. `number` makes the phone number, one that nobody has."""
        phone = f"010-0{number // 10_000:03d}-{number % 10_000:04d}"
        seen = len(messages(self.kyck.sms_file))
        challenge = self.ask("POST", "/v1/otp-challenges", {"phone": phone})["challenge_id"]
        code = self.sent_code(phone, seen)
        session = self.ask(
            "POST", "/v1/sessions", {"challenge_id": challenge, "code": code, "device_name": "bench"}
        )
        return session["access_token"]

    def sent_code(self, phone, seen):
        tail = re.sub(r"\D", "", phone)[-8:]
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for message in messages(self.kyck.sms_file)[seen:]:
                code = re.search(r"(?<!\d)\d{6}(?!\d)", message["text"])
                if re.sub(r"\D", "", message["to"]).endswith(tail) and code:
                    return code.group()
            time.sleep(0.005)
        stop(f"no code came for {phone}", 70)

    def children(self, count, consent_version):
        """That many children of as many guardians as it takes: `(child id, child's token)`."""
        made = []
        for number in itertools.count(1):
            if len(made) == count:
                return made
            guardian = self.sign_in(number)
            for _ in range(min(CHILDREN_PER_GUARDIAN, count - len(made))):
                made.append(self.add_child(guardian, len(made), consent_version))

    def add_child(self, guardian, number, consent_version):
        """A guardian's new child: its id and its token."""
        child = self.ask(
            "POST",
            "/v1/children",
            {
                "nickname": f"아이{number % 100}",
                "birth_month": f"{2020 + number % 3}-{number % 12 + 1:02d}",
                "avatar": "owl",
                "consent": {"text_version": consent_version},
            },
            guardian,
            **{"Idempotency-Key": secrets.token_hex(16)},
        )["id"]
        return child, self.ask("POST", f"/v1/children/{child}/sessions", None, guardian)["access_token"]

    def begin_play(self, child, token, video):
        answer = self.ask(
            "POST",
            f"/v1/children/{child}/plays",
            {"video_id": video, "surface": "home"},
            token,
            **{"Idempotency-Key": secrets.token_hex(16)},
        )
        return answer["play_id"]
