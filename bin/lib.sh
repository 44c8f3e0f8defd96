# SPDX-License-Identifier: AGPL-3.0-or-later
# Shared by the scripts of this folder; they source it from the top of the repository.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# quietly LABEL LOG COMMAND... : runs the command with its output in LOG and shows that time passes;
# on failure it prints the end of the log and returns the command's exit code.
quietly() {
  local label=$1 log=$2 seconds=0 code=0
  shift 2
  printf '%s ' "$label"
  "$@" >"$log" 2>&1 </dev/null &
  local child=$!
  # A stop that reaches this script must not leave the command behind.
  trap 'kill "$child" 2>/dev/null; exit 143' TERM INT
  while kill -0 "$child" 2>/dev/null; do
    sleep 1
    seconds=$((seconds + 1))
    if [ $((seconds % 3)) -eq 0 ]; then printf '.'; fi
  done
  wait "$child" || code=$?
  trap - TERM INT
  if [ "$code" -eq 0 ]; then
    say " done (${seconds} s)"
  else
    say " failed"
    tail -n 40 "$log" >&2
  fi
  return "$code"
}

# works PYTHON [MINOR]: true when this interpreter runs, is 3.MINOR (11) or newer and can make environments.
works() {
  "$1" -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, ${2:-11}))" >/dev/null 2>&1
}
