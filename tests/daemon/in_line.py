"""lazaretd between real clients and servers, in network namespaces (root):

    client --veth-- access [lazaretd] core --veth-- server
                           garden --veth-- portal

usage: in_line.py LAZARETD LAZARET_CTL; exit code 77: not possible here, and why.
"""
import email.utils, json, os, shutil, signal, socket, subprocess, sys, tempfile, time

DAEMON, CTL = sys.argv[1:3]
TAG = f"lz{os.getpid() % 100000}"
SPACES = {s: f"{TAG}{s}" for s in ("cl", "dp", "sv", "po")}
CLIENT, SERVER = "198.51.100.1", "198.51.100.2"

SERVE = """
import socket, sys, threading
def serve(port):
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("0.0.0.0", port)); s.listen(64)
    while True:
        c, _ = s.accept()
        c.recv(4096)
        c.sendall(f"HTTP/1.0 200 OK\\r\\nContent-Length: {len(sys.argv[1])}\\r\\n\\r\\n{sys.argv[1]}".encode()); c.close()
for p in sys.argv[2:]: threading.Thread(target=serve, args=(int(p),)).start()
print("up", flush=True)
"""
CONNECT = """
import socket, sys
try:
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=3); s.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
    octets = b""
    while part := s.recv(4096): octets += part
    print(octets.decode().split("\\r\\n\\r\\n")[1])
except ConnectionRefusedError: print("reset")
except OSError as e: print("silent", e)
"""
ECHO = """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((sys.argv[1], 9999)); print("up", flush=True)
while True: s.sendto(*s.recvfrom(2048))
"""
FLOW = """
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect((sys.argv[1], 9999)); s.settimeout(0.0005)
came, n = set(), 0
def take():
    try:
        while True: came.add(s.recv(64))
    except OSError: pass
for n in range(3000):
    s.send(str(n).encode())
    take()
s.settimeout(2)
take()
print(len(came), "of 3000")
"""
CHECKSUMS = """
import fcntl, socket, struct, sys, array
value = array.array("B", struct.pack("II", 0x17, 0))  # ETHTOOL_STXCSUM
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(s, 0x8946, struct.pack("16sP", sys.argv[1].encode(), value.buffer_info()[0]))
"""


def run(*words, check=True):
    return subprocess.run(words, check=check, capture_output=True, text=True).stdout.strip()


def within(space, *words):
    return ["ip", "netns", "exec", SPACES[space], *words]


def mac(space, device):
    return run(*within(space, "cat", f"/sys/class/net/{device}/address"))


def get(port=80):
    return run(*within("cl", sys.executable, "-c", CONNECT, SERVER, str(port)))


class Daemon:
    def __init__(self, directory):
        self.directory, self.process = directory, None

    def start(self):
        began = time.monotonic()
        self.process = subprocess.Popen(within("dp", DAEMON, f"{self.directory}/lazaretd.yaml"))
        while True:
            assert self.process.poll() is None, "the daemon ended"
            try:
                self.ask("status")
                return time.monotonic() - began
            except OSError:
                time.sleep(0.01)

    def kill(self, how=signal.SIGKILL):
        # `ip netns exec` becomes the daemon: its number is the process's.
        self.process.send_signal(how)
        return self.process.wait(timeout=10)

    def line(self, socket_name, asked):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(5)
            s.connect(f"{self.directory}/{socket_name}")
            s.sendall((json.dumps({"v": 1, **asked}) + "\n").encode())
            return json.loads(s.makefile().readline())

    def ask(self, *words):
        return self.line("operator.sock", {"words": words})

    def do(self, *words):
        answer = self.ask(*words)
        assert answer.get("done"), answer


def expect(what, found, wanted):
    print(f"{'ok  ' if found == wanted else 'FAIL'} {what}: {found}", flush=True)
    assert found == wanted, f"{what}: wanted {wanted}"


