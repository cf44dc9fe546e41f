#!/usr/bin/env bash
# Tells whether the blocks of the repository's Markdown files are current.
#
# In: RACKBOOK, the program. Out: the difference in the log and in the summary; exit status 1 where
# there is one.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

difference=$RUNNER_TEMP/rackbook-readme.diff
status=0
"$RACKBOOK" readme "${arguments[@]}" --check >"$difference" || status=$?
cat "$difference"
if [ "$status" -eq 1 ]; then
    {
        # shellcheck disable=SC2016 # the backticks are Markdown's
        printf '### Blocks that are not current\n\nRun `rackbook readme`, and commit what it writes.\n\n'
        # More tildes than a line of a Markdown file is likely to begin with.
        printf '~~~~~~~~diff\n'
        cat "$difference"
        printf '~~~~~~~~\n\n'
    } | summary
fi
exit "$status"
