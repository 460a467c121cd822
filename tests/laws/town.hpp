// A little town before the naive core: sends frames and commands one by one and keeps what came of them.
// Ownership: values. Threads: one.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/core/frames.hpp"
#include "tests/laws/reference.hpp"

namespace lazaret::laws {

inline constexpr AccountId kAlice{1}, kBob{2};

class Town {
 public:
  explicit Town(const Policy& policy = {}, const Limits& limits = {}) : core(policy, limits, Seed{1}) {
    bind(kAlice, "192.0.2.1");
  }

  void give(Command c) {
    c.at = now;
    keep(core.process({now, {}, {&c, 1}}));
  }
  void tell(CommandKind kind, AccountId account = kAlice, Choice choice = Choice::none) {
    Command c;
    c.kind = kind, c.account = account, c.choice = choice;
    give(c);
  }
  void classify(AccountClass account_class) {
    Command c;
    c.kind = CommandKind::classify, c.account = kAlice, c.account_class = account_class;
    give(c);
  }
  /// An abuse report in nats: evidence without packets.
  void report(double nats) {
    Command c;
    c.kind = CommandKind::report, c.account = kAlice, c.step = q(nats);
    give(c);
  }
  void bind(AccountId account, std::string_view address, LineId line = {}) {
    Command c;
    c.account = account, c.prefix = {frames::address(address), 128}, c.line = line;
    give(c);
  }
  Verdict up(const frames::Octets& frame) { return send(frame, Direction::upstream); }
  Verdict down(const frames::Octets& frame) { return send(frame, Direction::downstream); }
  void wait(double s) {
    now.ns += static_cast<std::int64_t>(s * 1e9);
    keep(core.process({now, {}, {}}));
  }

  /// A flow of Alice's with a source port of its own.
  frames::Flow flow(std::string_view to, std::uint16_t port) { return flow(frames::address(to), port); }
  frames::Flow flow(IpAddress to, std::uint16_t port) {
    return {frames::address("192.0.2.1"), to, ++source_port_, port};
  }
  Verdict syn(const frames::Flow& f, std::uint32_t sequence = 99) {
    return up(frames::tcp_frame(f, kSyn, sequence, 0));
  }
  void refuse(const frames::Flow& f, std::uint32_t sequence = 99) {
    down(frames::tcp_frame(f.reversed(), kRst | kAck, 0, sequence + 1));
  }
  void accept(const frames::Flow& f, std::uint32_t sequence = 99) {
    down(frames::tcp_frame(f.reversed(), kSyn | kAck, 499, sequence + 1));
  }
  /// A first contact that is refused at once.
  void fail(IpAddress to, std::uint16_t port) {
    const frames::Flow f = flow(to, port);
    syn(f);
    refuse(f);
  }
  /// Asks 198.51.100.53 for a name; the answer has as many addresses, from 203.0.113.1 on, as told.
  void ask(std::string_view name, std::uint8_t rcode = 0, unsigned addresses = 1, std::uint16_t type = 1) {
    const frames::Flow f = flow("198.51.100.53", 53);
    up(frames::udp_frame(f, frames::dns({.name = name, .type = type})));
    answer(f, name, rcode, addresses, type);
  }
  void answer(const frames::Flow& f, std::string_view name, std::uint8_t rcode, unsigned addresses,
              std::uint16_t type = 1) {
    frames::Octets message = frames::dns({.name = name, .type = type, .response = true, .rcode = rcode});
    message[7] = static_cast<std::uint8_t>(addresses);
    for (unsigned i = 1; i <= addresses; ++i)  // the question's name, A, IN, 300 s
      message =
          frames::concat(message, {0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 203, 0, 113, static_cast<std::uint8_t>(i)});
    down(frames::udp_frame(f.reversed(), message));
  }

  [[nodiscard]] AccountStatus status(AccountId id = kAlice) const { return core.status(id, now); }
  [[nodiscard]] State state() const { return status().state; }
  /// In nats.
  [[nodiscard]] double score(Channel c, AccountId id = kAlice) const {
    return static_cast<double>(status(id).scores[static_cast<unsigned>(c)]) / static_cast<double>(kNat);
  }
  [[nodiscard]] long count(EventKind kind) const {
    return std::count_if(events.begin(), events.end(), [kind](const Event& e) { return e.kind == kind; });
  }
  /// The latest event of that kind; throws, and so fails the test, when there is none.
  [[nodiscard]] Event last(EventKind kind) const {
    const auto e = std::find_if(events.rbegin(), events.rend(), [kind](const Event& x) { return x.kind == kind; });
    return events.at(static_cast<std::size_t>(events.rend() - e) - 1);
  }

  Timestamp now = Timestamp{} + seconds(100200);  ///< a window of ten minutes begins
  std::vector<Event> events;
  Reference core;

 private:
  Verdict send(const frames::Octets& frame, Direction direction) {
    const PacketView view{now, frame, static_cast<std::uint32_t>(frame.size()), direction};
    const Outcome o = core.process({now, {&view, 1}, {}});
    keep(o);
    return o.verdicts[0];
  }
  void keep(const Outcome& o) { events.insert(events.end(), o.events.begin(), o.events.end()); }

  std::uint16_t source_port_ = 40000;
};

/// Distinct hosts in distinct /24s.
inline IpAddress host(unsigned n) { return IpAddress::v4(0xcb000000U + (n << 8) + 7); }

}  // namespace lazaret::laws
