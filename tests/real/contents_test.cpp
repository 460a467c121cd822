// Each exchange contains what its name says, counted by the simplest reading of its frames.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/packet/dns.hpp"
#include "core/packet/smtp.hpp"
#include "tests/real/exchanges.hpp"

namespace lazaret::real {
namespace {

class RealContents : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = absence(); !why.empty()) GTEST_SKIP() << why;
  }
  void open(std::string_view exchange) {
    const auto sidecar = sidecar_of(exchange);
    auto read = frames_of(exchange);
    ASSERT_TRUE(sidecar && read) << exchange << " is no pair of a whole capture and a sidecar";
    about = *sidecar;
    frames = std::move(*read);
  }
  template <typename Wanted>
  [[nodiscard]] std::size_t count(Wanted&& wanted) const {
    return static_cast<std::size_t>(std::count_if(frames.begin(), frames.end(), wanted));
  }
  [[nodiscard]] std::size_t syns(std::uint16_t port) const {
    return count([&](const Frame& f) { return f.sent && f.syn() && f.facts.destination_port == port; });
  }
  /// Different hosts that the home asked for a connection at the port; IPv4 /24s where `networks`.
  [[nodiscard]] std::size_t hosts(std::uint16_t port, bool networks = false) const {
    std::set<IpAddress> seen;
    for (const Frame& f : frames)
      if (f.sent && f.syn() && f.facts.destination_port == port)
        seen.insert(truncate(f.facts.destination, networks ? 120 : 128));
    return seen.size();
  }
  /// Segments from the port of a server that start with the SMTP reply code.
  [[nodiscard]] std::size_t replies(std::uint16_t code) const {
    return count([&](const Frame& f) { return !f.sent && f.tcp() && parse_smtp_reply(f.facts.payload) == code; });
  }
  /// What one side of each connection said, one after another; the captures' segments come in order.
  [[nodiscard]] std::string said(bool by_home, std::uint16_t server_port) const {
    std::map<std::tuple<IpAddress, std::uint16_t, std::uint16_t>, std::string> streams;
    for (const Frame& f : frames) {
      const std::uint16_t server = f.sent ? f.facts.destination_port : f.facts.source_port;
      if (!f.tcp() || f.sent != by_home || server != server_port) continue;
      const auto key = f.sent ? std::tuple(f.facts.destination, f.facts.source_port, server)
                              : std::tuple(f.facts.source, f.facts.destination_port, server);
      const auto payload = whole_payload(f);
      streams[key].append(payload.begin(), payload.end());
    }
    std::string all;
    for (const auto& [key, stream] : streams) all += stream + "\n";
    return all;
  }
  static std::string_view whole_payload(const Frame& f) {
    const std::size_t before =
        f.facts.payload.empty() ? f.octets.size() : static_cast<std::size_t>(f.facts.payload.data() - f.octets.data());
    return {reinterpret_cast<const char*>(f.octets.data()) + before,
            f.facts.payload.empty() ? 0 : f.facts.payload_length};
  }
  [[nodiscard]] std::uint64_t octets(bool by_home) const {
    std::uint64_t sum = 0;
    for (const Frame& f : frames) sum += f.sent == by_home ? f.octets.size() : 0;
    return sum;
  }
  /// Different names among DNS answers to the home with the response code.
  [[nodiscard]] std::size_t names(std::uint8_t rcode) const {
    std::set<std::uint64_t> seen;
    for (const Frame& f : frames) {
      if (f.sent || !f.udp() || f.facts.source_port != 53) continue;
      const auto answer = parse_dns(f.facts.payload, 0);
      if (answer && answer->response && answer->rcode == rcode) seen.insert(answer->name_hash);
    }
    return seen.size();
  }

  Sidecar about;
  std::vector<Frame> frames;
};

std::size_t occurrences(std::string_view text, std::string_view word) {
  std::size_t n = 0;
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + word.size())) ++n;
  return n;
}

constexpr std::uint8_t kNoError = 0, kNxDomain = 3;

