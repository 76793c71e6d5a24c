# SPDX-License-Identifier: MIT
# The sandbox account with nothing but curl: a webhook's life, and every refusal, which must change nothing.
#
# usage: bash curl.sh <waybill>
set -euo pipefail

waybill=$1
folder=$(mktemp -d)
body=$folder/body headers=$folder/headers
pid=
checked=0

clean_up() {
    if [[ -n $pid ]]; then
        kill "$pid" && wait "$pid" || true
    fi
    rm -rf "$folder"
}
trap clean_up EXIT

fail() {
    echo "FAILED: $*" >&2
    if [[ -e $body ]]; then
        sed 's/^/    /' "$headers" "$body" >&2
    fi
    exit 1
}

# field <path with dots>...: of the last answer, one a line; "-" where there is none or it is null.
field() {
    python3 -I -S -c '
import json, sys
answer = json.load(open(sys.argv[1]))
for path in sys.argv[2:]:
    value = answer
    for name in path.split("."):
        value = value[int(name)] if isinstance(value, list) else value.get(name)
        if value is None:
            break
    print("-" if value is None else value)' "$body" "$@"
}

is() { # <what> <actual> <expected>
    [[ $2 == "$3" ]] || fail "$1 is '$2', expected '$3'"
    checked=$((checked + 1))
}

start() { # options of waybill
    exec {output}< <(exec "$waybill" --serve --data "$folder/data" --key-file "$folder/key" "$@")
    pid=$!
    read -r -t 30 ready <&"$output" || fail "waybill did not start"
    base=$(sed 's/.*"base_url":"\([^"]*\)".*/\1/' <<<"$ready")
    receiver=$(sed 's/.*"receiver_url":"\([^"]*\)".*/\1/' <<<"$ready")
    key=$(<"$folder/key")
}

stop() {
    kill "$pid"
    wait "$pid" || fail "waybill ended with $?"
    pid=
    exec {output}<&-
}

call() { # <method> <path> [options of curl]
    local method=$1 path=$2
    shift 2
    status=$(curl --silent --show-error --noproxy '*' --max-time 20 --request "$method" --output "$body" \
        --dump-header "$headers" --write-out '%{http_code}' --header "Authorization: Bearer $key" \
        --header 'Content-Type: application/json' "$@" "$base$path")
}

accepted() { # <status> <method> <path> [options of curl]
    local expected=$1
    shift
    call "$@"
    is "status of $1 $2" "$status" "$expected"
}

request_id() {
    tr -d '\r' <"$headers" | sed -n 's/^X-Request-Id: //p'
}

# refused <name> <status> <type> <code> <param> <method> <path> [options of curl]
refused() {
    local name=$1 expected=$2 type=$3 code=$4 param=$5
    shift 5
    call "$@"
    is "$name: status" "$status" "$expected"
    mapfile -t error < <(field error.type error.code error.param error.request_id error.message)
    is "$name: type" "${error[0]}" "$type"
    is "$name: code" "${error[1]}" "$code"
    is "$name: param" "${error[2]}" "$param"
    is "$name: request_id" "${error[3]}" "$(request_id)"
    [[ -n ${error[3]} && ${error[4]} != - ]] || fail "$name: no request id or no message"
}

lists() {
    local path
    for path in /webhooks "/webhooks/$endpoint/deliveries" /events; do
        accepted 200 GET "$path?limit=100"
        cat "$body"
        echo
    done
}

# unchanged <before>: the lists are as they were.
unchanged() {
    local now
    now=$(lists)
    is "the lists afterwards" "$now" "$1"
}

settled() { # <delivery id> <status>
    local end=$((SECONDS + 15))
    while accepted 200 GET "/webhooks/deliveries/$1" && [[ $(field status) == pending ]]; do
        ((SECONDS < end)) || fail "$1 is still pending"
    done
    is "status of the delivery" "$(field status)" "$2"
}

# --- A webhook's life
start
draft="{\"url\":\"$receiver\",\"enabled_events\":[\"*\"],\"description\":\"From the command line\"}"
accepted 201 POST /webhooks --header 'Idempotency-Key: first' --data "$draft"
endpoint=$(field id)
secret=$(field secret)
is "prefix of the secret" "$(field secret_prefix)" "${secret:0:12}"
accepted 200 GET "/webhooks/$endpoint"
is "the secret, asked again" "$(field secret)" -
is "status" "$(field status)" enabled

accepted 202 POST "/webhooks/$endpoint/test" --data '{"type":"rating.created"}'
tested=$(field delivery_id)
settled "$tested" delivered
is "answer of the receiver" "$(field response_status)" 200
accepted 200 GET "/webhooks/$endpoint/deliveries"
is "newest delivery" "$(field data.0.id)" "$tested"

