#!/usr/bin/env bash
# Starts the badge server from its image as a user without privileges, in the image's own file system
# and with nothing to write to; asks it, changes its configuration, and ends it.
#
#   deploy/check/image.sh IMAGE.tar
#
# Needs bubblewrap, curl and python3. Nothing but the loopback address is used.
set -euo pipefail
image=$(realpath "$1")
for needed in bwrap curl python3; do
    if ! command -v "$needed" >/dev/null; then
        echo "skipped: $needed is not installed; the image is not started"
        exit 0
    fi
done
if ! bwrap --unshare-user --uid 65532 --ro-bind / / true 2>/dev/null; then
    echo 'skipped: bwrap may not make namespaces here; the image is not started'
    exit 0
fi

work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; chmod -R u+w "$work"; rm -rf "$work"' EXIT
# Unpacks the layers, and tells what the image starts and as whom.
python3 - "$image" "$work" <<'PYTHON'
import json, pathlib, sys, tarfile

image, work = tarfile.open(sys.argv[1]), pathlib.Path(sys.argv[2])
blob = lambda digest: image.extractfile("blobs/" + digest.replace(":", "/"))
index = json.load(image.extractfile("index.json"))
manifest = json.load(blob(index["manifests"][0]["digest"]))
config = json.load(blob(manifest["config"]["digest"]))["config"]
assert config["User"] == "65532:65532", config
(work / "command").write_text("\n".join(config["Entrypoint"] + config["Cmd"]))
files = []
for layer in manifest["layers"]:
    with tarfile.open(fileobj=blob(layer["digest"]), mode="r:*") as packed:
        packed.extractall(work / "root")
        files += [(one.name, one.size) for one in packed if one.isfile()]
packed = sum(layer["size"] for layer in manifest["layers"])
print(f"{packed / 1e6:.1f} MB packed, {sum(size for _, size in files) / 1e6:.1f} MB unpacked, {len(files)} files")
assert {name for name, _ in files} == {"rackbook", "etc/ssl/certs/ca-certificates.crt"}, files
PYTHON
mapfile -t command <"$work/command"

# A configuration as the kubelet mounts it: a folder whose files are links to what is swapped.
configure() {
    mkdir -p "$work/config/..$1"
    printf 'badges:\n  - {id: %s, source: facts, query: nodes}\n' "$1" >"$work/config/..$1/config.yaml"
    ln -sfn "..$1" "$work/config/..new"
    mv -T "$work/config/..new" "$work/config/..data"
}
configure one
ln -s ..data/config.yaml "$work/config/config.yaml"
chmod 755 "$work" "$work/root"

# A real change of user where root can make it; a user without privileges is one already.
as=()
if [ "$(id -u)" -eq 0 ]; then
    as=(setpriv --reuid 65532 --regid 65532 --clear-groups --no-new-privs)
fi
"${as[@]}" bwrap --unshare-user --uid 65532 --gid 65532 --unshare-ipc --unshare-uts --die-with-parent \
    --ro-bind "$work/root" / --ro-bind "$work/config" /config --clearenv \
    --setenv KROMGO_SERVER_HOST 127.0.0.1 --setenv KROMGO_SERVER_PORT 0 \
    --setenv KROMGO_METRICS_ENABLED false -- "${command[@]}" 2>"$work/log" &
server=$!

# Waits for a line of the log.
wait_for() {
    for _ in $(seq 300); do
        if grep -q "$1" "$work/log"; then return 0; fi
        sleep 0.1
    done
    echo "error: the log does not say $1:" >&2
    cat "$work/log" >&2
    exit 1
}
wait_for 'serving badges'
address=$(sed -n 's/.*"address":"\([^"]*\)".*/\1/p' "$work/log" | head -n 1)
get() { curl --silent --output /dev/null --write-out '%{http_code}' "http://$address$1"; }
same() { [ "$1" = "$2" ] || { echo "error: $3 gives $1 and not $2" >&2; exit 1; }; }

same "$(get /readyz)" 200 /readyz
same "$(get /badges/one)" 200 /badges/one
configure two
wait_for 'the configuration is loaded'
same "$(get /badges/two)" 200 /badges/two
same "$(get '/badges/one?format=json')" 404 /badges/one

# The program is the child of bwrap, or bwrap itself.
program=$(cat "/proc/$server/task/$server/children")
program=${program%% *}
user=$(id -u)
if [ "$user" -eq 0 ]; then user=65532; fi
same "$(sed -n 's/^Uid:\t\([0-9]*\).*/\1/p' "/proc/${program:-$server}/status")" "$user" 'its user'
kill -TERM "${program:-$server}"
status=0
wait "$server" || status=$?
same "$status" 0 'its end'
wait_for 'ending after the requests under way'
echo 'the image starts, answers, reloads and stops, without privileges and with nothing to write to'
