#!/usr/bin/env bash
# Builds the handbook, and refuses what GitHub Pages would.
#
# In: RACKBOOK, the program; RACKBOOK_OUT, the folder to write; RACKBOOK_BASE_URL, where the
# handbook will be. Out: the outputs `path` and `pages`.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

out=${RACKBOOK_OUT:-$RUNNER_TEMP/rackbook-site}
url=${RACKBOOK_BASE_URL:-}
url=${url%/}
settings=${RACKBOOK_PATH:-.}/site/site.yaml

# An address of your own in the settings wins. Otherwise the one at hand is lent to them for as long
# as the build takes.
give_back() { :; }
trap 'give_back' EXIT
if [ -n "$url" ] && ! grep -q '^url:' "$settings" 2>/dev/null; then
    case "$url" in
        *[!A-Za-z0-9:/._~%-]*) fail "\`$url\` is not the address of a site" ;;
    esac
    if [ -e "$settings" ]; then
        cp -p "$settings" "$RUNNER_TEMP/rackbook-site.yaml"
        give_back() { mv -f "$RUNNER_TEMP/rackbook-site.yaml" "$settings"; }
        printf '\nurl: %s\n' "$url" >>"$settings"
    else
        mkdir -p "$(dirname "$settings")"
        give_back() {
            rm -f "$settings"
            rmdir "$(dirname "$settings")" 2>/dev/null || true
        }
        printf 'url: %s\n' "$url" >"$settings"
    fi
fi

"$RACKBOOK" build "${arguments[@]}" --out "$out"
out=$(cd "$out" && pwd)

# https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits
odd=$(find "$out" ! -type f ! -type d -print | head -n 1)
[ -z "$odd" ] || fail "\`$odd\` is neither a file nor a folder, which GitHub Pages refuses"
kilobytes=$(du -sk "$out" | cut -f 1)
[ "$kilobytes" -lt 1000000 ] || fail "the handbook has $kilobytes kB, and GitHub Pages takes 1 GB"

pages=$(find "$out" -type f -name '*.html' | wc -l | tr -d ' ')
output path "$out"
output pages "$pages"
summary <<TABLE
### Handbook

| pages | files | size |
|--:|--:|--:|
| $pages | $(find "$out" -type f | wc -l | tr -d ' ') | $kilobytes kB |

TABLE
