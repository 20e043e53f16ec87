#!/usr/bin/env bash
# Holds a running server to docs/api/openapi.yaml: schemathesis draws requests, valid and broken ones, and every answer
# must be documented in status, type, headers and body, and never be a server error.
#
#   e2e/schemathesis.sh       everything; two to four minutes
#   KYCK_SCHEMATHESIS_SEED=7  in the environment: other requests; the seed of a run is printed with its summary
#
# Runs with a guardian's token first, then with a child's and with that of a guardian who sets a PIN. Deleting the
# account and signing out end what comes after them, so they come last and on accounts of their own. The last line reads
# "N passed, N failed", where an operation counts once in each of these phases.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly version=4.32.5
readonly seed=${KYCK_SCHEMATHESIS_SEED:-20261123}
readonly venv=${KYCK_CACHE_DIR:-$HOME/.cache/kyck}/venv-schemathesis
checks=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance
checks+=,response_headers_conformance,unsupported_method,allow_header_conformance,ignored_auth
checks+=,negative_data_rejection
readonly checks

set_up() {
    local found
    found=$("$venv/bin/schemathesis" --version 2>/dev/null | grep -oE '[0-9.]+$' || true)
    [ "$found" != "$version" ] || return 0
    printf 'installing schemathesis %s into %s\n' "$version" "$venv"
    rm -rf "$venv"
    mkdir -p "${venv%/*}"
    python3 -m venv "$venv" || stop_job "python3 -m venv makes $venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version" ||
        stop_job "pip installs schemathesis $version"
}

# phase NAME TOKEN EXAMPLES PHASES [OPTION…]
#
# One worker: two threads of one CPython 3.11 at `ast` together end it with a SystemError (python/cpython issue 106905).
phase() {
    local name=$1 token=$2 examples=$3 phases=$4 started=$SECONDS status=0
    shift 4
    printf '\n--> %s\n' "$name"
    # In a folder of the job's own, so that no configuration file and no remembered example changes what is sent.
    (
        cd "$WORK"
        export KYCK_SCHEMATHESIS_STATE=$WORK/state.json KYCK_SCHEMATHESIS_PHASE=$token
        export SCHEMATHESIS_HOOKS=$E2E_ROOT/e2e/schemathesis_hooks.py PYTHONDONTWRITEBYTECODE=1
        bearer=$(jq -er --arg name "$token" '.tokens[$name]' state.json)
        exec timeout 600 "$venv/bin/schemathesis" run "$E2E_ROOT/docs/api/openapi.yaml" --url "$API" --no-color \
            --header "Authorization: Bearer $bearer" --checks "$checks" --phases "$phases" \
            --max-examples "$examples" --workers 1 --seed "$seed" --continue-on-failure \
            --request-timeout 20 --suppress-health-check all --generation-database none \
            --generation-with-security-parameters false --warnings off \
            --report junit --report-junit-path "$WORK/$token.xml" "$@"
    ) || status=$?
    count "$name" "$status" "$WORK/$token.xml"
    rm -f "$WORK/$token.xml"
    printf '%s: %d s\n' "$name" $((SECONDS - started))
}

# An operation that was skipped has not been tried, and has failed.
count() { # PHASE STATUS REPORT
    local good=0 bad=0
    if [ -f "$3" ]; then
        python3 - "$3" >"$WORK/counted.txt" <<'PYTHON'
import sys
import xml.etree.ElementTree as tree

cases = list(tree.parse(sys.argv[1]).getroot().iter("testcase"))
bad = {case: child for case in cases for child in case if child.tag in ("failure", "error", "skipped")}
print(len(cases) - len(bad), len(bad))
for case, child in bad.items():
    print(f"  FAIL  {case.get('name')}: {' '.join((child.get('message') or child.text or '').split())[:300]}")
PYTHON
        read -r good bad <"$WORK/counted.txt"
        tail -n +2 "$WORK/counted.txt"
    fi
    E2E_PASSED=$((E2E_PASSED + good))
    E2E_FAILED=$((E2E_FAILED + bad))
    if [ "$bad" -eq 0 ] && { [ "$2" -ne 0 ] || [ "$good" -eq 0 ]; }; then
        fail "$1" "schemathesis ended with $2 after $good operations"
    fi
}

