// One worker over ring ports, turned by hand: what goes in comes out of the right port, and orders take effect in time.
#include "datapath/worker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <vector>

#include "core/packet/decode.hpp"
#include "datapath/eal.hpp"
#include "datapath/ring_wire.hpp"
#include "tests/core/frames.hpp"

namespace lazaret {
namespace {

using namespace frames;
using Port = RingWire::Port;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr AccountId kAccount{7};
const IpAddress kHome = address("192.0.2.7"), kPeer = address("203.0.113.9");

Timestamp at(std::int64_t ms) { return Timestamp{} + milliseconds(ms); }

class WorkerTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_FALSE(start_eal().has_value());
    make(RingWire::Shape::ports);
  }
  void make(RingWire::Shape shape, std::optional<TscClock> clock = std::nullopt) {
    worker_.reset();
    wire_.reset();
    link_.reset();
    auto wire = RingWire::create(1, shape);
    if (auto* problem = std::get_if<Problem>(&wire)) throw std::runtime_error(problem->message);
    wire_ = std::make_unique<RingWire>(std::move(std::get<RingWire>(wire)));
    static int links = 0;
    ControlLink::Depths depths;
    depths.verdicts = RingWire::kWindow;
    auto link = ControlLink::create("worker_test" + std::to_string(links++), depths);
    if (auto* problem = std::get_if<Problem>(&link)) throw std::runtime_error(problem->message);
    link_ = std::make_unique<ControlLink>(std::move(std::get<ControlLink>(link)));
    worker_ = std::make_unique<Worker>(Policy{}, Limits{}, Seed{1}, wire_->wiring(0), *link_, clock);
  }

  void feed(const Octets& frame, Direction direction, Timestamp t) {
    ASSERT_TRUE(wire_->feed(0, {t, frame, static_cast<std::uint32_t>(frame.size()), direction}));
    ASSERT_TRUE(wire_->flush(0));
  }
  void command(CommandKind kind, Timestamp t, AccountId account = kAccount, IpAddress who = kHome) {
    Command c;
    c.at = t, c.kind = kind, c.account = account, c.prefix = {who, 128};
    ASSERT_TRUE(link_->send({Order::Kind::command, c, {}}));
  }
  void barrier(Timestamp t) { ASSERT_TRUE(link_->send({Order::Kind::barrier, {}, t})); }
  void turn() {
    while (worker_->poll()) {
    }
  }

  std::vector<Octets> out(Port port) {
    std::vector<Octets> frames;
    while (wire_->drain(port, 0, [&](std::span<const std::uint8_t> f) { frames.emplace_back(f.begin(), f.end()); }) >
           0) {
    }
    return frames;
  }
  std::vector<Rule> rules() {
    std::vector<Verdict> verdicts(RingWire::kWindow);
    verdicts.resize(link_->receive_verdicts(verdicts));
    std::vector<Rule> found;
    for (const Verdict& v : verdicts) found.push_back(v.rule);
    return found;
  }
  std::vector<Notice> notices() {
    std::vector<Notice> found(4096);
    found.resize(link_->receive_notices(found));
    return found;
  }
  std::vector<EventKind> events() {
    std::vector<EventKind> kinds;
    for (const Notice& n : notices())
      if (n.kind == Notice::Kind::event) kinds.push_back(n.event.kind);
    return kinds;
  }

  /// The account scans telnet, is proposed, and the quarantine is approved.
  void quarantine() {
    command(CommandKind::bind, at(1000));
    for (unsigned n = 0; n < 60; ++n) {
      const Flow f{kHome, IpAddress::v4(0xcb000000U + (n << 8)), static_cast<std::uint16_t>(40000 + n), 23};
      feed(tcp_frame(f, kSyn, 100, 0), Direction::upstream, at(1001 + 2 * n));
      turn();
      feed(tcp_frame(f.reversed(), kRst | kAck, 0, 101), Direction::downstream, at(1002 + 2 * n));
      turn();
    }
    command(CommandKind::approve, at(2000));
    turn();
    EXPECT_THAT(events(),
                testing::IsSupersetOf({EventKind::bound, EventKind::quarantine_proposed, EventKind::quarantined}));
    (void)out(Port::access), (void)out(Port::core), (void)rules();
  }

  std::unique_ptr<RingWire> wire_;
  std::unique_ptr<ControlLink> link_;
  std::unique_ptr<Worker> worker_;
};

