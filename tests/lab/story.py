"""The lab's story, told by real clients: each step says what a client saw, and whether that is as it should be.

Writes steps.json, and pictures of what the browser showed. Runs inside the world's namespaces, in the lab's directory.
"""
import html, json, os, re, shutil, subprocess, sys, time

sys.path.insert(0, "bin")
from browser import Browser

RUN = "/run/lazaret"
CLIENTS = ["python3", "-W", "ignore", f"{RUN}/clients.py"]
SITE, PORTAL = "www.site1.example", "portal.isp.example"
MX = [f"198.18.{n}.25" for n in range(120, 134)]
WORDS = {  # what a person knows
    "animal": "horse cat rabbit cow sheep duck bear mouse",
    "eat": "bread cheese soup rice apple butter egg cake",
    "colour": "red green blue yellow white black brown grey",
    "clothing": "shirt trousers coat sock hat glove scarf skirt",
}
steps = []


def step(name, saw, ok):
    steps.append({"name": name, "saw": str(saw), "ok": bool(ok)})
    print(f"  {'ok  ' if ok else 'FAIL'} {name}: {saw}", file=sys.stderr, flush=True)
    with open("steps.json", "w") as f:
        json.dump({"steps": steps}, f, indent=1)


def at(space):
    return ["nsenter", f"--net=/run/netns/{space}"]


def sees(space, *words, timeout=60):
    done = subprocess.run(at(space) + list(words), capture_output=True, text=True, timeout=timeout)
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def fetch(space, url, *more):
    """What curl says: status, where it ended, seconds, and the page."""
    code, out, _ = sees(space, "curl", "-ksS", "-m", "10", "-o", "page", "-w", "%{http_code} %{url_effective} %{time_total}",
                        *more, url)
    status, where, seconds = (out.split() + ["000", url, "0"])[:3]
    page = open("page", errors="replace").read() if status != "000" and os.path.exists("page") else ""
    return {"curl": code, "status": int(status), "where": where, "seconds": float(seconds), "page": page}


def browses(space, scheme="http"):
    got = fetch(space, f"{scheme}://{SITE}/20.html")
    return f"{got['status']}, {len(got['page'])} octets", got["status"] == 200 and set(got["page"]) == {"x"}


def connects(space, host, port):
    """What a TCP client is told: open, reset or silent, and after how long."""
    program = (f"import socket,time\nt=time.monotonic()\n"
               f"try: socket.create_connection(({host!r},{port}),timeout=5); w='open'\n"
               f"except ConnectionRefusedError: w='reset'\nexcept OSError: w='silent'\n"
               f"print(w, round(time.monotonic()-t,2))")
    word, seconds = sees(space, "python3", "-c", program)[1].split()
    return word, float(seconds)


def reads_mail(space):
    program = ("import poplib\np=poplib.POP3('pop.isp.example',timeout=10)\np.user('subscriber')\np.pass_('letters')\n"
               "print(p.stat()[0])")
    code, out, error = sees(space, "python3", "-W", "ignore", "-c", program)
    return (f"{out} letter" if code == 0 else error.splitlines()[-1:]), code == 0 and out == "1"


def sends_mail(space):
    code, _, error = sees(space, *CLIENTS, "submit", "192.0.2.25", "587", "1", "1")
    return ("accepted by the relay" if code == 0 else error.splitlines()[-1]), code == 0


def ctl(*words):
    done = subprocess.run(["./bin/lazaret-ctl", "--socket", f"{RUN}/operator.sock", "--json", *words],
                          capture_output=True, text=True, timeout=20)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def state(account="101"):
    return ctl("account", account)["state"]


def until(wanted, within_s):
    """Seconds until account 101 is in that state."""
    began = time.monotonic()
    while state() != wanted:
        if time.monotonic() - began > within_s:
            return None
        time.sleep(0.1)
    return time.monotonic() - began


