#!/bin/sh
# Every check and every test: on SQLite, in a real browser, on a real PostgreSQL.
# Gets Chromium and PostgreSQL from Debian when they are missing and this user may; else says loudly what was not
# run, which with CI=true is a failure.
set -u
cd "$(dirname "$0")/.."
bin=.venv/bin
not_run="" failed=""

is_there() {
    case "$1" in
        chromium) command -v chromium || command -v chromium-browser || command -v google-chrome ;;
        postgresql) command -v initdb || ls /usr/lib/postgresql/*/bin/initdb ;;
    esac >/dev/null 2>&1
}

get() {
    if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo -n"; else return 1; fi
    command -v apt-get >/dev/null || return 1
    echo "Getting from Debian's packages: $* …"
    $as_root apt-get update -qq &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

step() {
    name="$1"
    shift
    echo
    echo "── $name"
    begun=$(date +%s)
    "$@" || failed="$failed
  - $name"
    echo "── $name: $(($(date +%s) - begun)) s"
}

missing=""
for package in chromium postgresql; do is_there $package || missing="$missing $package"; done
# shellcheck disable=SC2086  # a list of packages, split on purpose
[ -z "$missing" ] || get $missing || echo "Could not get:$missing"

step "checks" make --no-print-directory check
if is_there chromium; then
    step "tests on SQLite, and journeys in a browser" $bin/pytest -q -n 2 --dist worksteal
else
    not_run="$not_run
  - every browser journey: Chromium is missing. Mend: apt-get install chromium"
    step "tests on SQLite" $bin/pytest -q -n 2 --dist worksteal -m "not browser"
fi
if is_there postgresql; then
    # How a page looks is the same on any database: of the journeys, those that write much or are killed. What the
    # walks over every page find is in the pages.
    step "the database's tests on PostgreSQL" $bin/python tests/postgres.py \
        $bin/pytest -q -n 2 --dist worksteal -m "not browser or both_databases" \
        --ignore tests/leaks --ignore tests/web --ignore tests/repository --ignore tests/doctor
else
    not_run="$not_run
  - every test on PostgreSQL: it is missing. Mend: apt-get install postgresql"
fi

echo
if [ -n "$failed" ]; then echo "FAILED:$failed"; fi
if [ -n "$not_run" ]; then
    echo "=========================================================================="
    echo "NOT RUN, so not known to work:$not_run"
    echo "=========================================================================="
    [ "${CI:-}" != true ] || failed="$failed (not run)"
fi
[ -z "$failed" ] || exit 1
echo "All passed."