accepted 202 POST "/webhooks/deliveries/$tested/retry"
is "what is replayed" "$(field replays_delivery_id)" "$tested"
replayed=$(field delivery_id)
settled "$replayed" delivered
is "event of the replay" "$(field event_id)" "$(accepted 200 GET "/webhooks/deliveries/$tested" && field event_id)"

accepted 200 POST "/webhooks/$endpoint/rotate-secret"
[[ $(field secret) != "$secret" ]] || fail "the secret was not rotated"
[[ $(field previousSecretValidUntil) != - ]] || fail "nothing says how long the old secret is valid"
accepted 202 POST "/webhooks/$endpoint/test"
settled "$(field delivery_id)" delivered

# --- Refusals
before=$(lists)
right_key=$key key=ak_live_wrong
refused "wrong key" 401 authentication_error - - POST /webhooks --data "$draft"
refused "wrong key" 401 authentication_error - - DELETE "/webhooks/$endpoint"
key=$right_key
refused "two keys" 401 authentication_error - - DELETE "/webhooks/$endpoint" --header 'Authorization: Bearer ak_live_wrong'
refused "plain http" 400 invalid_request_error - url POST /webhooks --data '{"url":"http://example.com/","enabled_events":["*"]}'
refused "no URL at all" 400 invalid_request_error - url PATCH "/webhooks/$endpoint" --data '{"url":"not a URL"}'
refused "unknown event" 400 invalid_request_error - enabled_events POST /webhooks \
    --data "{\"url\":\"$receiver\",\"enabled_events\":[\"rating.deleted\"]}"
refused "unknown test event" 400 invalid_request_error - type POST "/webhooks/$endpoint/test" --data '{"type":"rating.deleted"}'
for list in /webhooks "/webhooks/$endpoint/deliveries" /events; do
    for direction in starting_after ending_before; do
        refused "bad cursor" 400 invalid_request_error - "$direction" GET "$list?$direction=nothing"
    done
done
refused "reused idempotency key" 409 invalid_request_error idempotency_key_reused - POST /webhooks \
    --header 'Idempotency-Key: first' --data "${draft/command line/other side}"
head -c $((1024 * 1024 + 1)) /dev/zero | tr '\0' ' ' >"$folder/oversized"
refused "oversized body" 413 invalid_request_error - - POST /webhooks --header 'Expect:' --data-binary "@$folder/oversized"
refused "malformed body" 400 invalid_request_error - - POST /webhooks --data '{"url":'
refused "body that is no object" 400 invalid_request_error - - POST /webhooks --data '[]'
refused "unknown endpoint" 404 not_found_error - - POST /webhooks/whe_nothing/test
refused "unknown delivery" 404 not_found_error - - POST /webhooks/deliveries/whd_nothing/retry
unchanged "$before"
stop

start --plan free
refused "wrong plan" 403 authorization_error plan_upgrade_required - POST /webhooks --data "$draft"
refused "wrong plan" 403 authorization_error plan_upgrade_required - POST "/webhooks/$endpoint/rotate-secret"
stop

start --scopes webhooks:read
refused "missing scope" 403 authorization_error missing_required_scope - POST /webhooks --data "$draft"
grep -q webhooks:write "$body" || fail "the message does not name the scope"
refused "missing scope" 403 authorization_error missing_required_scope - DELETE "/webhooks/$endpoint"
refused "missing scope" 403 authorization_error missing_required_scope - GET /events
grep -q events:read "$body" || fail "the message does not name the scope"
stop

start
unchanged "$before"

# --- The end of it
accepted 200 PATCH "/webhooks/$endpoint" --data '{"status":"disabled"}'
is "status" "$(field status)" disabled
before=$(lists)
refused "test of a disabled endpoint" 400 invalid_request_error - - POST "/webhooks/$endpoint/test"
unchanged "$before"
accepted 204 DELETE "/webhooks/$endpoint"
refused "deleted endpoint" 404 not_found_error - - GET "/webhooks/$endpoint"
refused "log of a deleted endpoint" 404 not_found_error - - GET "/webhooks/$endpoint/deliveries"
refused "delivery of a deleted endpoint" 404 not_found_error - - POST "/webhooks/deliveries/$tested/retry"
accepted 201 POST /webhooks --header 'Idempotency-Key: first' --data "$draft"
is "the first answer, given again" "$(field id) $(field secret)" "$endpoint $secret"
accepted 200 GET /webhooks
is "endpoints left" "$(field data)" "[]"
stop
echo "$checked checks passed"
