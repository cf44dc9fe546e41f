#!/usr/bin/env bash
# Marks findings on the lines of a pull request, and counts them in the summary.
#
# In: RACKBOOK, the program; RACKBOOK_STRICT, whether warnings fail the step. Out: the output
# `warnings`; exit status 1 where a finding is as bad as that.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

level=error
if is_true "${RACKBOOK_STRICT:-false}"; then level=warning; fi

report=$RUNNER_TEMP/rackbook-check.json
status=0
"$RACKBOOK" check "${arguments[@]}" --format json --fail-on "$level" >"$report" || status=$?
[ "$status" -le 1 ] || fail 'the repository could not be read; the log says why'
# The counts stand at the head of the report, on a line each.
count() { sed -n "1,8s/^ *\"$1\": \([0-9]*\),\{0,1\}\$/\1/p" "$report"; }
output warnings "$(count warning)"

# The same once more, as marks on lines; its exit status is known already.
"$RACKBOOK" check "${arguments[@]}" --format github 2>/dev/null || true

summary <<TABLE
### Findings

| errors | warnings | notes | acknowledged |
|--:|--:|--:|--:|
| $(count error) | $(count warning) | $(count note) | $(count acknowledged) |

TABLE
exit "$status"
