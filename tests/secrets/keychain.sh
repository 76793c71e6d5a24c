#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs a command in one state of a keychain that has nothing to do with the person's own:
# keychain.sh unlocked|locked|stopped|nolibrary|noservice|nobus <command> [<argument>...]
set -euo pipefail
state=$1
shift

home=$(mktemp -d "${TMPDIR:-/tmp}/keychain.XXXXXX")
trap 'rm -rf "$home"' EXIT
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
unlocked='printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null
secret-tool store --label=before when before <<<"kept before"'

case $state in
unlocked)
    session "$unlocked; \"\$@\"" "$@"
    ;;
locked)
    session "$unlocked"
    session 'gnome-keyring-daemon --start --components=secrets >/dev/null; "$@"' "$@"
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
