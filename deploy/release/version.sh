#!/usr/bin/env bash
# Fails unless a tag names the version of Cargo.toml, which the changelog has an entry for.
#
#   deploy/release/version.sh v0.1.0
set -euo pipefail
tag=$1
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
if [ "$tag" != "v$version" ]; then
    echo "error: the tag is $tag, and Cargo.toml has $version" >&2
    exit 1
fi
if ! grep -q "^## $version – 20" CHANGELOG.md; then
    echo "error: CHANGELOG.md has no entry for $version with its date" >&2
    exit 1
fi
