# shellcheck shell=bash
# What the end-to-end jobs share; source it after `set -euo pipefail`. A job reads like this:
#
#   begin_job "main job"
#   start_kyck all
#   request 202 POST /v1/otp-challenges '{"phone":"010-0000-0003"}'
#   challenge=$(answer .challenge_id)
#   code=$(sms_code)
#   check_equal "one family" "$(answer .children | jq length)" 1
#   stop_kyck
#   end_job
#
# Every server gets loopback ports nobody uses and a data folder of its own; all of it is gone when the job ends, however
# it ends. The last line reads "N passed, N failed".

E2E_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# How long anything here may take, in seconds. Nothing waits that long unless something is broken.
E2E_PATIENCE=${E2E_PATIENCE:-30}

E2E_PASSED=0
E2E_FAILED=0
E2E_JOB=""
E2E_PID=""
E2E_ENDED=no

# begin_job NAME: makes $WORK, the job's own folder, and sees to its end.
begin_job() {
    E2E_JOB=$1
    WORK=$(mktemp -d -t kyck-e2e.XXXXXX)
    export WORK
    printf '0\n' >"$WORK/sms-read"
    trap leave_job EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    # Whatever a developer has set must not reach the servers of a test.
    local name
    while IFS= read -r name; do
        case "$name" in KYCK_BIN | KYCK_TEST_*) ;; *) unset "$name" ;; esac
    done < <(compgen -e | grep '^KYCK_' || true)
    KYCK_BIN=${KYCK_BIN:-$(cd "$E2E_ROOT" && swift build --show-bin-path)/kyck}
    if [ ! -x "$KYCK_BIN" ]; then
        printf '%s: there is no program at %s; build it first (swift build --product kyck)\n' "$E2E_JOB" "$KYCK_BIN" >&2
        exit 69
    fi
    export KYCK_ENV=development KYCK_SMS=console KYCK_HOST=127.0.0.1
    export KYCK_DATA_DIR=$WORK/data KYCK_SMS_FILE=$WORK/sms.jsonl
    export KYCK_DATABASE_URL=sqlite:$WORK/data/kyck.sqlite
    export KYCK_CONFIG_FILE=$WORK/settings  # empty: the .env of a developer is none of a test's business
    mkdir -p "$KYCK_DATA_DIR"
    : >"$KYCK_SMS_FILE"
    : >"$KYCK_CONFIG_FILE"
    read -r KYCK_API_PORT KYCK_ADMIN_PORT KYCK_RECOMMENDER_PORT < <(free_ports 3)
    export KYCK_API_PORT KYCK_ADMIN_PORT KYCK_RECOMMENDER_PORT
    API=http://127.0.0.1:$KYCK_API_PORT
    export API
}

# free_ports COUNT: loopback ports that nobody listens on at the moment, on one line.
free_ports() {
    python3 - "$1" <<'PYTHON'
import socket
import sys

taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(each.getsockname()[1] for each in taken))
PYTHON
}

# kyck ARGUMENT…: one command of the program, with the job's settings.
kyck() { "$KYCK_BIN" "$@"; }

# start_kyck [ROLE]: starts a role (all) in the background and waits until it says that it is ready.
start_kyck() {
    local role=${1:-all} port=$KYCK_API_PORT
    case "$role" in
    recommender) port=$KYCK_RECOMMENDER_PORT ;;
    admin) port=$KYCK_ADMIN_PORT ;;
    esac
    "$KYCK_BIN" "$role" >>"$WORK/$role.log" 2>&1 &
    E2E_PID=$!
    local deadline=$((SECONDS + E2E_PATIENCE))
    until curl -fs -m 2 -o "$WORK/ready" "http://127.0.0.1:$port/ready"; do
        if ! kill -0 "$E2E_PID" 2>/dev/null; then
            E2E_PID=""
            stop_job "kyck $role ended before it was ready" "$WORK/$role.log"
        fi
        if [ "$SECONDS" -ge "$deadline" ]; then
            stop_job "kyck $role was not ready after $E2E_PATIENCE s" "$WORK/$role.log"
        fi
        sleep 0.1
    done
}

