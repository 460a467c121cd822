#!/usr/bin/env bash
# The lab's world in namespaces of its own, until it ends: make_world.bash OUT TOOLS BINARIES story|hold
#
# OUT gets steps.json, pictures and log/. TOOLS is where ./lazaret unpacked the servers (`packages_for real`), BINARIES
# where lazaretd, lazaret-portal and lazaret-ctl are. story: tells it and ends; hold: stays, once OUT/ready is there.
# Every process lives in one PID namespace that ends with this one; namespaces and mounts end with their last process.
#
# Exit codes: 0 all steps as they should be; 1 not, or the world was not built (OUT/log); 77 not possible here, and why.
set -euo pipefail
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly at_most_s=170

skip() {  # the words are those that ./lazaret test looks for
  printf 'make_world.bash: Skipped\nTHE LAB WAS NOT RUN: %s\n' "$*"
  exit 77
}

[[ $# -eq 4 && $4 =~ ^(story|hold)$ ]] || { echo "usage: make_world.bash OUT TOOLS BINARIES story|hold" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd) tools=$(realpath -m "$2") binaries=$3 then=$4
rm -rf "$out"/{bin,log,state,ready,skipped,steps.json} "$out"/*.png
mkdir -p "$out"/{bin/real,log}

((EUID == 0)) || skip "network namespaces need root"
unshare --net --mount --pid --fork true 2>/dev/null || skip "this machine allows no namespaces (unshare failed)"
missing=()
for program in ethtool unbound smtpd nginx openssl curl dovecot python3; do
  [[ -x $tools/usr/bin/$program || -x $tools/usr/sbin/$program || -x /usr/bin/$program || -x /usr/sbin/$program ]] ||
    missing+=("$program")
done
((${#missing[@]} == 0)) || skip "./lazaret lab and ./lazaret test unpack the programs that are missing: ${missing[*]}"

# Copies: what they are copies of may be covered within.
cp "$binaries"/{lazaretd,lazaret-portal,lazaret-ctl} "$here"/{story,browser}.py "$out/bin/"
cp "$here"/../real/{namespaces.bash,servers.bash,clients.py} "$out/bin/real/"
limit=(timeout --foreground --kill-after 2 $at_most_s)
[[ $then == story ]] || limit=()
exec setpriv --pdeathsig KILL unshare --net --mount --propagation private --pid --fork --kill-child --mount-proc --ipc \
  --uts "${limit[@]}" bash "$here/world.bash" "$out" "$tools" "$then" </dev/null
