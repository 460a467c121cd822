#include "cli/bench/traffic.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/hash.hpp"
#include "core/packet/decode.hpp"

namespace lazaret::bench {
namespace {

constexpr auto kUp = Direction::upstream, kDown = Direction::downstream;
constexpr std::uint8_t kTcp = 6, kUdp = 17;

// The other ends. Names that people use all day are few; a fresh host is one of 16 million.
constexpr Remote kPopular{0xc633'6400U, 0x2001'0db9'0000'0001ULL, 63},
    kFresh{96U << 24, 0x2001'0db9'0000'0002ULL, 0xff'ffff};
constexpr Remote kResolver{0xc000'0235U, 0, 0}, kRelay{0xc000'0219U, 0, 0}, kVoice{0xc000'0205U, 0, 0};

constexpr FrameSpec tcp(Direction d, std::uint16_t port, const Remote& remote, std::uint8_t flags,
                        std::uint16_t length = 60) {
  return {
      .direction = d, .protocol = kTcp, .tcp_flags = flags, .remote_port = port, .remote = remote, .length = length};
}
constexpr FrameSpec udp(Direction d, std::uint16_t port, const Remote& remote, std::uint16_t length = 60) {
  return {.direction = d, .protocol = kUdp, .remote_port = port, .remote = remote, .length = length};
}
constexpr FrameSpec with(FrameSpec frame, Content content) {
  frame.content = content;
  return frame;
}

// Two segments to an acknowledgment, as receivers do that delay them (RFC 5681, 4.2). IPv4, whose headers alone fit 64.
constexpr Row kBulk[] = {
    {"data to the account", 667, 0, tcp(kDown, 443, kPopular, kAck)},
    {"acknowledgment", 333, 0, tcp(kUp, 443, kPopular, kAck)},
};

// The shares are our own proposal of a household's evening, and simple IMIX (7 : 4 : 1 frames of 64, 594 and 1518 octets
// with checksum) fixes the sizes. Two thirds TCP, one third UDP (QUIC, calls, games); a third IPv6. Web round trips take
// 20 ms, the ISP's own services 2 ms. One or two packets in a hundred open a connection, most to a host contacted lately.
constexpr unsigned kFar = 200, kNear = 20;  // blocks: 20 ms and 2 ms at ten million packets a second
constexpr Row kMix[] = {
    // The web. Downloads arrive in full segments and in the rests of objects; every other one is acknowledged.
    {"web: full segment", 83, 33, tcp(kDown, 443, kPopular, kAck, 1514)},
    {"web: part of an object", 200, 80, tcp(kDown, 443, kPopular, kAck | kPsh, 590)},
    {"web: acknowledgment", 235, 94, tcp(kUp, 443, kPopular, kAck)},
    {"web: request, upload", 40, 16, tcp(kUp, 443, kPopular, kAck | kPsh, 590)},
    {"plain web: data", 2, 0, tcp(kDown, 80, kPopular, kAck, 590)},
    {"plain web: request", 2, 0, tcp(kUp, 80, kPopular, kAck | kPsh, 590)},
    // QUIC acknowledges less often than TCP does.
    {"QUIC: data", 85, 40, udp(kDown, 443, kPopular, 590)},
    {"QUIC: acknowledgment", 75, 35, udp(kUp, 443, kPopular)},
    // Calls and games send both ways at the same pace; some calls go by the ISP's own voice server, which is sacred.
    {"media, games: to the account", 85, 20, udp(kDown, 3478, kPopular)},
    {"media, games: from the account", 85, 20, udp(kUp, 3478, kPopular)},
    {"telephone: to the account", 10, 0, udp(kDown, 16384, kVoice, 214)},
    {"telephone: from the account", 10, 0, udp(kUp, 16384, kVoice, 214)},
    // Connections begin and end. A few first contacts fail: closed ports, and hosts that are switched off.
    {"SYN to a popular host", 9, 4, tcp(kUp, 443, kPopular, kSyn)},
    {"SYN to a fresh host", 4, 2, tcp(kUp, 443, kFresh, kSyn)},
    {"SYN that stays unanswered", 1, 0, tcp(kUp, 443, kFresh, kSyn)},
    {"SYN that is refused", 1, 0, tcp(kUp, 8443, kFresh, kSyn)},
    {"SYN-ACK of a popular host", 9, 4, tcp(kDown, 443, kPopular, kSyn | kAck), "SYN to a popular host", kFar},
    {"SYN-ACK of a fresh host", 4, 2, tcp(kDown, 443, kFresh, kSyn | kAck), "SYN to a fresh host", kFar},
    {"RST of a closed port", 1, 0, tcp(kDown, 8443, kFresh, kRst | kAck), "SYN that is refused", kFar},
    {"FIN from the account", 10, 4, tcp(kUp, 443, kPopular, kFin | kAck)},
    {"FIN to the account", 10, 4, tcp(kDown, 443, kPopular, kFin | kAck)},
    {"RST from the account", 3, 1, tcp(kUp, 443, kPopular, kRst | kAck)},  // browsers that have seen enough
    // Names: somewhat more questions than connections, for each connection's name is asked for in both families.
    {"DNS query", 10, 0, with(udp(kUp, 53, kResolver), Content::dns_query)},
    {"DNS answer", 10, 0, with(udp(kDown, 53, kResolver), Content::dns_answer), "DNS query", kNear},
    {"NTP query", 1, 0, udp(kUp, 123, kPopular, 90)},
    {"NTP answer", 1, 0, udp(kDown, 123, kPopular, 90), "NTP query", kFar},
    // Mail: read by IMAP, sent by the ISP's relay.
    {"IMAP: data", 4, 1, tcp(kDown, 993, kPopular, kAck | kPsh, 590)},
    {"IMAP: acknowledgment", 4, 1, tcp(kUp, 993, kPopular, kAck)},
    {"SMTP: SYN to the relay", 1, 0, tcp(kUp, 25, kRelay, kSyn)},
    {"SMTP: SYN-ACK of the relay", 1, 0, tcp(kDown, 25, kRelay, kSyn | kAck), "SMTP: SYN to the relay", kNear},
    {"SMTP: message", 2, 0, tcp(kUp, 25, kRelay, kAck | kPsh, 590)},
    {"SMTP: reply", 2, 0, with(tcp(kDown, 25, kRelay, kAck | kPsh), Content::smtp_reply)},
};

constexpr unsigned sum(std::span<const Row> rows) {
  unsigned all = 0;
  for (const Row& row : rows) all += row.per_mille;
  return all;
}
static_assert(sum(kBulk) == kBlock && sum(kMix) == kBlock);

}  // namespace

std::string_view name_of(Kind kind) {
  constexpr std::string_view kNames[] = {"bulk", "mix", "mix64"};
  return kNames[static_cast<unsigned>(kind)];
}

std::span<const Row> table_of(Kind kind) {
  if (kind == Kind::bulk) return kBulk;
  return kMix;
}

Policy bench_policy() {
  Policy policy;
  policy.services_resolvers.add({IpAddress::v4(kResolver.v4), 128});
  policy.services_relays.add({IpAddress::v4(kRelay.v4), 128});
  policy.services_voice.add({IpAddress::v4(kVoice.v4), 128});
  return policy;
}

Stream::Stream(Kind kind, std::uint32_t accounts) : accounts_(accounts), table_(table_of(kind)) {
  for (const Row& row : table_) {
    for (const bool v6 : {false, true}) {
      FrameSpec spec = row.frame;
      spec.v6 = v6;
      if (kind != Kind::mix) spec.length = 0;
      frames_.push_back(make_frame(spec));
    }
  }
  write_script();
}

void Stream::write_script() {
  // Where each frame stands in each block, in the order of the block.
  std::vector<std::array<std::vector<std::uint32_t>, kBlocks>> places(frames_.size());
  std::uint64_t state = 1;
  script_.resize(kPeriod);
  for (std::uint32_t block = 0; block < kBlocks; ++block) {
    std::vector<std::uint32_t> shuffled;
    for (std::uint32_t r = 0; r < table_.size(); ++r) {
      for (unsigned i = 0; i < table_[r].per_mille; ++i)
        shuffled.push_back(2 * r + (i < table_[r].ipv6_per_mille ? 1 : 0));
    }
    for (std::size_t i = kBlock - 1; i > 0; --i) std::swap(shuffled[i], shuffled[mix(7, ++state) % (i + 1)]);
    for (std::uint32_t i = 0; i < kBlock; ++i) {
      script_[block * kBlock + i] = {shuffled[i] & 0xff, 0};
      places[shuffled[i]][block].push_back(i);
    }
  }
  for (std::uint32_t r = 0; r < table_.size(); ++r) {
    if (table_[r].answers.empty()) continue;
    const auto request = static_cast<std::uint32_t>(
        std::find_if(table_.begin(), table_.end(), [&](const Row& x) { return x.name == table_[r].answers; }) -
        table_.begin());
    for (std::uint32_t v6 = 0; v6 < 2; ++v6) {
      for (std::uint32_t block = 0; block < kBlocks; ++block) {
        const auto& mine = places[2 * r + v6][block];
        const auto& theirs = places[2 * request + v6][(block + kBlocks * 8 - table_[r].after_blocks) % kBlocks];
        for (std::size_t i = 0; i < mine.size(); ++i)
          script_[block * kBlock + mine[i]].back = (table_[r].after_blocks * kBlock + mine[i] - theirs[i]) & 0xff'ffff;
      }
    }
  }
}

}  // namespace lazaret::bench
