#!/usr/bin/env bash
# Resolve runtime.in and dev.in anew (`--upgrade` renews what they leave open). Needs uv.
# The locks hold for every Python from 3.11 on and for every system. They keep extras, because pip takes `name[extra]`
# for another requirement than a pinned `name`, and refuses the lock as soon as a newer version of it comes out.
set -euo pipefail
cd "$(dirname "$0")"

lock() {
    uv pip compile "$1.in" --output-file "$1.lock" --quiet --no-config --no-annotate \
        --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links \
        --custom-compile-command "requirements/lock.sh" "${@:2}"
}

lock runtime "$@"
lock dev --constraint runtime.lock "$@"
