#!/usr/bin/env bash
# Downloads the program of a release and holds its checksum against that of the release.
#
# In: RACKBOOK_VERSION, or the version of the action where it is empty; RACKBOOK_CHECKSUM, which
# wins over the release's own; RACKBOOK_BINARY, to download nothing. Out: the output `binary`.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/lib.sh"

if [ -n "${RACKBOOK_BINARY:-}" ]; then
    [ -x "$RACKBOOK_BINARY" ] || fail "there is no program \`$RACKBOOK_BINARY\`"
    output binary "$(cd "$(dirname "$RACKBOOK_BINARY")" && pwd)/$(basename "$RACKBOOK_BINARY")"
    exit 0
fi

case "$RUNNER_OS-$RUNNER_ARCH" in
    Linux-X64) name=rackbook-x86_64-linux ;;
    Linux-ARM64) name=rackbook-aarch64-linux ;;
    macOS-X64) name=rackbook-x86_64-macos ;;
    macOS-ARM64) name=rackbook-aarch64-macos ;;
    *) fail "no release has a program for $RUNNER_OS on $RUNNER_ARCH: build it with \`cargo install\`, and name it with \`binary\`" ;;
esac

version=${RACKBOOK_VERSION:-}
if [ -z "$version" ]; then
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/../../Cargo.toml" | head -n 1)
fi
version=${version#v}
case "$version" in
    '' | *[!0-9A-Za-z.+-]*) fail "\`$version\` is not a version" ;;
esac

from=${RACKBOOK_RELEASES:-https://github.com/rackbook/rackbook/releases/download}/v$version
folder=$RUNNER_TEMP/rackbook-$version
mkdir -p "$folder"
get() {
    # Nothing but what was asked for, and no step back to plain HTTP on the way.
    curl --proto '=https,file' --proto-redir '=https' --fail --silent --show-error --location \
        --retry 3 --output "$folder/$1" "$from/$1" || fail "cannot download $from/$1"
}
get "$name.tar.gz"

expected=${RACKBOOK_CHECKSUM:-}
if [ -z "$expected" ]; then
    get SHA256SUMS
    expected=$(sed -n "s/^\([0-9a-f]\{64\}\)  $name\.tar\.gz\$/\1/p" "$folder/SHA256SUMS")
    [ -n "$expected" ] || fail "SHA256SUMS of $version does not name $name.tar.gz"
fi
if command -v sha256sum >/dev/null; then
    found=$(sha256sum <"$folder/$name.tar.gz")
else
    found=$(shasum -a 256 <"$folder/$name.tar.gz")
fi
found=${found%% *}
if [ "$found" != "$expected" ]; then
    rm -f "$folder/$name.tar.gz"
    fail "the checksum of $name.tar.gz is $found, and should be $expected"
fi

tar -xzf "$folder/$name.tar.gz" -C "$folder" rackbook
"$folder/rackbook" --version
output binary "$folder/rackbook"
