#!/usr/bin/env bash
# Packs a program with its licence, completions and manual pages.
#
#   deploy/release/archive.sh PROGRAM OUT.tar.gz
#
# The program runs here, as it knows its completions and manual pages itself. The same program gives
# the same bytes where tar is GNU's.
set -euo pipefail
program=$1 out=$2
root=$(cd "$(dirname "$0")/../.." && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/completions"
install -m 0755 "$program" "$work/rackbook"
install -m 0644 "$root/LICENSE" "$root/README.md" "$work"
"$work/rackbook" manual --out "$work/man" >/dev/null
"$work/rackbook" completions bash >"$work/completions/rackbook.bash"
"$work/rackbook" completions fish >"$work/completions/rackbook.fish"
"$work/rackbook" completions zsh >"$work/completions/_rackbook"

flags=(--uid 0 --gid 0)
if tar --version | grep -q GNU; then
    flags=(--sort=name "--mtime=@${SOURCE_DATE_EPOCH:-0}" --owner=0 --group=0 --numeric-owner --format=gnu)
fi
tar "${flags[@]}" -cf - -C "$work" LICENSE README.md completions man rackbook | gzip -9n >"$out"
echo "wrote $out: $(wc -c <"$out" | tr -d ' ') bytes"