def lay_cables(directory):
    for space in SPACES.values():
        run("ip", "netns", "add", space)
    for here, there, space in (("access", "e0", "cl"), ("core", "e0", "sv"), ("garden", "e0", "po")):
        run("ip", "link", "add", here, "netns", SPACES["dp"], "type", "veth", "peer", there, "netns", SPACES[space])
        run(*within("dp", "ip", "link", "set", here, "up"))
        run(*within("dp", "sysctl", "-qw", f"net.ipv6.conf.{here}.disable_ipv6=1"), check=False)
        run(*within(space, "ip", "link", "set", there, "up"))
        run(*within(space, sys.executable, "-c", CHECKSUMS, there))
    run(*within("cl", "ip", "addr", "add", f"{CLIENT}/24", "dev", "e0"))
    run(*within("sv", "ip", "addr", "add", f"{SERVER}/24", "dev", "e0"))
    # The garden's host answers for the server's address too, and knows the way back to the client.
    run(*within("po", "ip", "addr", "add", "198.51.100.200/24", "dev", "e0"))
    run(*within("po", "ip", "link", "set", "lo", "up"))
    run(*within("po", "ip", "addr", "add", f"{SERVER}/32", "dev", "lo"))
    run(*within("po", "ip", "neigh", "add", CLIENT, "lladdr", mac("cl", "e0"), "dev", "e0"))
    with open(f"{directory}/policy.yaml", "w") as f:
        f.write("quarantine: {profile: cipp}\n")
    with open(f"{directory}/lazaretd.yaml", "w") as f:
        f.write("".join(f"{side}: 'net_af_packet{n},iface={side}'\n" for n, side in
                        enumerate(("access", "core", "garden"))))
        f.write(f"garden_next_hop: '{mac('po', 'e0')}'\npolicy: policy.yaml\nstate: state\n"
                "portal: portal.sock\noperator: operator.sock\n")


