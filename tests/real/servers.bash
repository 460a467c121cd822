# The servers of the exchanges: their configuration, and starting them. Sourced by world.bash.

# Accounts, names and settings as the servers and homes see them; laid over /etc.
account_files() {
  local etc=$run/etc user id=64100
  cp /etc/passwd /etc/group /etc/shadow $etc/
  sed -i "s|^root:.*|root:x:0:0::$run:/bin/sh|" $etc/passwd  # nobody's own start-up files
  for user in opensmtpd opensmtpq sshd _chrony dovecot dovenull subscriber; do
    sed -i "/^$user:/d" $etc/{passwd,group,shadow}
    id=$((id + 1))
    printf '%s:x:%d:%d::/nonexistent:/usr/sbin/nologin\n' $user $id $id >>$etc/passwd
    printf '%s:x:%d:\n' $user $id >>$etc/group
    printf '%s:*:19000:0:99999:7:::\n' $user >>$etc/shadow
  done
  printf 'nameserver %s\nsearch home.isp.example\noptions timeout:2 attempts:2\n' $resolver >$etc/resolv.conf
  printf 'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\n' >$etc/nsswitch.conf
  printf '127.0.0.1 localhost\n' >$etc/hosts
  printf 'mail.isp.example\n' >$etc/mailname
  rm -f $etc/hosts.{allow,deny}
  : >$etc/hosts.allow
  : >$etc/hosts.deny
  mkdir -p $etc/pam.d
  printf 'auth required pam_unix.so nodelay\naccount required pam_unix.so\nsession required pam_permit.so\n' \
    | tee $etc/pam.d/vsftpd >$etc/pam.d/login
}

# Everything under the root, served with authority; the ISP's resolver asks it as a resolver asks the real root.
zone_file() {
  cat <<'ZONE'
. 3600 IN SOA ns.root.example. hostmaster.root.example. 1 3600 600 86400 300
. 3600 IN NS ns.root.example.
ns.root.example. 3600 IN A 198.18.53.53
portal.isp.example. 3600 IN A 192.0.2.200
pop.isp.example. 3600 IN A 192.0.2.110
t.tunnel.example. 60 IN NS ns.t.tunnel.example.
ns.t.tunnel.example. 60 IN A 198.18.54.54
ZONE
  local i
  for i in 1 2 3 4 5 6; do
    printf 'www.site%d.example. 300 IN A 198.18.80.%d\n' $i $i
    printf '%d.80.18.198.in-addr.arpa. 300 IN PTR www.site%d.example.\n' $i $i
    printf 'peer%d.example. 300 IN MX 10 mx.peer%d.example.\n' $i $i
    printf 'mx.peer%d.example. 300 IN A 198.18.%d.25\n' $i $((100 + i))
  done
  printf 'long.example. 1 IN TXT'  # near 3 kB: what amplification asks for
  for i in $(seq 12); do printf ' "%0240d"' "$i"; done
  printf '\n'
}

# unbound_settings ADDRESS: what all three name servers have in common.
unbound_settings() {
  cat <<CONF
server:
  interface: $1
  access-control: 0.0.0.0/0 allow
  username: ""
  chroot: ""
  pidfile: ""
  directory: "$run"
  use-syslog: no
  do-daemonize: no
  do-ip6: no
  module-config: "iterator"
  qname-minimisation: no
  num-threads: 1
  edns-buffer-size: 1232
  max-udp-size: 4096
CONF
}

# smtpd_at NAMESPACE NAME [OPTION...]: OpenSMTPD by its file $run/NAME.conf. Spool and control socket have fixed places, so each
# instance sees its own.
smtpd_at() {
  within "$1" unshare --mount sh -c \
    "mount -t tmpfs tmpfs /var/spool && mount -t tmpfs tmpfs /var/run && exec smtpd -d -f $run/$2.conf ${*:3}" \
    >"log/$2" 2>&1 &
}

mail_servers() {
  cat >$run/mx.conf <<'CONF'
table peers { "peer1.example", "peer2.example", "peer3.example", "peer4.example", "peer5.example", "peer6.example" }
table everybody { "@" = nobody }
table staff { "info@strict.example" }
listen on 0.0.0.0 port 25 hostname mx.world.example
action swallow mda "cat >/dev/null" virtual <everybody>
match from any for domain <peers> action swallow
match from any for rcpt-to <staff> action swallow
CONF
  cat >$run/relay.conf <<CONF
listen on $relay port 25 hostname mail.isp.example
listen on $relay port 587 hostname mail.isp.example
action outbound relay
match from any for any action outbound
CONF
  cat >$run/list.conf <<'CONF'
listen on 127.0.0.1 port 25 hostname list.site.example
action outbound relay helo list.site.example
match from local for any action outbound
CONF
  smtpd_at world mx
  smtpd_at isp relay -P mta  # it accepts and keeps: what happens behind the relay is in no capture
  if [[ -e /run/netns/mail_list_host ]]; then smtpd_at mail_list_host list; fi
}

