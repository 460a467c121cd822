# The world of the exchanges, run by make_exchanges.bash inside namespaces of its own: homes, a router where everything
# is captured, the ISP's own servers, and an Internet of servers. Then it lets all behaviours happen at once.
#
#   home 198.51.100.N --- router (this network namespace; tcpdump on the home's side) --- isp    192.0.2.0/24
#                                                                                    \--- world  198.18.0.0/16
# 198.19.0.0/17 is silent; 198.19.128.0/17 answers "host unreachable", as seldom as routers do. In 198.18.0.0/16 every address is the world's,
# and ports without a server answer with a reset.
set -euo pipefail
out=$1 tools=$2
shift 2
wanted=("$@")
real=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$real/namespaces.bash"
source "$real/servers.bash"
source "$real/behaviours.bash"
cd "$out"  # stays reachable when something is mounted over its path
readonly run=/run/lazaret resolver=192.0.2.53 relay=192.0.2.25 clock=192.0.2.123 gateway=198.51.100.254
readonly gateway_mac=02:00:00:00:00:fe
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1 HOME=/run/lazaret PATH=/usr/sbin:/usr/bin:/sbin:/bin
unset LD_LIBRARY_PATH LD_PRELOAD

network() {
  hostname world
  ip link set lo up
  ip address add $gateway/32 dev lo
  sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 \
    net.ipv4.conf.default.rp_filter=0
  join isp isp 02:00:00:00:01:01 10.255.0.1
  join world world 02:00:00:00:02:01 10.255.0.2
  ip -n isp -batch - <<BATCH
address add $resolver/32 dev lo
address add $relay/32 dev lo
address add $clock/32 dev lo
BATCH
  ip -n world route add local 198.18.0.0/16 dev lo
  ip -batch - <<'BATCH'
route add 10.255.0.1 dev isp
route add 10.255.0.2 dev world
route add 192.0.2.0/24 via 10.255.0.1
route add 198.18.0.0/16 via 10.255.0.2
route add blackhole 198.19.0.0/17
route add unreachable 198.19.128.0/17
BATCH
}

# home NUMBER NAME: the namespace NAME with address 198.51.100.NUMBER, captured into NAME.pcap.
home() {
  local number=$1 name=$2 own=198.51.100.$1
  # The flood's address belongs to a program with raw sockets; the kernel must not reset what it did not open.
  [[ $name == syn_flood ]] && own=10.0.0.2
  join "$name" "home$number" "$(mac_of "$number")" "$own"
  ip -batch - <<BATCH
route add 198.51.100.$number dev home$number
neighbour add 198.51.100.$number lladdr $(mac_of "$number") dev home$number nud permanent
BATCH
  tcpdump -i "home$number" -Z root -n -s 0 -B 8192 --time-stamp-precision=nano -w "$name.pcap" 2>"log/$name.tcpdump" &
  tcpdumps+=($!)
}
# caught_up PID LOG: that tcpdump has written all that it was given.
caught_up() {
  kill -USR1 "$1"
  sleep 0.05
  [[ $(tail -n 1 "$2") =~ ([0-9]+)\ packets\ captured,\ ([0-9]+) && ${BASH_REMATCH[1]} -eq ${BASH_REMATCH[2]} ]]
}

# sidecar NUMBER NAME KIND COUNT WORDS
sidecar() {
  printf '{"name": "%s", "subscriber": "198.51.100.%d", "mac": "%s", "kind": "%s", "count": %d, "behaviour": "%s"}\n' \
    "$2" "$1" "$(mac_of "$1")" "$3" "$4" "$5" >"$2.json"
}

main() {
  private_files
  network
  servers
  local number=0 name kind count words tcpdumps=() jobs=() names=() numbers=() failed=0 i
  while IFS='|' read -r name kind count words; do
    number=$((number + 1))
    [[ ${#wanted[@]} -eq 0 || " ${wanted[*]} " == *" $name "* ]] || continue
    home $number "$name"
    numbers+=($number)
    names+=("$name")
    sidecar $number "$name" "$kind" "$count" "$words"
  done < <(behaviours)
  servers_ready
  for name in "${names[@]}"; do until_true 30 grep -q 'listening on' "log/$name.tcpdump"; done
  echo "ready after $SECONDS s"
  for i in "${!names[@]}"; do
    name=${names[i]}
    (
      number=${numbers[i]} address=198.51.100.${numbers[i]} began=$SECONDS
      "behave_$name" >"log/$name" 2>&1
      echo "$name took $((SECONDS - began)) s"
    ) &
    jobs+=($!)
  done
  for i in "${!jobs[@]}"; do
    wait "${jobs[i]}" || { failed=1; echo "${names[i]} failed:"; tail -n 8 "log/${names[i]}"; }
  done
  sleep 0.5  # what is still on its way
  for i in "${!names[@]}"; do until_true 20 caught_up "${tcpdumps[i]}" "log/${names[i]}.tcpdump"; done
  kill -INT "${tcpdumps[@]}"
  wait "${tcpdumps[@]}" || true
  for name in "${names[@]}"; do
    grep -q '^0 packets dropped by kernel' "log/$name.tcpdump" || { echo "$name: the capture lost packets"; failed=1; }
  done
  return $failed
}

main
