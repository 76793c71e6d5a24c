#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs a command in one state of a keychain that has nothing to do with the person's own:
# keychain.sh unlocked|locked|stopped|nolibrary|noservice|nobus <command> [<argument>...]
set -euo pipefail
state=$1
shift

home=$(mktemp -d "${TMPDIR:-/tmp}/keychain.XXXXXX")
# A daemon that lost its bus would live on, answer the next session and hold our output open.
end_what_was_started() {
    local process
    for process in /proc/[0-9]*; do
        if grep -qzxF "HOME=$home" "$process/environ" 2>/dev/null; then
            kill -KILL "${process#/proc/}" 2>/dev/null || true
        fi
    done
    rm -rf "$home/run/keyring"
}
trap 'end_what_was_started; rm -rf "$home"' EXIT
mkdir -m 700 "$home/run" "$home/broken"

# Nothing is left of this computer's session: no display to ask on, no bus, no keyring, no desktop.
apart=(env -i "PATH=$PATH" "HOME=$home" "XDG_RUNTIME_DIR=$home/run" "TMPDIR=$home" LC_ALL=C.UTF-8)
for options in ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS; do
    [ -z "${!options:-}" ] || apart+=("$options=${!options}")
done

# session <shell commands> [<argument>...]: on a bus of its own, which ends its keyring with itself.
session() {
    "${apart[@]}" dbus-run-session -- bash -euo pipefail -c "$1" bash "${@:2}"
}
# Makes the keyring where there is none. Keeping something waits until the daemon has its name on the bus.
unlocked='printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
secret-tool store --label=before when before <<<"kept before"'

case $state in
unlocked)
    session "$unlocked; \"\$@\"" "$@"
    ;;
locked)
    session "$unlocked"
    end_what_was_started
    session 'gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; "$@"' "$@"
    ;;
stopped)
    session "$unlocked"'
        daemon=$(dbus-send --print-reply=literal --dest=org.freedesktop.DBus / \
            org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets | grep -o "[0-9]*$")
        kill -STOP "$daemon"
        trap "kill -KILL $daemon" EXIT
        "$@"' "$@"
    ;;
nolibrary)
    # Found first, and no library.
    touch "$home/broken/libsecret-1.so.0"
    session "$unlocked; LD_LIBRARY_PATH=$home/broken \"\$@\"" "$@"
    ;;
noservice)
    # A bus that starts nothing by itself.
    cat >"$home/bus.conf" <<END
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=$home/run</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
END
    "${apart[@]}" dbus-run-session --config-file="$home/bus.conf" -- "$@"
    ;;
nobus)
    "${apart[@]}" "$@"
    ;;
*)
    echo "keychain.sh: no state named '$state'" >&2
    exit 2
    ;;
esac
