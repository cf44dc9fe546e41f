# shellcheck shell=bash
# What the steps of the action share. Sourced, never run.
#
# A step takes its inputs from variables, as text that is put into a script could be a command. It
# runs on the bash of Linux and of macOS, which is 3.2.

# Says something on the page of the run.
notice() { printf '::notice title=rackbook::%s\n' "$*"; }

# Ends the step with a reason.
fail() {
    printf '::error title=rackbook::%s\n' "$*"
    exit 2
}

# Sets an output of the step.
output() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }

# Adds standard input to the summary of the run, which takes 1 MiB from a step.
summary() {
    local limit=900000 text=$RUNNER_TEMP/rackbook-summary.md
    cat >"$text"
    head -c "$limit" "$text" >>"$GITHUB_STEP_SUMMARY"
    if [ "$(wc -c <"$text")" -gt "$limit" ]; then
        printf '\n\nThe rest is left out: a summary has a limit.\n' >>"$GITHUB_STEP_SUMMARY"
    fi
}

is_true() { [ "$1" = true ]; }

# Whether a folder has a revision.
has_commit() { git -C "$1" cat-file -e "$2^{commit}" 2>/dev/null; }

# The arguments that every command takes: where to look, and one more in each line of an input. The
# checkout at hand is not named, so that `repo:` in its settings counts.
arguments=(--color never)
if [ "${RACKBOOK_PATH:-.}" != . ] || [ ! -e .git ]; then
    arguments+=(--repo "${RACKBOOK_PATH:-.}")
fi
while IFS= read -r line; do
    if [ -n "$line" ]; then
        arguments+=("$line")
    fi
done <<<"${RACKBOOK_ARGUMENTS:-}"
