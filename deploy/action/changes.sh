#!/usr/bin/env bash
# Says in the summary what a pull request changes in the cluster.
#
# In: RACKBOOK, the program; RACKBOOK_BASE, the commit that the pull request is to go onto. Without
# the history between the two, it says so and goes on.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

folder=${RACKBOOK_PATH:-.}
if ! has_commit "$folder" "$RACKBOOK_BASE" || ! git -C "$folder" merge-base "$RACKBOOK_BASE" HEAD >/dev/null 2>&1; then
    # shellcheck disable=SC2016 # the backticks are Markdown's
    notice 'what this changes is not told: give actions/checkout `fetch-depth: 0`'
    exit 0
fi
changes=$RUNNER_TEMP/rackbook-changes.md
"$RACKBOOK" diff "${arguments[@]}" "$RACKBOOK_BASE...HEAD" --format markdown >"$changes"
{
    printf '### What this pull request changes in the handbook\n\n'
    cat "$changes"
    printf '\n'
} | summary
cat "$changes"
