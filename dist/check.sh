#!/usr/bin/env bash
# Runs `portcullis check` for the action. Each input is one argument, or one a line; none is split at blanks or
# expanded, and what begins with a dash is still a value. The exit code of the program is the exit code of the step.
#
#   PORTCULLIS            the program
#   INPUT_POLICY … INPUT_ROOT, INPUT_WORKING_DIRECTORY   one value each; empty is left out
#   INPUT_OUTPUTS, INPUT_ARGS, INPUT_PATHS               one value a line; empty lines are left out
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=dist/lib.sh
. "$here/lib.sh"

program=${PORTCULLIS:?is the program to run}
arguments=(check)

one() { # OPTION VALUE
  if [ -n "$2" ]; then
    arguments+=("$1=$2")
  fi
}

lines() { # PREFIX TEXT
  local line
  while IFS= read -r line; do
    if [ -n "$line" ]; then
      arguments+=("$1$line")
    fi
  done <<<"$2"
}

one --policy "${INPUT_POLICY:-}"
one --policy-base "${INPUT_POLICY_BASE:-}"
one --profile "${INPUT_PROFILE:-}"
one --diff-base "${INPUT_DIFF_BASE:-}"
one --baseline "${INPUT_BASELINE:-}"
one --root "${INPUT_ROOT:-}"
lines --output= "${INPUT_OUTPUTS:-}"
lines '' "${INPUT_ARGS:-}"
arguments+=(--)
lines '' "${INPUT_PATHS:-}"

# `cd -` would go elsewhere, and CDPATH too.
unset CDPATH
case ${INPUT_WORKING_DIRECTORY:-.} in
  -*) cd -- "./$INPUT_WORKING_DIRECTORY" ;;
  *) cd -- "${INPUT_WORKING_DIRECTORY:-.}" ;;
esac || die "there is no such working-directory"

code=0
"$program" "${arguments[@]}" || code=$?
case $code in
  0 | 1 | 2 | 3) ;;
  *) note "ended with $code, which is no verdict: the gate is shut" ;;
esac
# On GitHub the program sets verdict and figures itself; where nothing was judged there is this alone.
printf 'exit-code=%s\n' "$code" >>"${GITHUB_OUTPUT:?is set by the runner}"
exit "$code"
