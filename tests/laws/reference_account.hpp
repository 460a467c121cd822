// What the naive core keeps of an account, and the small arithmetic that docs/semantics.md uses everywhere.
// Ownership: values. Threads: none.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "core/engine.hpp"
#include "core/packet/decode.hpp"

namespace lazaret::laws {

constexpr std::int64_t kLastInstant = 0xffff'fffe;  ///< in seconds: no account remembers a later time

inline std::int64_t capped(std::int64_t second) { return std::min(second, kLastInstant); }
/// sec(t)
inline std::int64_t sec(Timestamp t) { return capped(t.ns / kNsPerSecond); }
/// "due d after t"
inline std::int64_t due_second(Timestamp t, Duration d) {
  const std::int64_t rest = t.ns % kNsPerSecond + d.ns % kNsPerSecond;
  return capped(t.ns / kNsPerSecond + d.ns / kNsPerSecond + (rest + kNsPerSecond - 1) / kNsPerSecond);
}
inline Timestamp begin_of_second(std::int64_t second) { return {second * kNsPerSecond}; }

inline Score q(double nats) { return std::llround(nats * 65536); }
inline double odds(double p) { return std::log(p / (1 - p)); }
inline Score against(double bot, double clean) { return q(std::log(bot / clean)); }
inline Score in_favour(double bot, double clean) { return q(std::log((1 - bot) / (1 - clean))); }

inline std::uint32_t low(std::uint64_t key) { return static_cast<std::uint32_t>(key); }
/// Counts of 16 bits that saturate.
inline std::uint32_t up_to_16_bits(std::uint64_t n) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(n, 65535));
}

inline bool has(const Facts& f, unsigned flags) { return (f.tcp_flags & flags) == flags; }
inline bool lacks(const Facts& f, unsigned flags) { return (f.tcp_flags & flags) == 0; }
inline bool opens(const Facts& f) {
  return f.transport == Transport::tcp && has(f, kSyn) && lacks(f, kAck | kRst | kFin);
}

inline bool scanners_look_for(std::uint16_t port) {
  static const std::set<std::uint16_t> kPorts = {21,   22,   23,   135,  139,  445,  1433, 2222,  2323,
                                                 3306, 3389, 5555, 5900, 7547, 8291, 9527, 37215, 52869};
  return kPorts.contains(port);
}

/// The numbers of the bits that stand.
struct Memory {
  std::set<std::uint64_t> present, previous;
  std::int64_t window = 0;
};
struct Contact {
  std::uint32_t tag = 0;
  std::int64_t due = 0;
  std::uint16_t port = 0, source_port = 0;
  std::optional<Channel> stream;
  bool session = false, mail = false, new_peer = false;
};
struct Session {
  std::uint32_t tag = 0, isn = 0, sent = 0, expected = 0;
  std::int64_t due = 0;
  std::uint16_t port = 0, source_port = 0;
  bool new_peer = false, failed = false, data = false;
  std::uint32_t up = 0, down = 0;
};
struct Standing {
  Channel channel = Channel::scan_ports;
  Score score = 0;
  std::int64_t decayed_at = 0;
  Sighting seen;
};
struct Tunnel {
  std::int64_t window = 0;
  std::uint32_t domain = 0, octets = 0;
};
struct Meter {
  std::int64_t second = 0;
  std::uint32_t syn = 0, syn_ack = 0, udp_up = 0, udp_down = 0, replies = 0;
  std::uint16_t port = 0;
};
struct Beacon {
  std::uint32_t peer = 0;
  std::int64_t last = 0, interval = 0;
  unsigned count = 0, misses = 0;
};
struct Learned {
  std::uint32_t tag = 0;
  std::int64_t until = 0;
};

/// Cleared all at once.
struct Evidence {
  std::vector<Standing> standings;  ///< in the order in which they were taken
  std::vector<Contact> contacts;    ///< oldest first, like all below
  std::vector<Session> sessions;
  std::vector<std::uint32_t> questions, hosts;
  Memory memory;
  std::uint32_t relay_count = 0;
  std::int64_t relay_window = 0;
  Tunnel tunnel;
  Beacon beacon;
  Meter meter;
};

struct Account {
  State state = State::clear;
  AccountClass account_class = AccountClass::ordinary;
  LineId line;
  bool lost_line = false;
  bool reverse = false, from_probation = false, told = false;
  std::uint8_t later_left = 0, history = 0;
  std::int64_t history_at = 0, quarantined_s = 0, held_until = 0;
  std::optional<std::int64_t> deadline;  ///< in seconds
  std::uint32_t events = 0;
  std::uint32_t call_peer = 0;
  std::int64_t call_second = 0;
  std::vector<Learned> learned = std::vector<Learned>(kLearnedPerAccount);
  Evidence evidence;

  [[nodiscard]] std::uint16_t node() const { return lost_line ? 0 : static_cast<std::uint16_t>(line.value >> 28); }
};

}  // namespace lazaret::laws
