"""Makes on a fresh demo server what the fuzzing needs, through the API alone, and writes it down for the hooks.

    schemathesis_prepare.py API SMS_FILE STATE_FILE PHONE     everything
    schemathesis_prepare.py API SMS_FILE STATE_FILE           signs the account that is to be deleted in again

PHONE is a family of the demo. The other accounts are made up here; numbers that begin 010-0 are given to nobody.
"""

import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

API, SMS_FILE, STATE_FILE = sys.argv[1:4]
PIN = "2468"
ACCOUNTS = {"refreshing": "010-0000-9002", "pin": "010-0000-9003", "deleting": "010-0000-9004"}
ACCOUNTS |= {"keeping": "010-0000-9005", "signing_out": "010-0000-9006"}
CHILD = {"nickname": "새봄", "birth_month": "2021-07", "avatar": "owl", "consent": {"text_version": "2026-11"}}


def call(method, path, body=None, token=None, client=1, patient=True):
    """One request; what is not answered with 2xx ends the preparation. A limit is waited for, once."""
    headers = {"Accept-Language": "ko", "X-Forwarded-For": f"203.0.113.{client}"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(API + path, data=data, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
            return json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        wait = int(error.headers.get("Retry-After", "60"))
        if error.code == 429 and patient and wait <= 40:
            time.sleep(wait)
            return call(method, path, body, token, client, patient=False)
        text = error.read().decode(errors="replace")
        sys.exit(f"schemathesis: {method} {path} was answered with {error.code}: {text}")


def sent_code(phone, seen):
    """The code of the newest message to a number. Messages go out behind the answer, so it may take a moment."""
    tail = re.sub(r"\D", "", phone)[-8:]
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with open(SMS_FILE, encoding="utf-8") as file:
            messages = [json.loads(line) for line in file if line.endswith("\n")]
        for message in messages[seen:]:
            code = re.search(r"(?<!\d)\d{6}(?!\d)", message["text"])
            if re.sub(r"\D", "", message["to"]).endswith(tail) and code:
                return code.group()
        time.sleep(0.05)
    sys.exit(f"schemathesis: no code came for {phone}")


def message_count():
    try:
        with open(SMS_FILE, encoding="utf-8") as file:
            return sum(line.endswith("\n") for line in file)
    except FileNotFoundError:
        return 0


def challenge(phone, client):
    seen = message_count()
    if not seen:
        open(SMS_FILE, "a", encoding="utf-8").close()
    answer = call("POST", "/v1/otp-challenges", {"phone": phone}, client=client)
    return {"challenge_id": answer["challenge_id"], "code": sent_code(phone, seen)}


def sign_in(phone, client):
    body = challenge(phone, client) | {"device_name": "schemathesis"}
    return call("POST", "/v1/sessions", body, client=client)


def parts_of(address):
    """A signed address, as the parameters of the operation."""
    path, query = address.removeprefix("/media/").split("?")
    return {"path": path} | dict(urllib.parse.parse_qsl(query))


def is_there(address):
    """Whether the server has a file of ours: only some of the demo's clips are drawn for this."""
    try:
        urllib.request.urlopen(urllib.request.Request(API + address, method="HEAD"), timeout=20).close()
        return True
    except urllib.error.HTTPError:
        return False


def start_play(token, child, video):
    return call("POST", f"/v1/children/{child}/plays", {"video_id": video, "surface": "home"}, token)["play_id"]


def save(state):
    with open(STATE_FILE, "w", encoding="utf-8") as file:
        json.dump(state, file, ensure_ascii=False, indent=1)


def sign_in_again():
    with open(STATE_FILE, encoding="utf-8") as file:
        state = json.load(file)
    state["tokens"]["keeping"] = sign_in(ACCOUNTS["keeping"], 20)["access_token"]
    save(state)


def prepare(family_phone):
    family = sign_in(family_phone, 1)
    token = family["access_token"]
    # The demo's first child has a week of watching and may search. What changes rules goes to a child of its own, so
    # that the first one's surfaces stay full.
    children = call("GET", "/v1/children", token=token)["items"]
    seen = next(child["id"] for child in children if child["rules"]["search_enabled"])
    ruled = call("POST", "/v1/children", CHILD, token)["id"]
    spare = [call("POST", "/v1/children", CHILD, token)["id"] for _ in range(3)]
    child_token = call("POST", f"/v1/children/{seen}/sessions", token=token)["access_token"]

    home = call("GET", f"/v1/children/{seen}/home", token=token)
    videos = {video["id"]: video for shelf in home["shelves"] for video in shelf["videos"]}.values()
    ids = [video["id"] for video in videos]
    files = [address for video in videos for address in (video["source"].get("url"), video.get("thumbnail")) if address]
    history = call("GET", f"/v1/children/{seen}/history?limit=2", token=token)
    catalogue = call("GET", f"/v1/children/{ruled}/catalogue?limit=2", token=token)

    stranger = sign_in("010-0000-9001", 2)
    other_token = stranger["access_token"]
    other = call("POST", "/v1/children", CHILD, other_token)["id"]
    others_video = call("GET", f"/v1/children/{other}/catalogue", token=other_token)["items"][0]["id"]
    accounts = {name: sign_in(phone, 3 + n) for n, (name, phone) in enumerate(ACCOUNTS.items())}
    # Asking for deletion ends the session; taking it back needs another sign-in, see `sign_in_again`.
    call("DELETE", "/v1/me", token=accounts["keeping"]["access_token"])
    state = {
        "tokens": {"family": token, "child": child_token} | {name: a["access_token"] for name, a in accounts.items()},
        "current_sessions": {"family": family["session_id"]}
        | {name: account["session_id"] for name, account in accounts.items()},
        "refresh_token": accounts["refreshing"]["refresh_token"],
        "children": {"seen": seen, "ruled": ruled, "spare": spare, "other": other},
        "videos": ids,
        "titles": [video["title"] for video in videos],
        "series": sorted({video["series"]["id"] for video in videos if "series" in video}),
        "files": [parts_of(address) for address in files if address.startswith("/media/") and is_there(address)],
        "plays": [start_play(token, seen, ids[0]), start_play(token, seen, ids[-1])],
        "other_play": start_play(other_token, other, others_video),
        "cursors": [page["next_cursor"] for page in (history, catalogue) if page["next_cursor"]],
        "challenges": [challenge(f"010-0000-{9101 + n}", 10 + n) for n in range(4)],
        "pin": PIN,
        "board": "notices",
        "post": call("GET", "/v1/boards/notices/posts", token=token)["items"][0]["id"],
        "event": call("GET", "/v1/events/current", token=token)["items"][0]["id"],
        "request": call("POST", f"/v1/children/{seen}/requests", {"kind": "time"}, child_token)["id"],
    }
    for name in ("videos", "series", "files", "cursors"):
        if not state[name]:
            sys.exit(f"schemathesis: the demo offers no {name}")
    save(state)


if len(sys.argv) > 4:
    prepare(sys.argv[4])
else:
    sign_in_again()
