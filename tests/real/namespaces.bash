# Namespaces for real software: files, cables, waiting. Sourced by world.bash and by the lab's.
# Expects: out (where logs and results go), tools, run, gateway, gateway_mac; real: this directory.

skip() { printf 'NO REAL EXCHANGE WAS MADE: %s\n' "$*" >skipped; exit 77; }

# What the homes and servers see of the machine: its programs and ours, and nothing of its state.
private_files() {
  if [[ -d $tools/usr ]]; then
    mount -t overlay overlay -o "lowerdir=$tools/usr:/usr" /usr || skip "overlay mounts are not possible here"
  fi
  local clients_source
  clients_source=$(<"$real/clients.py")  # read before anything can cover it
  mount -t tmpfs tmpfs /run
  mkdir -p $run/etc /run/sshd /run/netns
  chmod 755 $run
  printf '%s\n' "$clients_source" >$run/clients.py
  account_files
  mount -t overlay overlay -o "lowerdir=$run/etc:/etc" /etc || skip "overlay mounts are not possible here"
  mount -t tmpfs tmpfs /var
  mkdir -p /var/{run,spool,tmp,log,lib/opensmtpd/empty,lib/nginx,log/nginx,empty,www}
  chmod 711 /var/lib/opensmtpd/empty
}

within() { local name=$1; shift; nsenter --net=/run/netns/"$name" "$@"; }

# join NAMESPACE INTERFACE-HERE MAC ADDRESS: a cable between the router and a new namespace, whose end there is "line".
# Offloads are off at both ends, so that checksums and segments are as on a wire.
join() {
  local name=$1 here_name=$2 mac=$3 address=$4
  ip netns add "$name"
  ip -batch - <<BATCH
link add $here_name address $gateway_mac type veth peer name line address $mac netns $name
link set $here_name addrgenmode none up
BATCH
  ip -n "$name" -batch - <<BATCH
link set lo up
link set line addrgenmode none up
address add $address/32 dev line
route add default via $gateway dev line onlink
BATCH
  ethtool -K "$here_name" tx off rx off gso off tso off gro off >/dev/null
  within "$name" ethtool -K line tx off rx off gso off tso off gro off >/dev/null
}

mac_of() { printf '02:00:00:00:64:%02x' "$1"; }

# until_true SECONDS COMMAND...
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" 2>/dev/null; do
    ((SECONDS < end)) || { echo "waited in vain for: $*"; return 1; }
    sleep 0.1
  done
}
