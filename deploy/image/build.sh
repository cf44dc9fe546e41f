#!/usr/bin/env bash
# Builds the container image as an OCI archive with buildah: without a daemon, and without root
# where user namespaces are allowed. The same program gives the same bytes.
#
#   deploy/image/build.sh PROGRAM OUT.tar [ARCHITECTURE]
#
# PROGRAM is a static binary, as `cargo build --release --config deploy/static.toml` links it.
# ARCHITECTURE is that of the program as OCI names it: amd64 (the default) or arm64.
set -euo pipefail
program=$1 out=$2 architecture=${3:-amd64}
here=$(cd "$(dirname "$0")" && pwd)

certificates=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
[ -s "$certificates" ] || {
    echo "error: there are no certificates at $certificates: install ca-certificates" >&2
    exit 1
}
# A program that needs an interpreter does not start in an empty image.
if readelf --program-headers "$program" 2>/dev/null | grep -q INTERP; then
    echo "error: $program is linked dynamically: build it with --config deploy/static.toml" >&2
    exit 1
fi

work=$(mktemp -d)
# Folders of buildah may be read-only.
trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT
mkdir -p "$work/context/config"
install -m 0755 "$program" "$work/context/rackbook"
install -m 0644 "$certificates" "$work/context/ca-certificates.crt"

# Nothing is run in the image, so a chroot is all the isolation that is needed.
buildah() {
    BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs \
        command buildah --root "$work/storage" --runroot "$work/run" "$@"
}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/../../Cargo.toml" | head -n 1)
buildah build --quiet --timestamp "${SOURCE_DATE_EPOCH:-0}" --arch "$architecture" --os linux \
    --label org.opencontainers.image.title=rackbook \
    --label org.opencontainers.image.licenses=MIT \
    --label org.opencontainers.image.source=https://github.com/rackbook/rackbook \
    --label "org.opencontainers.image.version=$version" \
    --file "$here/Containerfile" --tag rackbook "$work/context" >/dev/null
buildah push --quiet rackbook "oci:$work/layout:$version"
tar --sort=name --mtime="@${SOURCE_DATE_EPOCH:-0}" --owner=0 --group=0 --numeric-owner --format=gnu \
    -cf "$out" -C "$work/layout" blobs index.json oci-layout

echo "wrote $out: $(stat -c %s "$out") bytes packed; the program has $(stat -c %s "$program") bytes"