TEST_F(RealContents, MailDirectRejected) {
  ASSERT_NO_FATAL_FAILURE(open("mail_direct_rejected"));
  EXPECT_EQ(syns(25), about.count);
  EXPECT_EQ(hosts(25, true), about.count);
  EXPECT_EQ(replies(550), 3 * about.count);
  EXPECT_EQ(replies(354), 2U) << "two servers take one mail each";
}
TEST_F(RealContents, MailRelay) {
  ASSERT_NO_FATAL_FAILURE(open("mail_relay"));
  EXPECT_EQ(syns(25), 3U);
  EXPECT_EQ(syns(587), 1U);
  EXPECT_EQ(hosts(25), 1U);
  EXPECT_EQ(replies(354), about.count);
  EXPECT_EQ(replies(550), 0U);
}
TEST_F(RealContents, MailRelayFlood) {
  ASSERT_NO_FATAL_FAILURE(open("mail_relay_flood"));
  EXPECT_EQ(hosts(25), 1U);
  EXPECT_EQ(syns(25), about.count / 2);
  EXPECT_EQ(replies(354), about.count);
}
TEST_F(RealContents, MailExchangers) {
  ASSERT_NO_FATAL_FAILURE(open("mail_exchangers"));
  EXPECT_EQ(count([](const Frame& f) {
              const auto asked = f.sent && f.udp() ? parse_dns(f.facts.payload, 0) : std::nullopt;
              return asked && !asked->response && asked->type == kDnsTypeMx;
            }),
            about.count);
  EXPECT_EQ(names(kNoError), about.count);
}
TEST_F(RealContents, MailListHost) {
  ASSERT_NO_FATAL_FAILURE(open("mail_list_host"));
  EXPECT_EQ(hosts(25), 3U);
  EXPECT_EQ(occurrences(said(true, 25), "RCPT TO:"), about.count);
  EXPECT_EQ(replies(550), 0U);
  EXPECT_GE(names(kNoError), 3U) << "it asks for its peers' exchangers";
}

TEST_F(RealContents, DnsNxdomain) {
  ASSERT_NO_FATAL_FAILURE(open("dns_nxdomain"));
  EXPECT_EQ(names(kNxDomain), about.count);
  EXPECT_EQ(names(kNoError), 6U);
}
TEST_F(RealContents, DnsNormal) {
  ASSERT_NO_FATAL_FAILURE(open("dns_normal"));
  EXPECT_EQ(names(kNoError), 11U);
  EXPECT_EQ(names(kNxDomain), 16U) << "typing errors and single labels, with the suffix and without";
}
TEST_F(RealContents, DnsTunnel) {
  ASSERT_NO_FATAL_FAILURE(open("dns_tunnel"));
  const std::string zone(
      "\x06tunnel\x07"
      "example\0",
      16);
  EXPECT_GE(count([&](const Frame& f) {
              return f.sent && f.udp() && f.facts.destination_port == 53 && whole_payload(f).find(zone) != zone.npos;
            }),
            200U);
  EXPECT_GT(octets(true), 40000U);
}

TEST_F(RealContents, SshFailedLogins) {
  ASSERT_NO_FATAL_FAILURE(open("ssh_failed_logins"));
  EXPECT_EQ(syns(22), about.count);
  EXPECT_EQ(occurrences(said(false, 22), "SSH-2.0-OpenSSH"), about.count);
  EXPECT_LT(octets(false) / about.count, 6000U) << "nobody gets in";
}
TEST_F(RealContents, SshNormal) {
  ASSERT_NO_FATAL_FAILURE(open("ssh_normal"));
  EXPECT_EQ(syns(22), about.count);
  EXPECT_GT(octets(true), 200000U);
  EXPECT_GT(octets(false), 200000U);
}
TEST_F(RealContents, FtpFailedLogins) {
  ASSERT_NO_FATAL_FAILURE(open("ftp_failed_logins"));
  EXPECT_EQ(occurrences(said(false, 21), "530 Login incorrect"), about.count);
  EXPECT_EQ(occurrences(said(false, 21), "230 "), 0U);
}
TEST_F(RealContents, TelnetFailedLogins) {
  ASSERT_NO_FATAL_FAILURE(open("telnet_failed_logins"));
  EXPECT_EQ(occurrences(said(false, 23), "Login incorrect"), about.count);
}