def story(daemon):
    daemon.start()
    expect("web before", get(), "server")
    daemon.do("bind", CLIENT, "7")
    daemon.do("quarantine", "7")
    expect("web in quarantine", get(), "portal")
    expect("mail sending", get(25), "reset")
    expect("mail reading", get(110), "server")
    expect("the portal's rights", oct(os.stat(f"{daemon.directory}/portal.sock").st_mode & 0o777), "0o660")
    expect("the operator's rights", oct(os.stat(f"{daemon.directory}/operator.sock").st_mode & 0o777), "0o600")

    for _ in range(3):
        daemon.kill()
        took = daemon.start()
        print(f"     back in service {took:.2f} s after kill -9")
        assert took < 2, took
        expect("state after kill -9", daemon.ask("account", "7")["state"], "quarantined")
        expect("web after kill -9", get(), "portal")

    daemon.do("stop-enforcement")
    expect("web with the kill switch", get(), "server")
    daemon.do("resume-enforcement")
    expect("web without it", get(), "portal")

    line = daemon.line("portal.sock", {"ask": "line", "address": CLIENT})["line"]
    expect("the portal's view", line["state"], "quarantined")
    choice = {"ask": "choose", "address": CLIENT, "choice": "later", "standing": line["standing"]}
    expect("choice", daemon.line("portal.sock", choice)["outcome"], "done")
    expect("choice again", daemon.line("portal.sock", choice)["outcome"], "stale")
    expect("web after later", get(), "server")
    daemon.kill()
    daemon.start()
    expect("choice after kill -9", daemon.ask("account", "7")["state"], "deferred")
    until = daemon.line("portal.sock", {"ask": "line", "address": CLIENT})["line"]["until_s"]
    expect("its end after kill -9", until > time.time(), True)

    floods = [socket.socket(socket.AF_UNIX) for _ in range(40)]
    for s in floods:
        s.setblocking(False)
        try:
            s.connect(f"{daemon.directory}/portal.sock")
            s.send(b"x" * 8192)
        except OSError:
            pass
    expect("web while the socket is flooded", get(), "server")
    for s in floods:
        s.close()
    expect("the flood is counted", daemon.ask("status")["connections_dropped"] > 0, True)

    def ctl(*words):
        done = subprocess.run([CTL, "--socket", f"{daemon.directory}/operator.sock", *words], capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    code, out, _ = ctl("account", "7")
    expect("the operator's shell", (code, "deferred" in out), (0, True))
    code, _, error = ctl("release", "7", "weather")
    expect("a reason that is none", (code, "false_alarm" in error), (2, True))
    expect("release", ctl("release", "7", "cleaned")[:2], (0, "done  true\n"))
    expect("web after release", get(), "server")
    s = daemon.ask("status")
    parts = ("passed", "gardened", "dropped", "answered", "unanswered", "not_sent", "strange_port")
    expect("packets that add up", s["received"] - sum(s[p] for p in parts), 0)
    expect("packets judged", s["judged"] >= s["received"] > 0, True)
    expect("events lost", s["events_lost"], 0)
    expect("nonsense", "error" in daemon.ask("frobnicate"), True)
    expect("stop", daemon.kill(signal.SIGTERM), 0)
    daemon.start()
    s = daemon.ask("status")
    expect("after a clean stop", (s["replayed"], s["torn_octets"], s["problem"]), (0, 0, None))
    reloading(daemon)
    daemon.kill(signal.SIGTERM)


def reloading(daemon):
    """Feeds and leases change under way, or not at all."""

    def put(name, text):
        with open(f"{daemon.directory}/{name}", "w") as f:
            f.write(text)

    daemon.kill(signal.SIGTERM)
    put("feed.txt", "# lazaret: category=c2 precision=0.9 ttl_s=86400\n192.0.2.99\n")
    put("leases.txt", f"{CLIENT} 7\n198.51.100.7 8\n")
    with open(f"{daemon.directory}/lazaretd.yaml", "a") as f:
        f.write("feeds: [feed.txt]\nleases: leases.txt\nreporters: {example.net: 0.9}\n"
                "nat: [{inside: 198.51.100.0/28, outside: 203.0.113.9/32, ports: 4032}]\n")
    daemon.start()
    before = daemon.ask("account", "7")["belief_nats"]
    get()
    expect("an address that no feed lists tells nothing", daemon.ask("account", "7")["belief_nats"], before)
    put("feed.txt", f"# lazaret: category=c2 precision=0.9 ttl_s=86400\n{SERVER}\n192.168.0.1\n")
    put("leases.txt", f"{CLIENT} 7\n198.51.100.8 9\n")
    answer = daemon.ask("reload")
    expect("reload", (answer["done"], answer["bound"], answer["unbound"]), (True, 1, 1))
    expect("a line left out, and said so", "feed.txt:3: " in answer["left_out"][0], True)
    expect("reload again", (daemon.ask("reload")["bound"], daemon.ask("reload")["unbound"]), (0, 0))
    get()
    expect("a listed address tells something", daemon.ask("account", "7")["belief_nats"] > before, True)
    reforming(daemon, put)
    put("leases.txt", f"{CLIENT} 7\n{SERVER} seven\n")
    expect("a wrong file", "leases.txt:2: 'seven' is no account" in daemon.ask("reload")["error"], True)
    os.unlink(f"{daemon.directory}/feed.txt")
    expect("no feed", "feed.txt" in daemon.ask("reload")["error"], True)
    belief = daemon.ask("account", "7")["belief_nats"]
    expect("web meanwhile", get(), "server")
    put("leases.txt", f"{CLIENT} 7\n")
    put("feed.txt", f"# lazaret: category=c2 precision=0.9 ttl_s=86400\n{SERVER}\n")
    daemon.kill()
    daemon.start()
    expect("belief after kill -9 and start", daemon.ask("account", "7")["belief_nats"] <= belief, True)
    expect("a lease that ended while it was down", daemon.line("portal.sock", {"ask": "line", "address": "198.51.100.8"})["line"], None)
    reporting(daemon)
    s = daemon.ask("status")
    parts = ("passed", "gardened", "dropped", "answered", "unanswered", "not_sent", "strange_port")
    expect("packets that add up after all that", s["received"] - sum(s[p] for p in parts), 0)


def reforming(daemon, put):
    """Another policy takes force between two packets; states and evidence stay, and no packet is lost meanwhile."""
    daemon.do("quarantine", "7")
    expect("web in quarantine", get(), "portal")
    far = subprocess.Popen(within("sv", sys.executable, "-c", ECHO, SERVER), stdout=subprocess.PIPE)
    far.stdout.readline()
    flow = subprocess.Popen(within("cl", sys.executable, "-c", FLOW, SERVER), stdout=subprocess.PIPE, text=True)
    belief = daemon.ask("account", "7")["belief_nats"]
    put("policy.yaml", "quarantine: {profile: shadow}\n")
    expect("another policy", daemon.ask("reload")["policy"], "another")
    expect("the same again", daemon.ask("reload")["policy"], "the same")
    expect("web under shadow", get(), "server")
    account = daemon.ask("account", "7")
    expect("state under shadow", account["state"], "quarantined")
    expect("evidence under shadow", belief - 0.5 < account["belief_nats"] <= belief, True)
    put("policy.yaml", "quarantine: {profile: cipp,\n  max_s: soon}\n")
    expect("a wrong policy", "policy.yaml:2:" in daemon.ask("reload")["error"], True)
    put("policy.yaml", "conductor: {epoch_ms: 250}\n")
    expect("what needs a restart", "conductor.epoch_ms" in daemon.ask("reload")["error"], True)
    expect("web after both", get(), "server")
    for n in range(50):
        put("policy.yaml", f"quarantine: {{profile: cipp, max_s: {100000 + n}}}\n")
        assert daemon.ask("reload")["policy"] == "another"
    expect("web under cipp", get(), "portal")
    expect("datagrams there and back in 53 reloads", flow.communicate()[0], "3000 of 3000\n")
    far.kill()
    far.wait()
    daemon.kill()
    daemon.start()
    expect("the same policy after kill -9", daemon.ask("reload")["policy"], "the same")
    expect("web after kill -9", get(), "portal")
    daemon.kill()
    put("policy.yaml", "quarantine: {profile: smtp_only}\nconductor: {epoch_ms: 500}\n")
    daemon.start()
    expect("a policy that changed meanwhile", (get(), get(25)), ("server", "reset"))
    expect("state after that", daemon.ask("account", "7")["state"], "quarantined")
    daemon.do("release", "7", "false_alarm")
    put("policy.yaml", "quarantine: {profile: cipp}\n")
    daemon.kill(signal.SIGTERM)
    daemon.start()


def reporting(daemon):
    """A report about an address counts against who held it at the time, whoever holds it now."""

    def report(at, confirmed="mx.isp.example", server="mx.isp.example", source=f"Source-IP: {CLIENT}"):
        path = f"{daemon.directory}/report.eml"
        with open(path, "w") as f:
            f.write(f"Authentication-Results: {confirmed}; dkim=pass header.d=example.net\n"
                    "From: abuse@example.net\nSubject: complaint\nMIME-Version: 1.0\n"
                    'Content-Type: multipart/report; report-type=feedback-report; boundary="p"\n\n'
                    "--p\nContent-Type: text/plain\n\nSpam.\n\n--p\nContent-Type: message/feedback-report\n\n"
                    f"Feedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\n{source}\n"
                    f"Arrival-Date: {email.utils.formatdate(at, usegmt=True)}\n\n--p--\n")
        done = subprocess.run([CTL, "--socket", f"{daemon.directory}/operator.sock", "--json", "--mail-server", server,
                               "report", path], capture_output=True, text=True)
        return json.loads(done.stdout) if done.returncode == 0 else done.stderr

    time.sleep(2.1)  # mails know whole seconds
    before = time.time()
    time.sleep(2.1)
    daemon.do("bind", CLIENT, "70")
    then = daemon.ask("account", "7")["belief_nats"]
    daemon.kill()
    daemon.start()
    answer = report(before)
    expect("a report about the holder of then", answer["account"] if isinstance(answer, dict) else answer, 7)
    expect("it adds to belief", daemon.ask("account", "7")["belief_nats"] > then - 0.5, True)
    expect("the holder of now has nothing to do with it", daemon.ask("account", "70")["belief_nats"] < 0, True)
    # CLIENT is number 1 of its NAT's inside, and has the second block of 4032 ports.
    shared = lambda port: report(before, source=f"Source-IP: 203.0.113.9\nSource-Port: {port}")
    answer = shared(1024 + 4032)
    expect("a report about a port of a shared address", answer["account"] if isinstance(answer, dict) else answer, 7)
    expect("its neighbour's port", "nobody" in shared(1024 + 4031), True)
    expect("an unconfirmed one", "did not confirm" in report(before, confirmed="mx.elsewhere.example"), True)
    expect("one of last year", "too long ago" in report(before - 366 * 86400), True)


def main():
    if os.geteuid() != 0 or not shutil.which("ip"):
        print("needs root, and ip of iproute2")
        return 77
    if subprocess.run(["ip", "netns", "add", SPACES["cl"]], capture_output=True).returncode != 0:
        print("needs the right to make network namespaces")
        return 77
    run("ip", "netns", "del", SPACES["cl"])
    directory, servers, daemon = tempfile.mkdtemp(), [], None
    try:
        lay_cables(directory)
        for space, name, ports in (("sv", "server", ("80", "110", "25")), ("po", "portal", ("80",))):
            servers.append(subprocess.Popen(within(space, sys.executable, "-c", SERVE, name, *ports),
                                            stdout=subprocess.PIPE))
            servers[-1].stdout.readline()
        daemon = Daemon(directory)
        story(daemon)
        return 0
    finally:
        for process in servers + ([daemon.process] if daemon and daemon.process else []):
            if process.poll() is None:
                process.kill()
                process.wait()
        for space in SPACES.values():
            run("ip", "netns", "del", space, check=False)
        shutil.rmtree(directory)


sys.exit(main())