TEST_F(WorkerTest, WhatGoesToTheGardenIsAddressedToTheNextHopAndOtherwiseUnchanged) {
  Wiring wiring = wire_->wiring(0);
  wiring.garden_next_hop = {2, 0, 0, 0, 0, 9};
  worker_ = std::make_unique<Worker>(Policy{}, Limits{}, Seed{1}, wiring, *link_);
  quarantine();
  Octets web = tcp_frame({kHome, kPeer, 40000, 80}, kSyn, 1, 0);
  feed(web, Direction::upstream, at(3000));
  turn();
  std::copy(wiring.garden_next_hop->begin(), wiring.garden_next_hop->end(), web.begin());
  EXPECT_THAT(out(Port::garden), ElementsAre(web));
}

TEST_F(WorkerTest, OnAMirrorItDecidesAndSendsNothing) {
  Wiring wiring = wire_->wiring(0);
  wiring.observes = true;
  worker_ = std::make_unique<Worker>(Policy{}, Limits{}, Seed{1}, wiring, *link_);
  quarantine();
  feed(tcp_frame({kHome, kPeer, 40000, 25}, kSyn, 1, 0), Direction::upstream, at(3000));
  turn();
  EXPECT_THAT(rules(), ElementsAre(Rule::mail_closed));
  for (const Port port : {Port::access, Port::core, Port::garden}) EXPECT_THAT(out(port), IsEmpty());
  const Carried& c = worker_->carried();
  EXPECT_EQ(c.received, c.passed + c.answered);
  EXPECT_EQ(c.answered, 1U);
}

TEST_F(WorkerTest, ALookSeesAllCommandsBeforeIt) {
  command(CommandKind::bind, at(1));
  command(CommandKind::operator_quarantine, at(2));
  Look look;
  look.account = kAccount;
  look.snapshot = true;
  ASSERT_TRUE(link_->send({Order::Kind::look, {}, {}, &look}));
  turn();
  EXPECT_EQ(notices().back().kind, Notice::Kind::looked);
  EXPECT_EQ(look.status.state, State::quarantined);
  Engine again(Policy{}, Limits{}, Seed{1});
  ASSERT_EQ(again.restore(look.octets), nullptr);
  EXPECT_EQ(again.snapshot(), worker_->engine().snapshot());
}

TEST_F(WorkerTest, PassesEachSideToTheOppositeWithEveryOctetUnchanged) {
  command(CommandKind::bind, at(1));
  const Flow f{kHome, kPeer, 40000, 110};
  const Octets up = tcp_frame(f, kSyn, 1, 0, {}, {.s_vlan = 3, .c_vlan = 4, .pppoe = 5});
  const Octets down = tcp_frame(f.reversed(), kSyn | kAck, 1, 2),
               page = tcp_frame(f.reversed(), kAck, 2, 2, "from the portal");
  feed(up, Direction::upstream, at(2));
  feed(down, Direction::downstream, at(3));
  feed(page, Direction::from_garden, at(4));
  turn();
  EXPECT_THAT(out(Port::core), ElementsAre(up));
  EXPECT_THAT(out(Port::access), ElementsAre(down, page));
  EXPECT_THAT(out(Port::garden), IsEmpty());
  EXPECT_THAT(rules(), ElementsAre(Rule::clear, Rule::clear, Rule::garden_return));
  const Carried expected{.received = 3, .passed = 3};
  EXPECT_EQ(worker_->carried(), expected);
}

TEST_F(WorkerTest, AQuarantinedLineIsServedAsItsVerdictsSay) {
  quarantine();
  const Flow web{kHome, kPeer, 50000, 80}, tls{kHome, kPeer, 50001, 443}, mail{kHome, kPeer, 50002, 25},
      pop{kHome, kPeer, 50003, 110};
  const Octets to_garden = tcp_frame(web, kSyn, 10, 0), fetch = tcp_frame(pop, kSyn, 10, 0);
  // Long enough after it that nothing drains any more.
  feed(to_garden, Direction::upstream, at(43000));
  feed(tcp_frame(tls, kSyn, 20, 0), Direction::upstream, at(43001));
  feed(tcp_frame(mail, kAck, 30, 3000, "QUIT\r\n"), Direction::upstream, at(43002));
  feed(udp_frame(tls, octets("quic")), Direction::upstream, at(43003));
  feed(tcp_frame(web.reversed(), kSyn | kAck, 1, 11), Direction::downstream, at(43004));
  feed(fetch, Direction::upstream, at(43005));
  turn();
  EXPECT_THAT(out(Port::garden), ElementsAre(to_garden));
  EXPECT_THAT(out(Port::core), ElementsAre(fetch));
  const std::vector<Octets> answers = out(Port::access);
  ASSERT_EQ(answers.size(), 3U);
  const Facts reset = decode(answers[0]), cut_off = decode(answers[1]), prohibited = decode(answers[2]);
  EXPECT_EQ(reset.tcp_flags, kRst | kAck);
  EXPECT_EQ(reset.tcp_acknowledgment, 21U);
  EXPECT_EQ(reset.source_port, 443);
  EXPECT_EQ(cut_off.tcp_flags, kRst);
  EXPECT_EQ(cut_off.tcp_sequence, 3000U);
  EXPECT_EQ(prohibited.transport, Transport::icmp_error);
  EXPECT_EQ(prohibited.destination, kHome);
  const Carried& c = worker_->carried();
  EXPECT_EQ(c.gardened, 1U);
  EXPECT_EQ(c.answered, 3U);
  EXPECT_EQ(c.dropped, 1U) << "web from the core side";
  EXPECT_EQ(c.received, c.passed + c.gardened + c.answered + c.dropped);
}