def infected(*servers):
    """The bot of home1: real SMTP to exchangers that refuse it."""
    return subprocess.Popen(at("home1") + CLIENTS + ["spam", *servers], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def is_caught(name, servers):
    began = time.monotonic()
    bot = infected(*servers)
    took = until("quarantined", 40)
    step(name, "not caught" if took is None else f"quarantined {time.monotonic() - began:.1f} s after its first mail",
         took is not None)
    bot.kill()
    bot.wait()


class ByHand:
    """The page as curl and a reader of its HTML see it: where there is no Chromium."""

    def open(self):
        got = fetch("home1", f"http://{SITE}/20.html", "-L", "-H", "Sec-Fetch-Mode: navigate", "-H", "Accept: text/html")
        self.page = got["page"]
        return got["where"]

    def text(self):
        return html.unescape(re.sub(r"<[^>]*>", " ", self.page))

    def offers(self):
        return re.findall(r'name="choice" value="(\w+)"', self.page)

    def choose(self, choice):
        asked = re.search(r'id="ask">([^<]*)<', self.page)[1]
        words = re.findall(r'name="answer" value="(\d+)"[^>]*><span>([^<]*)<', self.page)
        token = re.search(r'name="token" value="([^"]*)"', self.page)[1]
        right = next(w for kind, w in WORDS.items() if kind in asked).split()
        time.sleep(2.5)  # a person reads
        got = fetch("home1", f"http://{PORTAL}/choose?lang=en", "-L", "-H", f"Origin: http://{PORTAL}", "-H",
                    "Sec-Fetch-Site: same-origin", "--data-urlencode", f"token={token}", "--data", f"choice={choice}",
                    "--data", f"answer={next(v for v, w in words if w in right)}")
        self.page = got["page"]

    def close(self):
        pass


class InBrowser:
    def __init__(self):
        self.browser = Browser(at("home1"), f"{RUN}/chromium", open("log/chromium", "wb"))
        self.browser.size(1100, 900)
        self.pictures = 0

    def picture(self, name):
        self.pictures += 1
        self.browser.picture(f"{self.pictures}-{name}.png")

    def open(self):
        self.browser.go(f"http://{SITE}/20.html")
        self.picture("the-page")
        self.browser.size(390, 844, phone=True)
        self.picture("the-page-on-a-phone")
        self.browser.size(1100, 900)
        return self.browser.run("location.href")

    def text(self):
        return self.browser.run("document.body.innerText")

    def offers(self):
        return self.browser.run("[...document.querySelectorAll('input[name=choice]')].map(i => i.value)")

    def choose(self, choice):
        asked = self.browser.run("document.querySelector('#ask').innerText")
        right = next(w for kind, w in WORDS.items() if kind in asked).split()
        time.sleep(2.5)  # a person reads
        self.browser.run(f"document.querySelector('input[name=choice][value={choice}]').click()")
        self.browser.run(f"[...document.querySelectorAll('.words label')].find(l => {json.dumps(right)}"
                         ".includes(l.innerText.trim())).querySelector('input').click()")
        self.browser.run("document.querySelector('form[action^=\"/choose\"] button').click()")
        self.browser.settle()
        self.picture(f"after-{choice}")

    def close(self):
        self.browser.close()


def tell():
    for number in ("1", "2"):
        ctl("bind", f"198.51.100.{number}", f"10{number}")
    step("before: web", *browses("home1"))
    step("before: web by TLS", *browses("home1", "https"))
    step("before: mail is read", *reads_mail("home1"))
    step("before: mail is sent", *sends_mail("home1"))
    step("before: the portal tells nobody anything",
         (got := fetch("home1", f"http://{PORTAL}/captive"))["page"], '"captive":false' in got["page"].replace(" ", ""))

    call = subprocess.Popen(at("home1") + CLIENTS + ["rtp_call", "198.18.60.60", "16384", "20"], stdout=subprocess.PIPE, text=True)
    is_caught("the bot sends spam and is caught", MX)
    shown = ctl("account", "101")
    step("what the operator sees", f"{shown['state']}, belief {shown['belief_nats']:.1f} nats", shown["belief_nats"] > 0)
    time.sleep(2.5)  # connections that were open may drain
    got = fetch("home1", f"http://{SITE}/20.html")
    step("in quarantine: web goes to the garden", f"{got['status']} instead of the page", got["status"] in (302, 511))
    got = fetch("home1", f"https://{SITE}/20.html")
    step("in quarantine: TLS fails at once", f"curl {got['curl']} after {got['seconds']:.2f} s",
         got["curl"] == 7 and got["seconds"] < 1)
    for name, host, port in (("mail to strangers", MX[0], 25), ("the relay", "192.0.2.25", 587)):
        word, seconds = connects("home1", host, port)
        step(f"in quarantine: {name} is closed", f"{word} after {seconds} s", word == "reset" and seconds < 1)
    step("in quarantine: mail is read", *reads_mail("home1"))
    step("the neighbour: web", *browses("home2"))
    step("the neighbour: mail is sent", *sends_mail("home2"))
    got = fetch("home2", f"http://{PORTAL}/captive")
    step("the neighbour: is not restricted", got["page"], '"captive":false' in got["page"].replace(" ", ""))
    got = fetch("home1", f"http://{PORTAL}/captive")
    step("in quarantine: devices are told (RFC 8908)", got["page"], '"captive":true' in got["page"].replace(" ", ""))
    heard = int(re.search(r"\d+", call.communicate(timeout=60)[0])[0])
    step("a call that began before goes on", f"{heard} of 1000 packets heard", heard >= 990)

    person = InBrowser() if shutil.which("chromium") else ByHand()
    step("a person", f"looks with {'Chromium' if isinstance(person, InBrowser) else 'CURL: THERE IS NO CHROMIUM HERE'}", True)
    try:
        where = person.open()
        step("the page", where, PORTAL in where)
        told = re.search(r"A device sent mail[^.]*\.", " ".join(person.text().split()))
        step("the page says why", told and told[0], told)
        step("the page does not say", "what one page that did not open may mean", "first tries failed" not in person.text())
        step("the page offers three choices", ", ".join(person.offers()), sorted(person.offers()) == ["already", "later", "now"])
        person.choose("later")
        step("later", state(), state() == "deferred")
        step("later: web", *browses("home1"))
        took = until("quarantined", 20)
        step("later is over", took and f"quarantined again {took:.1f} s on", took is not None)
        time.sleep(2.5)
        person.open()
        step("later has run out", ", ".join(person.offers()) + " are left", sorted(person.offers()) == ["already", "now"])
        person.choose("already")
        step("already removed", state(), state() == "probation")
        step("already: web", *browses("home1"))
        step("already: mail is sent", *sends_mail("home1"))
        is_caught("the bot goes on and is caught again", MX)
        time.sleep(2.5)
        step("the page is back", where := person.open(), PORTAL in where)
    finally:
        person.close()

    pid = int(open("lazaretd.pid").read())
    os.kill(pid, 9)
    while os.path.exists(f"/proc/{pid}"):
        time.sleep(0.01)
    again = subprocess.Popen(at("daemon") + ["setpriv", "--regid", "subscriber", "--clear-groups", "./bin/lazaretd", "lazaretd.yaml"],
                             stdout=open("log/lazaretd", "ab"), stderr=subprocess.STDOUT)
    began = time.monotonic()
    while True:
        try:
            now = state()
            break
        except RuntimeError:
            time.sleep(0.02)
    step("kill -9 of the daemon", f"{now} {time.monotonic() - began:.2f} s later", now == "quarantined" and time.monotonic() - began < 5)
    step("the neighbour after that: web", *browses("home2"))
    ctl("release", "101", "cleaned")
    step("the operator releases: web", *browses("home1"))
    figures = ctl("status")
    parts = ("passed", "gardened", "dropped", "answered", "unanswered", "not_sent", "strange_port")
    lost = figures["received"] - sum(figures[p] for p in parts)
    step("packets add up", f"{figures['received']} received, {lost} unexplained", lost == 0 and figures["received"] > 0)
    again.terminate()
    step("the daemon stops in order", again.wait(timeout=10), again.returncode == 0)


try:
    tell()
except Exception as e:  # what went wrong is a step of the story too
    step("the story goes on", f"{type(e).__name__}: {e}", False)
sys.exit(0 if all(s["ok"] for s in steps) else 1)
