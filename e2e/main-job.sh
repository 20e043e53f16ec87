#!/usr/bin/env bash
# The main job on real input, end to end: staff import real videos, the safety gate sorts them, staff label and publish; a
# parent signs in by a phone code and adds a child; the child's home shows what may be seen; the child watches; the next
# home and the history know it; the server is killed in between and nothing acknowledged is missing.
#
#   e2e/main-job.sh              on embedded SQLite, then on PostgreSQL where KYCK_TEST_POSTGRES_URL names a server
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=e2e/lib.sh
source e2e/lib.sh

pages=../shared/data/youtube
if [ ! -f "$pages/labels.csv" ]; then
    echo "main job: the saved YouTube answers are missing: $pages" >&2
    echo "0 passed, 1 failed"
    exit 66
fi

# Beats one after the other, as the app sends them. The server believes no more time than has passed.
beat() { # PLAY NUMBER POSITION PLAYED STATE
    request 200 POST "/v1/plays/$1/beats" \
        "{\"beats\":[{\"n\":$2,\"at\":\"$(date -u +%Y-%m-%dT%H:%M:%S.000Z)\",\"position_ms\":$3,\"played_ms\":$4,\"state\":\"$5\"}]}"
}

quiet() { "$@" >"$WORK/quiet.log"; }

catalogue() {
    kyck migrate >"$WORK/migrate.log"
    kyck import youtube --file "$pages"/videos-0*.json --labels "$pages/labels.csv" --json >"$WORK/import.json" 2>"$WORK/import.log"
    check_equal "1,709 videos are read" "$(jq '.new' "$WORK/import.json")" 1709
    check_equal "245 pass the safety gate" "$(jq '.accepted' "$WORK/import.json")" 245
    check_equal "every other one is refused with a reason" \
        "$(jq -c '.refused' "$WORK/import.json")" '{"not_made_for_kids":1464}'
    kyck import youtube --file "$pages"/videos-0*.json --json >"$WORK/again.json" 2>>"$WORK/import.log"
    check_equal "importing again adds nothing" "$(jq '.new + .updated' "$WORK/again.json")" 0
    kyck publish --all-accepted --ages 3-7 >"$WORK/publish.log"
    check "publishing says how many" grep -q 245 "$WORK/publish.log"
}