TEST_F(WorkerTest, AFrameThatACaptureCutIsCountedByItsLengthOnTheWire) {
  const Octets frame = cut(tcp_frame({kHome, kPeer, 1, 2}, kAck, 1, 1, std::string(900, 'x')), kJudgedOctets);
  ASSERT_TRUE(wire_->feed(0, {at(1), frame, 954, Direction::upstream}));
  ASSERT_TRUE(wire_->flush(0));
  turn();
  EXPECT_EQ(worker_->engine().counters().octets, 954U);
  EXPECT_THAT(out(Port::core), ElementsAre(frame));
}

TEST_F(WorkerTest, ACommandWaitsForItsTime) {
  make(RingWire::Shape::trunk);
  const Octets frame = tcp_frame({kHome, kPeer, 1, 2}, kAck, 1, 1);
  feed(frame, Direction::upstream, at(10));
  feed(frame, Direction::upstream, at(19));
  command(CommandKind::bind, at(20));  // seen together with the packets before it
  feed(frame, Direction::upstream, at(20));
  turn();
  EXPECT_THAT(rules(), ElementsAre(Rule::unbound, Rule::unbound, Rule::clear));
}

TEST_F(WorkerTest, MoreCommandsOfOneMomentThanABatchHoldsAllComeBeforeItsPackets) {
  make(RingWire::Shape::trunk);
  const auto home = [](unsigned n) { return IpAddress::v4(0x0a000000U + n); };
  const Octets early = tcp_frame({home(1), kPeer, 1, 2}, kAck, 1, 1);
  feed(early, Direction::upstream, at(4));
  for (unsigned n = 1; n <= 150; ++n) command(CommandKind::bind, at(5), AccountId{n}, home(n));
  for (const unsigned n : {1U, 64U, 65U, 128U, 150U, 151U})
    feed(tcp_frame({home(n), kPeer, 1, 2}, kAck, 1, 1), Direction::upstream, at(5));
  turn();
  EXPECT_THAT(rules(), ElementsAre(Rule::unbound, Rule::clear, Rule::clear, Rule::clear, Rule::clear, Rule::clear,
                                   Rule::unbound));
  EXPECT_EQ(events().size(), 150U);
}

TEST_F(WorkerTest, EqualStampsOnDifferentPortsKeepTheTrunksOrder) {
  make(RingWire::Shape::trunk);
  command(CommandKind::bind, at(1));
  const Flow f{kHome, kPeer, 40000, 23};
  // Each refusal comes at the very stamp of its question: judged the other way round, nothing would be observed.
  for (unsigned n = 0; n < 40; ++n) {
    const Flow g{kHome, IpAddress::v4(0xcb000000U + (n << 8)), static_cast<std::uint16_t>(f.source_port + n), 23};
    feed(tcp_frame(g, kSyn, 100, 0), Direction::upstream, at(50));
    feed(tcp_frame(g.reversed(), kRst | kAck, 0, 101), Direction::downstream, at(50));
  }
  turn();
  EXPECT_LT(worker_->engine().counters().unmatched_replies, 10U) << "a few hosts share a bit of the account's memory";
  EXPECT_THAT(events(), testing::Contains(EventKind::quarantine_proposed));
}

