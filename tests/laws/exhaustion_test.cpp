// State exhaustion: one line that opens a million flows in a second, mails a million networks, asks for a million names and
// sends from a million sources. It costs no memory, and nobody else notices.
#include <gtest/gtest.h>

#include <string>

#include "core/packet/dns.hpp"
#include "tests/core/brief_messages.hpp"
#include "tests/laws/allocations.hpp"
#include "tests/laws/crowd.hpp"
#include "tests/laws/laws.hpp"

namespace lazaret::laws {
namespace {

using frames::Flow;
using frames::Octets;

constexpr unsigned kMillion = 1'000'000 / kSlower;
constexpr unsigned kWindowMs = 10, kPerWindow = kMillion * kWindowMs / 1000;
/// A second is judged by what follows it.
constexpr unsigned kAll = kMillion + 5 * kPerWindow;

/// What ends at the same place in every frame of the line (both tags, IPv4 without options). The core reads no checksum.
constexpr std::size_t kSource = 22 + 12, kDestination = 22 + 16, kSourcePort = 22 + 20, kDestinationPort = 22 + 22,
                      kSequence = 22 + 24;
void put(Octets& frame, std::size_t at, std::uint32_t value, unsigned octets) {
  for (unsigned i = 0; i < octets; ++i) frame[at + i] = static_cast<std::uint8_t>(value >> (8 * (octets - 1 - i)));
}
/// Ever another one: n of all the public addresses below 64.0.0.0, by steps that meet no network twice for long.
std::uint32_t place(std::uint32_t n) { return 0x0200'0000U + n * 40'503U % 0x3000'0000U; }

enum class Flood : std::uint8_t { flows, mail, names, sources };

class Flooder {
 public:
  Flooder(Flood flood, const Subject& line) : flood_(flood), line_(line) {
    const Flow out{line.addresses[0], IpAddress::v4(1), 1024, 25};
    syn_ = frames::tcp_frame(out, kSyn, 1, 0, {}, line.access);
    answer_ = frames::tcp_frame(out.reversed(), kSyn | kAck, 77, 2, {}, line.access);
  }
  void write(const Window& w, Stream& war) {
    for (unsigned i = 0; i < kPerWindow && sent < kAll; ++i, ++sent) {
      const Timestamp at{w.begin.ns + i * (kWindowMs * 1'000'000LL / kPerWindow)};
      if (flood_ == Flood::names)
        name(at, war);
      else
        flow(at, war);
    }
  }
  std::uint32_t sent = 0;

 private:
  static void add(Stream& war, Timestamp at, Direction direction, Octets frame) {
    war.packets.push_back({at, direction, std::move(frame)});
  }
  void flow(Timestamp at, Stream& war) {
    Octets frame = syn_;
    const std::uint32_t to = place(sent), isn = sent * 2'654'435'761U;
    const std::uint32_t port = flood_ == Flood::flows ? sent * 7 % 65'536 : 25, own_port = 1024 + sent % 60'000;
    put(frame, kDestination, to, 4), put(frame, kSourcePort, own_port, 2), put(frame, kDestinationPort, port, 2);
    put(frame, kSequence, isn, 4);
    if (flood_ == Flood::sources) put(frame, kSource, place(sent + 17), 4);
    add(war, at, Direction::upstream, std::move(frame));
    if (flood_ == Flood::sources || (flood_ == Flood::flows && sent % 100 != 0)) return;
    Octets back = answer_;
    put(back, kSource, to, 4), put(back, kSourcePort, port, 2), put(back, kDestinationPort, own_port, 2);
    put(back, kSequence + 4, isn + 1, 4);
    add(war, at, Direction::downstream, std::move(back));
  }
  void name(Timestamp at, Stream& war) {
    const std::string name = "x" + std::to_string(sent) + "." + std::to_string(sent * 7'919U) + ".example";
    const Flow ask{line_.addresses[0], war.policy.services_resolvers.items()[0].address,
                   static_cast<std::uint16_t>(1024 + sent % 60'000), 53};
    const auto id = static_cast<std::uint16_t>(sent);
    const std::uint16_t type = sent % 4 == 0 ? kDnsTypeMx : std::uint16_t{1};
    add(war, at, Direction::upstream,
        frames::udp_frame(ask, frames::dns({.name = name, .type = type, .id = id}), line_.access));
    if (sent % 2 == 0) return;
    add(war, at, Direction::downstream,
        frames::udp_frame(ask.reversed(),
                          frames::dns({.name = name, .type = type, .id = id, .response = true, .rcode = 3})));
  }

  Flood flood_;
  const Subject line_;
  Octets syn_, answer_;
};

CrowdRecord flooded(const CrowdPlan& plan, const Maker& maker, Flooder& flooder) {
  return play_crowd(
      plan, maker, [&](const Window& w, Stream& war, Scripts&, Dice&) { flooder.write(w, war); }, false);
}

class Exhaustion : public testing::TestWithParam<Flood> {};

TEST_P(Exhaustion, AMillionOfOneLineCostNothingAndConcernNobodyElse) {
  // The flood lasts little more than one second of one and a half, in which the others go on.
  const CrowdPlan plan{.seed = 3, .victims = 100, .strangers = 1, .window_ms = kWindowMs, .windows = 150, .active = 20};
  const Stream town = crowd_town(plan);
  std::size_t allocated = 0;
  Flooder flooder(GetParam(), town.subjects.back());
  const CrowdRecord calm = play_crowd(plan, engine());
  const CrowdRecord flood = flooded(plan, counted(engine(), allocated), flooder);
  const Difference d = compare_victims(plan, calm, flood);
  EXPECT_FALSE(d) << "without / with the flood: " << *d;
  EXPECT_EQ(allocated, 0U);
  EXPECT_EQ(flooder.sent, kAll);
  EXPECT_GT(calm.events.size(), 100U);
  EXPECT_EQ(flood.counters.events_lost, 0U);
  RecordProperty("packets", std::to_string(flood.packets));
  // It is counted, and the line itself has its name for it.
  const Counters &c = flood.counters, &q = calm.counters;
  const AccountStatus& line = flood.status.at(town.subjects.back().account);
  const auto seen = [&](Channel channel) { return line.seen[static_cast<unsigned>(channel)].adverse; };
  switch (GetParam()) {
    case Flood::flows:
      EXPECT_GT(c.contacts_skipped - q.contacts_skipped, kMillion / 4);
      EXPECT_GT(seen(Channel::flood_syn), 0U);
      break;
    case Flood::mail:
      EXPECT_GT(c.sessions_skipped - q.sessions_skipped, kMillion / 4);
      EXPECT_GT(seen(Channel::spam_fanout), 1000U);
      break;
    case Flood::names:
      EXPECT_GT(seen(Channel::dns_failure), 1000U);
      EXPECT_GT(seen(Channel::spam_mx_query), 1000U);
      break;
    case Flood::sources:
      EXPECT_GT(c.spoofed - q.spoofed, kMillion / 10 * 9);
      EXPECT_GT(seen(Channel::flood_spoof), 1000U);
      break;
  }
}
std::string flood_name(const testing::TestParamInfo<Flood>& info) {
  constexpr const char* kNames[] = {"Flows", "Mail", "Names", "Sources"};
  return kNames[static_cast<unsigned>(info.param)];
}
INSTANTIATE_TEST_SUITE_P(Of, Exhaustion, testing::Values(Flood::flows, Flood::mail, Flood::names, Flood::sources),
                         flood_name);

TEST(ExhaustionCanary, NoticesATableForAllAndAMachineThatGrows) {
  const CrowdPlan plan{.seed = 3, .victims = 30, .strangers = 1, .window_ms = kWindowMs, .windows = 60, .active = 60};
  const Stream town = crowd_town(plan);
  std::size_t allocated = 0;
  Flooder flooder(Flood::flows, town.subjects.back());
  const Maker shared = reference(Slip::shared_contacts);
  const auto few = [&](const Window& w, Stream& war, Scripts&, Dice&) {
    if (flooder.sent < 20 * kPerWindow) flooder.write(w, war);
  };
  EXPECT_TRUE(
      compare_victims(plan, play_crowd(plan, shared), play_crowd(plan, counted(shared, allocated), few, false)));
  EXPECT_GT(allocated, 0U);
}

}  // namespace
}  // namespace lazaret::laws
