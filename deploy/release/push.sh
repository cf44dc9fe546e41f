#!/usr/bin/env bash
# Pushes the image for all architectures, and the chart.
#
#   deploy/release/push.sh v0.1.0 FOLDER
#
# FOLDER has image-amd64.tar and image-arm64.tar. In: REGISTRY_USER and REGISTRY_PASSWORD. Out: the
# output `digest` of the image. Tools are buildah and helm, which GitHub's runners have.
set -euo pipefail
version=${1#v} folder=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
registry=ghcr.io image=ghcr.io/rackbook/rackbook

buildah login --username "$REGISTRY_USER" --password-stdin "$registry" <<<"$REGISTRY_PASSWORD"
buildah manifest create rackbook
for architecture in amd64 arm64; do
    buildah manifest add rackbook "oci-archive:$folder/image-$architecture.tar"
done
digest=$(mktemp)
buildah manifest push --all --digestfile "$digest" rackbook "docker://$image:$version"
printf 'digest=%s\n' "$(cat "$digest")" >>"$GITHUB_OUTPUT"

helm registry login --username "$REGISTRY_USER" --password-stdin "$registry" <<<"$REGISTRY_PASSWORD"
helm package "$root/deploy/chart" --destination "$folder"
helm push "$folder/rackbook-$version.tgz" "oci://$registry/rackbook/charts"
