// The inside of Engine: the tables, and the order of things. core/engine.cpp drives packets and commands through it,
// core/engine_snapshot.cpp keeps it.
// Ownership: owns all of an engine. Threads: one at a time.
#pragma once

#include <algorithm>
#include <optional>

#include "core/detect/contacts.hpp"
#include "core/detect/names.hpp"
#include "core/detect/rates.hpp"
#include "core/engine.hpp"
#include "core/packet/glance.hpp"
#include "core/quarantine/profile.hpp"
#include "core/subscriber/roster.hpp"
#include "core/timers.hpp"

namespace lazaret {

class Engine::Core {
  /// Packets that are glanced at before the holders of those before them are looked up: long enough for memory to answer.
  static constexpr std::size_t kGroup = 8;

 public:
  Core(const Policy&, const Limits&, Seed);

  Outcome process(const Batch&);
  void adopt(const Policy&);
  void load(std::shared_ptr<const Feed> feed) { rules_->c2.load(std::move(feed)); }
  [[nodiscard]] Timestamp next_due() const { return begin_of(timers_.next_due()); }
  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] AccountStatus status(AccountId, Timestamp now) const;
  [[nodiscard]] std::vector<std::uint8_t> snapshot() const;
  /// Where it says why not, what stands here is of no use any more: anew() takes its place.
  [[nodiscard]] const char* restore(std::span<const std::uint8_t>);
  [[nodiscard]] bool used() const { return !records_.empty() || clock_ != Timestamp{}; }
  [[nodiscard]] std::unique_ptr<Core> anew() const;

 private:
  /// All that follows from a policy. What is known of accounts is elsewhere; here are only the feed and the popular names.
  struct Rules {
    Rules(const Policy&, Seed, EventLog&, Counters&);
    Policy policy;
    Recall recall;
    Ladder ladder;
    Sacred sacred;
    ProfileRules profiles;
    ScanDetector scan;
    SpamDetector spam;
    Sessions sessions;
    C2Detector c2;
    Contacts contacts;
    NameDetector names;
    RateDetector rates;
  };

  // Order
  /// How many of the packets' numbers each list holds.
  struct Groups {
    unsigned in_pages = 0, elsewhere = 0, odd = 0;
  };
  void look_ahead(std::span<const PacketView>, bool settled);
  void find_holders(std::span<const PacketView>, const Groups& from, const Groups& to);
  void advance(Timestamp to) {
    to = std::max(to, clock_);
    if (to >= begin_of(timers_.next_due())) [[unlikely]]
      run_timers(to);
    clock_ = to;
  }
  void run_timers(Timestamp to);
  void rearm(std::uint32_t slot);
  [[nodiscard]] Second due(std::uint32_t slot) const;
  [[nodiscard]] Account account(std::uint32_t slot) { return {records_[slot], dossiers_[slot]}; }

  // Commands
  void obey(const Command&);
  void obey_for_account(const Command&);
  /// The slot of an account, new if need be; kNoHolder for nobody, and when the table is full.
  std::uint32_t admit(AccountId);
  void bind(const Command&);
  void release(const Command&);
  void let_go(const Command&);
  void move_to_line(std::uint32_t slot, LineId);
  void lose_line(std::uint32_t slot);

  // Packets
  Verdict decide(const PacketView&, std::size_t i, std::uint32_t holder);
  void count_datagram(std::uint32_t slot, const Datagram&, bool up);
  Verdict decide_with_facts(const Facts&, Direction, std::uint32_t holder);
  Verdict decide_upstream(const Facts&, std::uint32_t holder);
  Verdict decide_for(std::uint32_t slot, const Facts&, Direction);
  Verdict spoofed(const Facts&, std::uint32_t liner);
  [[nodiscard]] bool in_force(const Record& r) const { return restricted(r) & restrains_; }
  Verdict restrain(std::uint32_t slot, const Use&);
  void watch_upstream(std::uint32_t slot, const Facts&);
  void watch_downstream(std::uint32_t slot, const Facts&);

  Limits limits_;
  Seed seed_;
  Counters counters_;
  EventLog log_;
  std::vector<Record> records_;
  std::vector<Dossier> dossiers_;
  Bindings bindings_;
  Roster roster_;
  Timers timers_;
  std::optional<Rules> rules_;  ///< always there; another's after adopt()
  bool enforcing_ = true;
  bool restrains_;   ///< enforcing, and the profile closes anything at all
  Timestamp clock_;  ///< the stamp of the last thing processed
  std::array<Glance, kBatchMax> glances_;
  std::array<Plain, kBatchMax> plain_{};
  std::array<Facts, kBatchMax> facts_;  ///< of the packets that are not plain
  std::array<Bindings::Place, kBatchMax> places_{};
  // Packets by what is to be done for them, so that the same is done in a row.
  ShortRow<std::uint8_t, kBatchMax> in_pages_, elsewhere_, odd_;
  std::array<std::uint32_t, kBatchMax> holders_{};
  alignas(8) std::array<Verdict, kBatchMax> verdicts_;  ///< as words of eight octets they go into rings
};

}  // namespace lazaret