TEST_F(WorkerTest, ABarrierIsPassedAfterAllPacketsBeforeItAndTellsWhatIsDue) {
  make(RingWire::Shape::trunk);
  command(CommandKind::bind, at(1));
  for (unsigned n = 0; n < 100; ++n)  // more than three bursts; unanswered contacts arm a timer
    feed(tcp_frame({kHome, kPeer, static_cast<std::uint16_t>(1000 + n), 23}, kSyn, n, 0), Direction::upstream,
         at(10 + n));
  barrier(at(1000));
  turn();
  EXPECT_EQ(rules().size(), 100U);
  const std::vector<Notice> told = notices();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].event.kind, EventKind::bound);
  EXPECT_EQ(told[1].kind, Notice::Kind::passed);
  EXPECT_EQ(told[1].boundary, at(1000));
  // An account's timers stand in whole seconds; an engine may ask to be called earlier.
  EXPECT_GT(told[1].next_due, at(1000));
  EXPECT_LE(told[1].next_due, at((10 + Policy{}.contact_timeout_ms + 999) / 1000 * 1000));
}

TEST_F(WorkerTest, ABarrierWithinABurstDividesIt) {
  make(RingWire::Shape::trunk);
  const Octets frame = tcp_frame({kHome, kPeer, 1, 2}, kAck, 1, 1);
  feed(frame, Direction::upstream, at(999));
  barrier(at(1000));
  command(CommandKind::bind, at(1000));  // after the barrier, before the packet: as a conductor's command comes
  feed(frame, Direction::upstream, at(1000));
  turn();
  EXPECT_THAT(rules(), ElementsAre(Rule::unbound, Rule::clear));
  const std::vector<Notice> told = notices();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].kind, Notice::Kind::passed);
  EXPECT_EQ(told[1].event.kind, EventKind::bound);
}

TEST_F(WorkerTest, APacketFromAnotherPortIsGivenBackAndCounted) {
  // The worker of this wiring knows other ports than the ones that the packet names.
  auto other = RingWire::create(1, RingWire::Shape::trunk);
  ASSERT_TRUE(std::holds_alternative<RingWire>(other));
  make(RingWire::Shape::trunk);
  Wiring crossed = std::get<RingWire>(other).wiring(0);
  crossed.inlets = wire_->wiring(0).inlets;
  worker_ = std::make_unique<Worker>(Policy{}, Limits{}, Seed{1}, crossed, *link_);
  feed(tcp_frame({kHome, kPeer, 1, 2}, kAck, 1, 1), Direction::upstream, at(1));
  turn();
  const Carried expected{.received = 1, .strange_port = 1};
  EXPECT_EQ(worker_->carried(), expected);
  worker_.reset();
}

TEST_F(WorkerTest, AFullPortLosesPacketsAndSaysHowMany) {
  const Octets frame = tcp_frame({kHome, kPeer, 1, 2}, kAck, 1, 1);
  constexpr unsigned kFlood = 2 * RingWire::kWindow + 100;  // nobody drains the core port
  for (unsigned n = 0; n < kFlood; ++n) {
    feed(frame, Direction::upstream, at(n));
    if (n % 64 == 0) turn(), (void)rules();
  }
  turn();
  EXPECT_EQ(worker_->carried().not_sent, 100U);
  EXPECT_EQ(out(Port::core).size(), 2U * RingWire::kWindow);
}

TEST_F(WorkerTest, PacketsWithoutAStampGetTheTimeOfTheirBurst) {
  make(RingWire::Shape::ports, TscClock());
  const auto unix_ns = [] {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  };
  constexpr std::int64_t kSlack = 50'000'000;  // the two clocks are tied by one reading each
  const Timestamp before{unix_ns() - kSlack};
  command(CommandKind::bind, before);
  for (unsigned n = 0; n < 60; ++n) {
    const Flow f{kHome, IpAddress::v4(0xcb000000U + (n << 8)), static_cast<std::uint16_t>(40000 + n), 23};
    feed(tcp_frame(f, kSyn, 100, 0), Direction::upstream, kNever);
    turn();
    feed(tcp_frame(f.reversed(), kRst | kAck, 0, 101), Direction::downstream, kNever);
    turn();
  }
  Timestamp proposed;
  for (const Notice& n : notices())
    if (n.event.kind == EventKind::quarantine_proposed) proposed = n.event.at;
  EXPECT_GE(proposed, before);
  EXPECT_LE(proposed, Timestamp{unix_ns() + kSlack});
}

TEST_F(WorkerTest, WithAClockACommandAheadOfItWaits) {
  const TscClock clock;
  make(RingWire::Shape::ports, clock);
  command(CommandKind::bind, clock.now() + seconds(3600));
  const Octets frame = tcp_frame({kHome, kPeer, 1, 2}, kAck, 1, 1);
  for (int i = 0; i < 10; ++i) worker_->poll();
  feed(frame, Direction::upstream, kNever);
  worker_->poll();
  EXPECT_THAT(rules(), ElementsAre(Rule::unbound));
  EXPECT_THAT(events(), IsEmpty());
}

}  // namespace
}  // namespace lazaret
