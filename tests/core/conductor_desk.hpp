// One conductor at a desk: epochs of a second, told event by event, and what it answered.
// Ownership: values. Threads: one.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/conductor/conductor.hpp"

namespace lazaret::desk {

inline Policy quick() {
  Policy p;
  p.fuse_max_quarantines = 3;
  p.fuse_interval_s = 10;
  p.fuse_node_floor = 1000;
  p.fuse_node_share = 0;
  p.dns_popular_accounts = 3;
  p.dns_popular_share = 0;
  p.memory_window_s = 100;
  return p;
}

constexpr Limits kRoom{.accounts = 100, .counted_names = 1024};

/// Epochs of a second, told one by one. Answers are letters: a approve, h hold, p popular.
struct Desk {
  explicit Desk(const Policy& p = quick(), const Limits& limits = kRoom) : conductor(p, limits) {}

  void event(EventKind kind, std::uint32_t account, std::uint16_t node = 0, std::int64_t observed = 0,
             std::int64_t limit = 0, std::uint32_t sequence = 1) {
    Event e;
    e.at = Timestamp{} + seconds(second);
    e.account = {account};
    e.sequence = sequence;
    e.kind = kind;
    e.node = node;
    e.observed = observed;
    e.limit = limit;
    waiting.push_back(e);
  }
  void propose(std::uint32_t account, std::uint16_t node = 0) {
    event(EventKind::quarantine_proposed, account, node, 1'000'000, 900'000);
  }
  void join(std::uint16_t node, std::uint16_t from = 0) { event(EventKind::node_joined, 1, node, node, from); }
  void fail(std::uint32_t account, std::uint64_t key) {
    event(EventKind::name_failed, account, 0, static_cast<std::int64_t>(key));
  }
  bool command(CommandKind kind) {
    Command c;
    c.kind = kind;
    return conductor.apply(c);
  }
  /// Closes the epoch.
  std::string step() {
    const Timestamp boundary = Timestamp{} + seconds(++second);
    const Conductor::Answer a = conductor.step(boundary, waiting);
    waiting.clear();
    told.assign(a.events.begin(), a.events.end());
    std::string letters;
    for (const Command& c : a.commands) {
      EXPECT_EQ(c.at, boundary);
      EXPECT_EQ(c.issuer, Issuer::conductor);
      letters += c.kind == CommandKind::approve ? 'a' : c.kind == CommandKind::hold ? 'h' : 'p';
    }
    orders.assign(a.commands.begin(), a.commands.end());
    for (const Event& e : told) EXPECT_TRUE(e.at == boundary && e.account == kNobody);
    return letters;
  }
  [[nodiscard]] std::vector<EventKind> kinds() const {
    std::vector<EventKind> k;
    for (const Event& e : told) k.push_back(e.kind);
    return k;
  }

  Conductor conductor;
  std::int64_t second = 1000;
  std::vector<Event> waiting, told;
  std::vector<Command> orders;
};

/// A policy of which only the nodes' fuses matter.
inline Policy nodes(std::int64_t floor, double share) {
  Policy p = quick();
  p.fuse_max_quarantines = 1000;
  p.fuse_node_floor = floor;
  p.fuse_node_share = share;
  return p;
}

}  // namespace lazaret::desk