# Requests that all end at 404 or 422 prove little: every operation must have succeeded in some phase. Prints those that
# have not, with the answers they had instead.
never_succeeded() {
    python3 - "$E2E_ROOT/docs/api/openapi.yaml" "$WORK/answers.txt" <<'PYTHON'
import collections
import re
import sys

path, seen = None, collections.defaultdict(collections.Counter)
operations = []
for line in open(sys.argv[1], encoding="utf-8"):
    if match := re.fullmatch(r"  (/\S*):\n", line):
        path = match[1]
    elif match := re.fullmatch(r"    (get|put|post|patch|delete):\n", line):
        operations.append(f"{match[1].upper()} {path}")
for line in open(sys.argv[2], encoding="utf-8"):
    status, label = line.rstrip("\n").split(" ", 1)
    seen[label][status] += 1
for operation in operations:
    answers = seen[operation]
    if not any(status.startswith("2") for status in answers):
        print(operation, *(f"{status}×{count}" for status, count in sorted(answers.items())), end="; ")
PYTHON
}

begin_job "schemathesis"
set_up
"$E2E_ROOT/bin/demo-clips" --only counting-01,counting-02,rainbow "$KYCK_DATA_DIR/media/demo"
kyck migrate >"$WORK/migrate.log" 2>&1 || stop_job "kyck migrate" "$WORK/migrate.log"
kyck demo >"$WORK/demo.log" 2>&1 || stop_job "kyck demo" "$WORK/demo.log"
notice=(--title-ko "점검 안내" --title-en "Maintenance" --body-ko "내일 쉽니다." --body-en "Closed tomorrow.")
{ kyck post add "${notice[@]}" && kyck event add "${notice[@]}"; } >"$WORK/notices.log" 2>&1 ||
    stop_job "kyck post and kyck event" "$WORK/notices.log"
start_kyck all
python3 "$E2E_ROOT/e2e/schemathesis_prepare.py" "$API" "$KYCK_SMS_FILE" "$WORK/state.json" \
    "$(jq -r '.families[0].phone' "$E2E_ROOT/demo/catalogue.json")" ||
    stop_job "the accounts to test with" "$WORK/all.log"

phase "a guardian" family 30 examples,coverage,fuzzing \
    --exclude-operation-id deleteMe --exclude-operation-id setPIN
phase "a child" child 8 examples,fuzzing
phase "a guardian with a PIN" pin 20 examples,coverage,fuzzing \
    --include-operation-id setPIN --include-operation-id openParentGate --include-operation-id changeMe \
    --include-operation-id addChild --include-operation-id exportMe
phase "a guardian who deletes the account" deleting 10 examples,coverage,fuzzing --include-operation-id deleteMe
python3 "$E2E_ROOT/e2e/schemathesis_prepare.py" "$API" "$KYCK_SMS_FILE" "$WORK/state.json" ||
    stop_job "signing in to an account that is to be deleted" "$WORK/all.log"
phase "a guardian who keeps it" keeping 10 examples,coverage,fuzzing --include-operation-id keepMe
phase "a guardian who signs out" signing_out 10 examples,coverage,fuzzing --include-operation-id signOut
stop_kyck
check_equal "every operation succeeded at least once" "$(never_succeeded)" ""
# 153 is reported by the requests themselves.
errors=$(jq -Rr 'fromjson? | select(.level == "error" or .level == "critical") | .message' "$WORK/all.log" |
    grep -v 'YouTube error 153' | sort | uniq -c || true)
check_equal "the server logs no error" "$errors" ""
end_job