name_servers() {
  zone_file >$run/root.zone
  printf '. 3600000 NS ns.root.example.\nns.root.example. 3600000 A 198.18.53.53\n' >$run/root.hints
  unbound_settings 198.18.53.53 >$run/authority.conf
  cat >>$run/authority.conf <<CONF
auth-zone:
  name: "."
  zonefile: "$run/root.zone"
  for-downstream: yes
  for-upstream: no
CONF
  { unbound_settings $resolver; printf '  root-hints: "%s/root.hints"\n' $run; } >$run/resolver.conf
  { unbound_settings 0.0.0.0; printf 'forward-zone:\n  name: "."\n  forward-addr: %s\n' $resolver; } >$run/open.conf
  within world unbound -d -c $run/authority.conf >log/authority 2>&1 &
  within isp unbound -d -c $run/resolver.conf >log/resolver 2>&1 &
  if [[ -e /run/netns/open_resolver ]]; then within open_resolver unbound -d -c $run/open.conf >log/open 2>&1 & fi
}

login_servers() {
  ssh-keygen -q -t ed25519 -N '' -f $run/host_key
  ssh-keygen -q -t ed25519 -N '' -f $run/client_key
  cp $run/client_key.pub $run/authorized_keys
  cat >$run/sshd.conf <<CONF
Port 22
HostKey $run/host_key
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication yes
PermitRootLogin prohibit-password
AuthorizedKeysFile $run/authorized_keys
MaxStartups 100
CONF
  within world /usr/sbin/sshd -D -e -f $run/sshd.conf >log/sshd 2>&1 &
  mkdir -p $run/empty
  cat >$run/vsftpd.conf <<CONF
listen=YES
background=NO
local_enable=YES
anonymous_enable=NO
pam_service_name=vsftpd
secure_chroot_dir=$run/empty
seccomp_sandbox=NO
delay_failed_login=0
CONF
  within world vsftpd $run/vsftpd.conf >log/vsftpd 2>&1 &
  # telnetd expects to be called by inetd.
  within world python3 -W ignore $run/clients.py inetd 23 telnetd -h >log/telnetd 2>&1 &
}

web_servers() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=site.example \
    -keyout $run/key.pem -out $run/certificate.pem 2>/dev/null
  local page
  for page in 2 20 60 200; do head -c "${page}000" /dev/zero | tr '\0' 'x' >/var/www/$page.html; done
  head -c 40000 /dev/urandom >/var/www/stolen  # what a tunnel's compression cannot shrink
  {
    printf 'daemon off;\nuser root;\nworker_processes 1;\npid /run/nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\n'
    printf 'access_log off;\nssl_certificate %s/certificate.pem;\nssl_certificate_key %s/key.pem;\n' $run $run
    printf 'server {\nroot /var/www;\n'
    printf 'listen 198.18.80.%d:80; listen 198.18.80.%d:443 ssl http2;\n' 1 1 2 2 3 3 4 4 5 5 6 6
    printf 'listen 198.18.80.7:80;\n'  # of the flood's victim only
    printf '}\nserver {\nlisten 172.31.255.1:8080;\n'  # the far end of the tunnel
    printf 'location / { proxy_pass http://198.18.80.1/; }\n}\n}\n'
  } >$run/nginx.conf
  # The tunnel's address exists once iodined runs.
  # SYN cookies would answer a flood to the end.
  within world sysctl -qw net.ipv4.ip_nonlocal_bind=1 net.ipv4.tcp_syncookies=0 net.ipv4.tcp_max_syn_backlog=128
  within world nginx -e stderr -c $run/nginx.conf >log/nginx 2>&1 &
  within world openssl s_server -accept 198.18.44.44:443 -cert $run/certificate.pem -key $run/key.pem -www \
    -alpn h2,http/1.1 >log/s_server 2>&1 &
}

other_servers() {
  printf 'local stratum 2\nallow\nbindaddress %s\ncmdport 0\npidfile /run/chronyd-isp.pid\nbindcmdaddress /\n' $clock \
    >$run/clock.conf
  # -x: the clock of this machine is nobody's to set.
  within isp chronyd -x -d -u root -f $run/clock.conf >log/clock 2>&1 &
  within world iodined -f -c -P tunnel -l 198.18.54.54 172.31.255.1/24 t.tunnel.example >log/iodined 2>&1 &
  within world python3 -W ignore $run/clients.py rtp_answer 198.18.60.60 16384 >log/rtp_answer 2>&1 &
}

# Those in homes start with servers_ready, once the homes exist.
servers() {
  web_servers
  login_servers
  other_servers
}

listens() { within "$1" ss -H -ln "$2" "sport = :$3" | grep -q .; }

servers_ready() {
  name_servers
  mail_servers
  local port
  for port in 21 22 23 25 80 443; do until_true 30 listens world -t $port; done
  for port in 53 16384; do until_true 30 listens world -u $port; done
  for port in 25 587; do until_true 30 listens isp -t $port; done
  for port in 53 123; do until_true 30 listens isp -u $port; done
  if [[ -e /run/netns/open_resolver ]]; then until_true 30 listens open_resolver -u 53; fi
  if [[ -e /run/netns/mail_list_host ]]; then until_true 30 listens mail_list_host -t 25; fi
}