# stop_kyck [SIGNAL]: ends the server (TERM) and waits for it. After TERM it must end by itself with exit code 0.
stop_kyck() {
    local signal=${1:-TERM} status=0 deadline=$((SECONDS + E2E_PATIENCE))
    [ -n "$E2E_PID" ] || return 0
    kill "-$signal" "$E2E_PID" 2>/dev/null || true
    while kill -0 "$E2E_PID" 2>/dev/null && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.1; done
    if kill -0 "$E2E_PID" 2>/dev/null; then
        fail "the server ends within $E2E_PATIENCE s of SIG$signal"
        kill -KILL "$E2E_PID" 2>/dev/null || true
    fi
    wait "$E2E_PID" 2>/dev/null || status=$?
    E2E_PID=""
    if [ "$signal" = TERM ]; then check_equal "SIGTERM ends the server cleanly" "$status" 0; fi
}

# request STATUS METHOD PATH [BODY] [CURL OPTION…]: asks the API and checks the status. The body of the answer is then
# in $WORK/answer, its headers in $WORK/headers. With $TOKEN set, it is sent as the bearer token.
request() {
    local wanted=$1 method=$2 path=$3 body=${4-} status
    shift $(($# < 4 ? $# : 4))
    local options=(-s -m "$E2E_PATIENCE" -X "$method" -o "$WORK/answer" -D "$WORK/headers" -w '%{http_code}')
    if [ -n "$body" ]; then options+=(-H 'Content-Type: application/json' --data-binary "$body"); fi
    if [ -n "${TOKEN:-}" ]; then options+=(-H "Authorization: Bearer $TOKEN"); fi
    : >"$WORK/answer"
    status=$(curl "${options[@]}" "$@" "$API$path") || status="no answer (curl ended with $?)"
    if [ "$status" = "$wanted" ]; then
        pass "$method ${path%%\?*} answers $wanted"
    else
        fail "$method $path answers $wanted" "got $status: $(head -c 400 "$WORK/answer")"
        return 1
    fi
}

# answer FILTER: a value out of the last answer, by jq.
answer() { jq -er "$1" "$WORK/answer"; }

# sms_code: the six digits of the newest text message that has not been read yet; waits for one to come.
sms_code() {
    local seen deadline=$((SECONDS + E2E_PATIENCE)) code
    seen=$(cat "$WORK/sms-read")
    while [ "$SECONDS" -lt "$deadline" ]; do
        code=$(tail -n "+$((seen + 1))" "$KYCK_SMS_FILE" | jq -r '.text | capture("(?<code>(?<![0-9])[0-9]{6}(?![0-9]))").code' | tail -n 1)
        if [ -n "$code" ]; then
            wc -l <"$KYCK_SMS_FILE" >"$WORK/sms-read"
            printf '%s\n' "$code"
            return 0
        fi
        sleep 0.1
    done
    printf 'no text message with a code came within %s s\n' "$E2E_PATIENCE" >&2
    return 1
}

pass() {
    E2E_PASSED=$((E2E_PASSED + 1))
    printf '  ok    %s\n' "$1"
}

fail() {
    E2E_FAILED=$((E2E_FAILED + 1))
    printf '  FAIL  %s%s\n' "$1" "${2:+: $2}"
}

# check NAME COMMAND…: passes when the command succeeds.
check() {
    local name=$1
    shift
    if "$@"; then pass "$name"; else fail "$name"; fi
}

check_equal() { # NAME ACTUAL EXPECTED
    if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "expected '$3', got '$2'"; fi
}

# stop_job REASON [LOG]: the job cannot go on.
stop_job() {
    fail "$1"
    if [ -n "${2:-}" ] && [ -f "$2" ]; then tail -n 30 "$2"; fi
    exit 1
}

end_job() {
    E2E_ENDED=yes
    if [ "$E2E_FAILED" -gt 0 ]; then exit 1; fi
    exit 0
}

leave_job() {
    local status=$?
    trap - EXIT INT TERM
    if [ -n "$E2E_PID" ]; then
        kill -TERM "$E2E_PID" 2>/dev/null || true
        local deadline=$((SECONDS + E2E_PATIENCE))
        while kill -0 "$E2E_PID" 2>/dev/null && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.1; done
        kill -KILL "$E2E_PID" 2>/dev/null || true
    fi
    if [ "$E2E_ENDED" = no ]; then
        if [ "$E2E_FAILED" -eq 0 ]; then fail "$E2E_JOB runs to its end" "ended early with $status"; fi
        tail -n 20 "$WORK"/*.log 2>/dev/null || true
    fi
    rm -rf "$WORK"
    printf '%d passed, %d failed\n' "$E2E_PASSED" "$E2E_FAILED"
    if [ "$status" -eq 0 ] && [ "$E2E_FAILED" -gt 0 ]; then status=1; fi
    exit "$status"
}
