# The lab's world, run by lab.bash inside namespaces of its own: two homes in one street, lazaretd in line before the
# router, the portal in its garden, the ISP's own servers, and an Internet of servers.
#
#   home1 198.51.100.1 \                                             / isp    192.0.2.0/24
#                       street === [ lazaretd ] === router (here) --+-- world  198.18.0.0/16
#   home2 198.51.100.2 /                |                            \
#                                       +------ portal 192.0.2.200 ---+
set -euo pipefail
out=$1 tools=$2 then=$3  # then: story, or hold
cd "$out"
real=bin/real
source $real/namespaces.bash
source $real/servers.bash
readonly run=/run/lazaret resolver=192.0.2.53 relay=192.0.2.25 gateway=198.51.100.254
readonly gateway_mac=02:00:00:00:00:fe garden_mac=02:00:00:00:03:02 pop=192.0.2.110 voice=198.18.60.60 portal=192.0.2.200
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1 HOME=/run/lazaret PATH=/usr/sbin:/usr/bin:/sbin:/bin
unset LD_LIBRARY_PATH LD_PRELOAD

# cable DEVICE NAMESPACE DEVICE NAMESPACE: without offloads, and quiet.
cable() {
  ip link add "$1" netns "$2" type veth peer "$3" netns "$4"
  local device space
  for device in "$1 $2" "$3 $4"; do
    read -r device space <<<"$device"
    ip -n "$space" link set "$device" addrgenmode none up
    within "$space" ethtool -K "$device" tx off rx off gso off tso off gro off >/dev/null
  done
}

# home NUMBER
home() {
  local name=home$1 mac
  mac=$(mac_of "$1")
  ip netns add "$name"
  ip -n "$name" link set lo up
  cable line "$name" "$name" street
  ip -n street link set "$name" master street
  ip -n "$name" link set line address "$mac"
  ip -n "$name" address add "198.51.100.$1/32" dev line
  ip -n "$name" route add default via $gateway dev line onlink
  ip -n portal neighbour add "198.51.100.$1" lladdr "$mac" dev garden nud permanent
}

network() {
  hostname world
  local space
  ip netns add here_too  # a name for the namespace that this script is in
  umount /run/netns/here_too
  mount --bind /proc/self/ns/net /run/netns/here_too
  ip link set lo up
  ip address add $gateway/32 dev lo
  sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
  join isp isp 02:00:00:00:01:01 $resolver
  join world world 02:00:00:00:02:01 10.255.0.2
  join portal portal 02:00:00:00:03:01 $portal
  for space in street daemon; do
    ip netns add $space
    ip -n $space link set lo up
  done
  cable access daemon access street
  cable core daemon homes here_too
  cable garden daemon garden portal
  ip link set homes address $gateway_mac
  ip -n portal link set garden address $garden_mac
  ip -n street link add street type bridge
  ip -n street link set street addrgenmode none up
  ip -n street link set access master street
  ip -n isp address add $relay/32 dev lo
  ip -n isp address add $pop/32 dev lo
  ip -n world route add local 198.18.0.0/16 dev lo
  # Whatever comes out of the garden port is the portal's to answer, under whatever address it was meant for.
  within portal sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.garden.rp_filter=0 net.ipv4.conf.line.rp_filter=0
  ip -n portal route add local 0.0.0.0/0 dev lo table 100
  ip -n portal rule add iif garden lookup 100
  ip -n portal route add 198.51.100.0/24 dev garden
  ip -batch - <<BATCH
route add $resolver dev isp
route add $relay dev isp
route add $pop dev isp
route add $portal dev portal
route add 10.255.0.2 dev world
route add 198.18.0.0/16 via 10.255.0.2
route add 198.51.100.0/24 dev homes
BATCH
  home 1
  home 2
}

# POP3 by Dovecot, for a subscriber with one letter.
mail_reading() {
  mkdir -p $run/mail/new $run/mail/cur $run/mail/tmp
  printf 'From: a friend\nSubject: Hello\n\nA letter.\n' >$run/mail/new/1.letter
  chown -R subscriber:subscriber $run/mail
  cat >$run/dovecot.conf <<CONF
protocols = pop3
listen = $pop
base_dir = $run/dovecot
state_dir = $run/dovecot
log_path = /dev/stderr
ssl = no
disable_plaintext_auth = no
default_internal_user = dovecot
default_login_user = dovenull
default_internal_group = dovecot
first_valid_uid = 1
mail_location = maildir:$run/mail
passdb {
  driver = static
  args = password=letters
}
userdb {
  driver = static
  args = uid=subscriber gid=subscriber home=$run
}
CONF
  within isp dovecot -F -c $run/dovecot.conf >log/dovecot 2>&1 &
}

policing() {
  # Short times, so that the whole story fits into a minute and a half.
  cat >policy.yaml <<CONF
quarantine: {profile: cipp, later_max: 1, later_s: 8, drain_s: 2}
services:
  resolvers: [$resolver/32]
  relays: [$relay/32]
  voice: [$voice/32]
  portal: [$portal/32]
  remediation_names: [www.site6.example]
CONF
  cat >lazaretd.yaml <<CONF
access: 'net_af_packet0,iface=access'
core: 'net_af_packet1,iface=core'
garden: 'net_af_packet2,iface=garden'
garden_next_hop: '$garden_mac'
policy: policy.yaml
state: state
portal: $run/portal.sock
operator: $run/operator.sock
CONF
  cat >portal.yaml <<CONF
host: portal.isp.example
isp: Example Internet
phone: 0800 000000
mail: help@isp.example
control: $run/portal.sock
listen_transparent: ['0.0.0.0:80']
user: subscriber
links:
  - {title: A virus scanner, url: 'http://www.site6.example/20.html'}
CONF
  # The portal's user reads the daemon's socket by its group.
  nsenter --net=/run/netns/daemon setpriv --regid subscriber --clear-groups ./bin/lazaretd lazaretd.yaml >log/lazaretd 2>&1 &
  printf '%s\n' $! >lazaretd.pid
  disown  # the story kills it; that is no news
  within portal ./bin/lazaret-portal portal.yaml >log/portal 2>&1 &
}

listens() { within "$1" ss -H -ln "$2" "sport = :$3" | grep -q .; }

main() {
  private_files
  network
  web_servers
  name_servers
  mail_servers
  mail_reading
  within world python3 -W ignore $run/clients.py rtp_answer $voice 16384 >log/rtp_answer 2>&1 &
  policing
  local port
  for port in 25 80 443; do until_true 30 listens world -t $port; done
  for port in 53 16384; do until_true 30 listens world -u $port; done
  for port in 25 587 110; do until_true 30 listens isp -t $port; done
  until_true 30 listens isp -u 53
  until_true 30 listens portal -t 80
  until_true 30 test -S $run/operator.sock
  touch ready
  if [[ $then == story ]]; then
    python3 -W ignore bin/story.py
  else
    sleep infinity
  fi
}

main
