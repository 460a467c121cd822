// Scanning: Threshold Random Walk over the outcomes of first contacts (Jung, Paxson, Berger, Balakrishnan, S&P 2004),
// clamped as in Schechter et al. (RAID 2004), because subscribers become infected later.
//
// Observes  TCP SYNs of the account to destinations, or ports of them, that it did not contact lately, port 25 excepted.
// Model     three streams of first contacts, scored apart: ports that scanners look for; other ports (where peer-to-peer
//           programs fail as often as scanners, so its score is capped); further ports of one host.
// Outcome   SYN+ACK that acknowledges the SYN: success. RST or ICMP unreachable that answers it, or silence while answers
//           to the account are otherwise seen: failure.
// State     about a kilobyte: two rotating bitmaps of 1024 bits, the last 16 hosts, 16 pending contacts. A collision in the
//           bitmaps hides a contact and never accuses; "further ports of one host" is judged by the exact hosts.
// Ownership: immutable; states belong to the accounts. Threads: as the engine. Exact rules: docs/semantics.md, 5.
#pragma once

#include <optional>

#include "core/detect/detector.hpp"
#include "core/limits.hpp"
#include "core/policy.hpp"

namespace lazaret {

class ScanDetector {
 public:
  static constexpr unsigned kRecentHosts = 16;
  struct Contact {
    IpAddress destination;
    Timestamp due;
    std::uint32_t sequence = 0;
    std::uint16_t source_port = 0, destination_port = 0;
    Channel channel = Channel::scan_ports;
  };
  struct State {
    RecentKeys<1024> recent;
    ShortRow<std::uint64_t, kRecentHosts> hosts;
    ShortRow<Contact, kContactsPerAccount> pending;
  };

  ScanDetector(const Policy&, Seed);

  static bool concerned(const Facts& f) { return opens_connection(f) && f.destination_port != kSmtpPort; }
  template <typename Sink>
  void upstream(State& state, const Facts& f, Timestamp at, Counters& counters, Sink&&) const {
    if (concerned(f)) open(state, f, at, counters);
  }
  template <typename Sink>
  bool downstream(State& state, const Facts& f, bool ours, Timestamp, Counters&, Sink&& see) const {
    bool failed = false;
    Contact* contact = answered(state, f, ours, failed);
    if (contact == nullptr) return false;
    end(state, contact, failed, see);
    return true;
  }
  static Timestamp due(const State& s) {
    return s.pending.begin() == s.pending.end() ? kNever : s.pending.begin()->due;
  }
  template <typename Sink>
  void expire(State& state, Timestamp, bool reverse, Sink&& see) const {
    Contact* oldest = state.pending.begin();
    if (reverse)
      end(state, oldest, true, see);
    else
      state.pending.erase(oldest);
  }
  static void forget(State& state) {
    state.recent.forget();
    state.hosts.clear();
    state.pending.clear();
  }

 private:
  void open(State&, const Facts&, Timestamp at, Counters&) const;
  /// Which stream a first contact belongs to, or nothing where a collision may have hidden the truth. Remembers it.
  std::optional<Channel> classify(State&, const Facts&) const;
  /// The oldest contact that the packet answers, or nullptr.
  static Contact* answered(State&, const Facts&, bool ours, bool& failed);
  template <typename Sink>
  void end(State& state, Contact* contact, bool failed, Sink& see) const {
    const Contact c = *contact;
    state.pending.erase(contact);
    const auto i = static_cast<unsigned>(c.channel);
    see(Observation{c.channel, failed, failed ? failure_[i] : success_[i], c.destination_port, c.source_port});
  }

  Seed seed_;
  Duration timeout_;
  std::int64_t window_ns_;
  std::array<Score, 3> failure_{}, success_{};  ///< by channel
};

static_assert(Detector<ScanDetector>);

}  // namespace lazaret
