// Section 14 of docs/semantics.md a second time, without any care for speed; and wrong on purpose where it is asked to be.
// Ownership: values. Threads: one.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "core/conductor/conductor.hpp"
#include "tests/core/conductor_slips.hpp"

namespace lazaret::naive {

class Conductor {
 public:
  explicit Conductor(const Policy& policy, const Limits& limits, Slip slip = Slip::none)
      : p_(policy), limits_(limits), slip_(slip) {}

  void apply(const Command& c);

  Answer step(Timestamp boundary, const std::vector<Event>& events);

 private:
  [[nodiscard]] bool slips(Slip s) const { return slip_ == s; }

  void mend();
  void turn();

  void read(const Event& e);
  void join(const Event& e);

  [[nodiscard]] std::int64_t approved(std::int64_t node) const;
  [[nodiscard]] std::int64_t most_of(std::int64_t node);
  bool isp_blows();
  bool node_blows(std::uint16_t node);
  void propose(const Event& e);

  void fail(const Event& e);

  void leave(std::int64_t limit);

  void tell(EventKind kind, std::int64_t observed, std::int64_t limit, std::uint16_t node);
  void order(CommandKind kind, AccountId account, std::uint64_t key);

  Policy p_;
  Limits limits_;
  Slip slip_;
  Timestamp now_;
  Answer answer_;
  bool reset_ = false, wanted_ = true, switched_ = false, enforcing_ = true, blown_ = false;
  std::set<std::int64_t> blown_nodes_;
  std::map<std::int64_t, std::int64_t> members_;
  std::vector<std::pair<Timestamp, std::int64_t>> approvals_;  ///< all there ever were
  std::int64_t accounts_ = 0, window_ = 0;
  std::map<std::uint64_t, std::int64_t> failed_;
  std::set<std::uint64_t> told_, pairs_;
  std::map<AccountId, std::int64_t> shares_;  ///< for how many names each account counted
  std::int64_t uncounted_ = 0;
  std::uint32_t sequence_ = 0;
};

}  // namespace lazaret::naive