TEST_F(RealContents, TlsHellos) {
  ASSERT_NO_FATAL_FAILURE(open("tls_hellos"));
  std::size_t hellos = 0, named = 0, with_alpn = 0;
  for (const Frame& f : frames) {
    const std::string_view text = whole_payload(f);
    if (!f.sent || text.size() < 6 || text[0] != 22 || text[1] != 3 || text[5] != 1)
      continue;  // handshake, client hello
    ++hellos;
    named += text.find(".example") != text.npos;
    with_alpn += text.find("\x08http/1.1") != text.npos;
  }
  EXPECT_EQ(hellos, about.count);
  EXPECT_EQ(named, about.count - 1);
  EXPECT_EQ(with_alpn, 4U);
}

TEST_F(RealContents, SynFlood) {
  ASSERT_NO_FATAL_FAILURE(open("syn_flood"));
  EXPECT_EQ(syns(80), about.count);
  EXPECT_EQ(hosts(80), 1U);
  EXPECT_EQ(count([](const Frame& f) { return f.sent && f.tcp() && !f.syn(); }), 0U) << "never completed";
  const auto answers = count([](const Frame& f) { return !f.sent && f.tcp() && f.facts.tcp_flags == (kSyn | kAck); });
  EXPECT_GE(answers, 60U);
  EXPECT_LT(answers, about.count / 5) << "without cookies the victim has room for few";
}
TEST_F(RealContents, UdpFlood) {
  ASSERT_NO_FATAL_FAILURE(open("udp_flood"));
  EXPECT_EQ(count([](const Frame& f) { return f.sent && f.udp() && f.facts.payload_length == 512; }), about.count);
}
TEST_F(RealContents, OpenResolver) {
  ASSERT_NO_FATAL_FAILURE(open("open_resolver"));
  EXPECT_EQ(count([](const Frame& f) { return !f.sent && f.udp() && f.facts.destination_port == 53; }), about.count);
  // What it asks the ISP's resolver until it knows the answer is another matter, and more on a slow machine.
  std::uint64_t asked = 0, answered = 0;
  for (const Frame& f : frames)
    if (((f.sent ? f.facts.destination : f.facts.source).as_v4() >> 8) == 0xc6'1242U)
      (f.sent ? answered : asked) += f.octets.size();
  EXPECT_GT(answered, 10 * asked) << "amplified";
  EXPECT_GE(count([](const Frame& f) { return f.facts.first_fragment; }), about.count);
}
TEST_F(RealContents, SpoofedSources) {
  ASSERT_NO_FATAL_FAILURE(open("spoofed_sources"));
  std::set<IpAddress> sources;
  for (const Frame& f : frames)
    if (f.sent && f.facts.parse == Parse::ip && f.facts.source != about.subscriber) sources.insert(f.facts.source);
  EXPECT_EQ(sources.size(), 4U);
  EXPECT_EQ(count([&](const Frame& f) { return f.sent && sources.contains(f.facts.source); }), about.count);
}

TEST_F(RealContents, ScanTelnet) {
  ASSERT_NO_FATAL_FAILURE(open("scan_telnet"));
  EXPECT_GE(syns(23) + syns(2323), about.count);
  EXPECT_EQ(hosts(23) + hosts(2323), about.count);
  EXPECT_GE(count([](const Frame& f) { return !f.sent && f.facts.transport == Transport::icmp_error; }), 1U)
      << "a router sends few of them";
  EXPECT_GE(count([](const Frame& f) { return !f.sent && f.tcp() && (f.facts.tcp_flags & kRst) != 0; }), 15U);
}
TEST_F(RealContents, ScanMirai) {
  ASSERT_NO_FATAL_FAILURE(open("scan_mirai"));
  EXPECT_EQ(syns(23) + syns(2323), about.count);
  EXPECT_EQ(syns(2323), about.count / 10);
  EXPECT_EQ(count([](const Frame& f) { return f.syn() && f.facts.tcp_sequence == f.facts.destination.as_v4(); }),
            about.count);
}
TEST_F(RealContents, ScanAnswered) {
  ASSERT_NO_FATAL_FAILURE(open("scan_answered"));
  std::set<std::uint16_t> ports;
  std::set<IpAddress> addresses;
  for (const Frame& f : frames) {
    if (!f.sent || !f.syn()) continue;
    ports.insert(f.facts.destination_port);
    addresses.insert(f.facts.destination);
  }
  EXPECT_EQ(ports.size(), about.count);
  EXPECT_EQ(addresses.size(), 1U);
  EXPECT_EQ(count([](const Frame& f) { return f.sent && f.facts.transport == Transport::icmp_error; }), 0U);
}

TEST_F(RealContents, ScanOwnServer) {
  ASSERT_NO_FATAL_FAILURE(open("scan_own_server"));
  std::set<std::uint16_t> ports;
  for (const Frame& f : frames)
    if (f.sent && f.syn()) ports.insert(f.facts.destination_port);
  EXPECT_EQ(ports.size(), about.count);
  EXPECT_GE(count([](const Frame& f) { return !f.sent && f.tcp() && (f.facts.tcp_flags & kRst) != 0; }), 950U);
}

TEST_F(RealContents, WebBrowsing) {
  ASSERT_NO_FATAL_FAILURE(open("web_browsing"));
  EXPECT_EQ(hosts(80), 6U);
  EXPECT_EQ(hosts(443), 6U);
  EXPECT_EQ(occurrences(said(false, 80), "HTTP/1.1 200 OK"), about.count / 2);
  EXPECT_GT(octets(false), 900000U);
}
TEST_F(RealContents, VoiceRtp) {
  ASSERT_NO_FATAL_FAILURE(open("voice_rtp"));
  const auto voice = [](bool sent) {
    return [=](const Frame& f) {
      return f.sent == sent && f.udp() && f.facts.payload_length == 172 && f.facts.payload[0] == 0x80;
    };
  };
  EXPECT_EQ(count(voice(true)), about.count);
  EXPECT_EQ(count(voice(false)), about.count);
}
TEST_F(RealContents, NtpClient) {
  ASSERT_NO_FATAL_FAILURE(open("ntp_client"));
  const auto mode = [](bool sent, unsigned wanted) {
    return [=](const Frame& f) {
      return f.sent == sent && f.udp() && f.facts.payload_length == 48 && (f.facts.payload[0] & 7U) == wanted;
    };
  };
  EXPECT_GE(count(mode(true, 3)), about.count);
  EXPECT_EQ(count(mode(true, 3)), count(mode(false, 4)));
}

/// The Internet checksum (RFC 1071) over the octets, and over what else counts.
std::uint32_t checksum(std::string_view octets, std::uint32_t sum = 0) {
  for (std::size_t i = 0; i < octets.size(); ++i)
    sum += std::uint32_t{static_cast<std::uint8_t>(octets[i])} << (i % 2 == 0 ? 8 : 0);
  while (sum >> 16 != 0) sum = (sum & 0xffffU) + (sum >> 16);
  return sum;
}

TEST_F(RealContents, ChecksumsAndLengthsAreAsOnAWire) {
  std::size_t checked = 0;
  for (const Expectation& e : expectations()) {
    ASSERT_NO_FATAL_FAILURE(open(e.exchange));
    std::size_t bad = 0, long_ones = 0;
    for (const Frame& f : frames) {
      long_ones += f.octets.size() > 1514;
      if (f.octets[12] != 8 || f.octets[13] != 0) continue;  // IPv4 without a tag
      const std::string_view packet(reinterpret_cast<const char*>(f.octets.data()) + 14, f.octets.size() - 14);
      const std::size_t header = (static_cast<std::uint8_t>(packet[0]) & 15U) * 4U;
      const std::size_t total = std::size_t{f.octets[16]} << 8 | f.octets[17];
      bad += checksum(packet.substr(0, header)) != 0xffffU;
      if ((!f.tcp() && !f.udp()) || f.facts.first_fragment) continue;
      const std::uint32_t pseudo = f.facts.protocol + static_cast<std::uint32_t>(total - header);
      const std::uint32_t addresses = checksum(packet.substr(12, 8), pseudo);
      bad += checksum(packet.substr(header, total - header), addresses) != 0xffffU;
      ++checked;
    }
    EXPECT_EQ(bad, 0U) << e.exchange;
    EXPECT_EQ(long_ones, 0U) << e.exchange;
  }
  EXPECT_GT(checked, 10000U);
}

}  // namespace
}  // namespace lazaret::real