sign_in() {
    TOKEN=
    request 202 POST /v1/otp-challenges '{"phone":"010-0000-0003"}'
    local challenge code wrong
    challenge=$(answer .challenge_id)
    code=$(sms_code)
    wrong=$(printf '%06d' $(((10#$code + 1) % 1000000)))
    request 422 POST /v1/sessions "{\"challenge_id\":\"$challenge\",\"code\":\"$wrong\",\"device_name\":\"e2e\"}"
    request 201 POST /v1/sessions "{\"challenge_id\":\"$challenge\",\"code\":\"$code\",\"device_name\":\"e2e\"}"
    PARENT=$(answer .access_token)
    REFRESH=$(answer .refresh_token)
    check_equal "the account is new" "$(answer .new_guardian)" true
}

family() {
    TOKEN=$PARENT
    local body
    body="{\"nickname\":\"하늘\",\"birth_month\":\"$(date -u -d '4 years ago' +%Y)-01\",\"avatar\":\"fox\",\"consent\":{\"text_version\":\"2026-11\"}}"
    request 201 POST /v1/children "$body" -H 'Idempotency-Key: e2e-child'
    CHILD=$(answer .id)
    request 201 POST /v1/children "$body" -H 'Idempotency-Key: e2e-child'
    check_equal "the same key makes one child" "$(answer .id)" "$CHILD"
    request 201 POST "/v1/children/$CHILD/sessions"
    CHILD_TOKEN=$(answer .access_token)
    TOKEN=$CHILD_TOKEN
    request 403 GET /v1/me
}

watch() {
    # The family's day ends at midnight in Seoul, and must not end in the middle of what is counted.
    local left=$((86400 - ($(date -u +%s) + 9 * 3600) % 86400))
    if [ "$left" -lt 180 ]; then sleep "$left"; fi
    TOKEN=$CHILD_TOKEN
    request 200 GET "/v1/children/$CHILD/home"
    check "the home has shelves of videos" quiet jq -e '[.shelves[].videos[]] | length > 10' "$WORK/answer"
    # One that a few seconds of watching have begun: one of 70 s. What home shows first may last an hour.
    TOKEN=$PARENT
    request 200 GET "/v1/children/$CHILD/search?q=Hammer%20Hammer"
    VIDEO=$(answer '.items[0].id')
    TOKEN=$CHILD_TOKEN
    request 200 GET "/v1/children/$CHILD/videos/$VIDEO/similar?n=5"
    local begun=$SECONDS
    request 201 POST "/v1/children/$CHILD/plays" "{\"video_id\":\"$VIDEO\",\"surface\":\"search\"}"
    PLAY=$(answer .play_id)
    sleep 5 # real watching: the server credits no more than the time that has passed
    beat "$PLAY" 1 5000 5000 playing
    check_equal "a beat is counted" "$(answer .accepted)" 1
    local watched
    watched=$(answer .allowance.watched_today_ms)
    check_equal "five seconds are credited" "$watched" 5000
    beat "$PLAY" 1 5000 5000 playing
    check_equal "the same beat counts once" "$(answer .accepted)" 0
    beat "$PLAY" 2 40000 900000 playing
    check "an inflated beat is held to the clock" \
        test "$(answer .allowance.watched_today_ms)" -lt $(((SECONDS - begun + 7) * 1000))
    WATCHED=$(answer .allowance.watched_today_ms)
}

# A film of our own plays by the address that an answer gives out, and by no other; withdrawn, it stops at once.
hosted() {
    "$E2E_ROOT/bin/demo-clips" --only counting-01 "$WORK/clips" >"$WORK/clips.log"
    local film address other
    kyck import hosted --file "$WORK/clips/counting-01.mp4" --title-ko '사과 한 개' --title-en 'One apple' --ages 3-7 --json \
        >"$WORK/hosted.json" 2>>"$WORK/import.log"
    film=$(jq -er .id "$WORK/hosted.json")
    TOKEN=$CHILD_TOKEN
    request 404 GET "/v1/children/$CHILD/videos/$film"
    kyck publish --video "$film" >"$WORK/publish.log"
    request 200 GET "/v1/children/$CHILD/videos/$film"
    address=$(answer .source.url)
    TOKEN=
    request 206 GET "$address" '' -H 'Range: bytes=0-1023'
    check_equal "1,024 bytes of the film come" "$(wc -c <"$WORK/answer")" 1024
    check "they are the film's" cmp -s -n 1024 "$WORK/answer" "$WORK/clips/counting-01.mp4"
    request 200 HEAD "$address" '' --head
    request 403 GET "${address%%\?*}"
    check_equal "the bare path plays nothing" "$(answer .code)" link_invalid
    other=${address%?}
    if [ "${address: -1}" = A ]; then other+=E; else other+=A; fi
    request 403 GET "$other"
    check_equal "a forged address plays nothing" "$(answer .code)" link_invalid
    kyck withdraw --video "$film" >"$WORK/withdraw.log"
    request 403 GET "$address" '' -H 'Range: bytes=0-1023'
    check_equal "a withdrawn film stops at once" "$(answer .code)" not_allowed
    check "withdrawing it again is told so" bash -c "! '$KYCK_BIN' withdraw --video '$film' >'$WORK/withdraw.log' 2>&1"
    TOKEN=$CHILD_TOKEN
    request 404 GET "/v1/children/$CHILD/videos/$film"
}

survive() {
    stop_kyck KILL
    start_kyck all
    request 200 GET "/v1/children/$CHILD/home"
    check_equal "kill -9 loses no acknowledged beat" "$(answer .allowance.watched_today_ms)" "$WATCHED"
    check_equal "the next home goes on where the child stopped" \
        "$(answer '.shelves[] | select(.kind == "continue") | .videos | map("\(.id) \(.progress.position_ms)") | join(",")')" \
        "$VIDEO 40000"
    request 200 GET "/v1/children/$CHILD/history"
    check_equal "the history shows it" "$(answer .items[0].id)" "$VIDEO"
}

# What the child watched is in its parent's report: as data, as a page and as a picture.
report() {
    TOKEN=$PARENT
    request 200 GET "/v1/children/$CHILD/report"
    check_equal "the report has what was watched" "$(answer .total.value.watched_ms)" "$WATCHED"
    check_equal "and how often" "$(answer .new_and_repeated.value.plays)" 1
    request 200 GET "/v1/children/$CHILD/report.html" '' -H 'Accept-Language: en'
    check "the page says so" grep -q '<html lang="en">' "$WORK/answer"
    request 200 GET "/v1/children/$CHILD/report/chart.png"
    check "the picture is one" bash -c "head -c 4 '$WORK/answer' | grep -q PNG"
    TOKEN=$CHILD_TOKEN
    request 403 GET "/v1/children/$CHILD/report"
}

rules() {
    TOKEN=$PARENT
    request 204 PUT "/v1/children/$CHILD/blocks/video/$VIDEO"
    TOKEN=$CHILD_TOKEN
    request 403 POST "/v1/children/$CHILD/plays" "{\"video_id\":\"$VIDEO\",\"surface\":\"direct\"}"
    request 200 GET "/v1/children/$CHILD/home"
    check "a blocked video is nowhere on the home" \
        quiet jq -e --arg id "$VIDEO" '[.. | strings | select(. == $id)] | length == 0' "$WORK/answer"
    TOKEN=$PARENT
    request 200 GET "/v1/children/$CHILD/rules"
    request 200 PUT "/v1/children/$CHILD/rules" "$(jq -c '.approved_only = true | .autoplay_cap = 0' "$WORK/answer")"
    TOKEN=$CHILD_TOKEN
    request 200 GET "/v1/children/$CHILD/home"
    check_equal "approved-only shows nothing that is not approved" "$(answer '[.shelves[].videos[]] | length')" 0
}

leave() {
    TOKEN=
    request 200 POST /v1/sessions/refresh "{\"refresh_token\":\"$REFRESH\"}"
    TOKEN=$(answer .access_token)
    request 200 POST /v1/me/export
    check_equal "the export holds the play" "$(answer '.children[0].plays | length')" 1
    local session
    request 200 GET /v1/sessions
    session=$(answer '.items[] | select(.current) | .id')
    request 204 DELETE "/v1/sessions/$session"
    request 401 GET /v1/me
    TOKEN=$CHILD_TOKEN
    request 401 GET "/v1/children/$CHILD/home"
    check "no phone number and no code is in the log" \
        bash -c "! grep '\"level\"' '$WORK/all.log' | grep -qE '0100000|1000000003|인증번호'"
    stop_kyck TERM
}

main_job() {
    catalogue
    start_kyck all
    sign_in
    family
    watch
    hosted
    survive
    report
    rules
    leave
}

begin_job "main job"
main_job
if [ -n "${KYCK_TEST_POSTGRES_URL:-}" ]; then
    printf '  --    the same on PostgreSQL\n'
    name=kyck_main_job_$$
    psql -q "$KYCK_TEST_POSTGRES_URL" -c "CREATE DATABASE $name TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
    KYCK_DATABASE_URL=$(python3 - "$KYCK_TEST_POSTGRES_URL" "$name" <<'PYTHON'
import sys
from urllib.parse import urlsplit

parts = urlsplit(sys.argv[1])
print(parts._replace(path="/" + sys.argv[2]).geturl())
PYTHON
    )
    export KYCK_DATABASE_URL
    main_job
    psql -q "$KYCK_TEST_POSTGRES_URL" -c "DROP DATABASE $name"
fi
end_job
