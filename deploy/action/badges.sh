#!/usr/bin/env bash
# Writes the badges and graphs as files into the handbook, with the values of now.
#
# In: RACKBOOK, the program; RACKBOOK_SITE, the handbook. A Prometheus that does not answer leaves
# its badges out, and fails nothing.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

status=0
"$RACKBOOK" badges render "${arguments[@]}" --out "$RACKBOOK_SITE" || status=$?
case "$status" in
    0) ;;
    1) notice 'some badges could not be had; the log says which' ;;
    *) fail 'no badge could be written; the log says why' ;;
esac
