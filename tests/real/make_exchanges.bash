#!/usr/bin/env bash
# Exchanges by real software, made fresh: OUT/NAME.pcap (nanoseconds, full frames, taken between one home and the rest
# of the world) and OUT/NAME.json (whose it is and what it is), one pair for each behaviour in behaviours.bash.
#
#   make_exchanges.bash OUT TOOLS [NAME...]     only those named, default: all
#
# TOOLS is where ./lazaret unpacked the Debian packages of `packages_for real`: they are laid over /usr inside a mount
# namespace of their own, so that no server is installed, no account made and no service started on this machine. All
# traffic stays in network namespaces without a way out. Whatever happens, the kernel cleans up: every process lives in
# one PID namespace that ends with this script, and the namespaces and mounts end with their last process.
#
# Exit codes: 0 all made; 77 cannot be made here, the reason is in OUT/skipped; 1 failed, the logs are in OUT/log.
set -euo pipefail
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly at_most_s=170

skip() {  # the words are those that ./lazaret test looks for
  printf '%s\n' "$*" >"$out/skipped"
  printf 'make_exchanges.bash: Skipped\n%s\n' "$*"
  exit 77
}

[[ $# -ge 2 ]] || { echo "usage: make_exchanges.bash OUT TOOLS [NAME...]" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
tools=$(realpath -m "$2")
shift 2
rm -rf "$out"/{log,skipped} "$out"/*.pcap "$out"/*.json
mkdir "$out/log"

((EUID == 0)) || skip "NO REAL EXCHANGE WAS MADE: network namespaces need root"
unshare --net --mount --pid --fork true 2>/dev/null ||
  skip "NO REAL EXCHANGE WAS MADE: this machine allows no namespaces (unshare failed)"
missing=()
for program in tcpdump ethtool nmap nping unbound smtpd sshd ssh sshpass vsftpd telnetd iodine iodined chronyd nginx \
  openssl curl gnutls-cli ifconfig python3; do
  [[ -x $tools/usr/bin/$program || -x $tools/usr/sbin/$program || -x /usr/bin/$program || -x /usr/sbin/$program ]] ||
    missing+=("$program")
done
((${#missing[@]} == 0)) ||
  skip "NO REAL EXCHANGE WAS MADE: ./lazaret test unpacks the programs that are missing: ${missing[*]}"

began=$SECONDS
trap 'kill -KILL "${inside:-}" 2>/dev/null; exit 130' INT TERM HUP
# The inner script is the namespace's first process: when it ends, or this one is killed, all others go with it.
setpriv --pdeathsig KILL unshare --net --mount --propagation private --pid --fork --kill-child --mount-proc --ipc --uts \
  timeout --foreground --kill-after 2 "$at_most_s" bash "$here/world.bash" "$out" "$tools" "$@" \
  </dev/null >"$out/log/world" 2>&1 &
inside=$!
code=0
wait "$inside" || code=$?
if [[ -s $out/skipped ]]; then skip "$(<"$out/skipped")"; fi
if ((code)); then
  tail -n 40 "$out/log/world" >&2
  echo "make_exchanges.bash: failed ($code); the logs are in $out/log" >&2
  exit 1
fi
echo "made $(ls "$out"/*.pcap | wc -l) exchanges in $((SECONDS - began)) s"
