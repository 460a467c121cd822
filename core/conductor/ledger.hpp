// The inside of Conductor: what it counts. core/conductor/conductor.cpp decides by it, snapshot.cpp keeps it.
// Ownership: owns its tables, sized once. Threads: as the conductor.
#pragma once

#include <vector>

#include "core/conductor/conductor.hpp"
#include "core/fixed_map.hpp"
#include "core/hash.hpp"

namespace lazaret {

/// The approvals of the last interval, oldest first: a ring with room for as many as the fuse lets pass.
class Approvals {
 public:
  struct Item {
    Timestamp at;
    std::uint16_t node = 0;
  };
  explicit Approvals(std::size_t most) : ring_(most) {}
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool full() const { return size_ == ring_.size(); }
  /// REQUIRES i < size(); 0 is the oldest.
  [[nodiscard]] const Item& operator[](std::size_t i) const { return ring_[(first_ + i) % ring_.size()]; }
  /// REQUIRES not full().
  void push(const Item& item) { ring_[(first_ + size_++) % ring_.size()] = item; }
  /// REQUIRES size() > 0.
  void pop() {
    first_ = (first_ + 1) % ring_.size();
    --size_;
  }
  void clear() { first_ = size_ = 0; }

 private:
  std::vector<Item> ring_;
  std::size_t first_ = 0, size_ = 0;
};

struct Conductor::Ledger {
  /// A share of a policy in millionths: whole numbers, so that every machine rounds alike.
  static std::uint64_t millionths(double share);

  struct Rules {
    std::size_t most, node_floor;
    Duration interval;
    std::uint64_t node_share, popular_share;  ///< millionths
    std::uint64_t popular_accounts;
    std::int64_t memory_window_s;
    std::size_t accounts;  ///< room for answers, and for those whose names fail
    std::size_t counted_names;
    std::uint32_t names_per_account;
  };
  static Rules rules_of(const Policy&, const Limits& all);
  struct Node {
    std::uint32_t accounts = 0;
    std::uint32_t approved = 0;  ///< those of `approvals` that are this node's
    bool blown = false;
  };
  /// Keys are keyed hashes already.
  struct AsItIs {
    std::uint64_t operator()(std::uint64_t key) const { return key; }
  };
  static constexpr std::size_t kNodes = 65536;  ///< every value of Event::node
  struct AccountHash {
    std::uint64_t operator()(AccountId a) const { return mix(0, a.value); }
  };
  static constexpr std::uint32_t kTold = UINT32_MAX;  ///< the count of a name that was told in this window
  static constexpr std::size_t kBitsPerName = 512;    ///< of `counted`

  explicit Ledger(const Rules&);

  void mend(Timestamp boundary);
  void switch_enforcement(Timestamp boundary);
  void forget_before(Timestamp boundary);
  void join(const Event&);
  [[nodiscard]] bool approves(const Event&, Timestamp boundary);
  void count_name(const Event&, Timestamp boundary);
  void forget_names();
  void leave_uncounted(Timestamp boundary, std::size_t limit);
  void tell(Timestamp, EventKind, std::size_t observed, std::size_t limit, std::uint16_t node);
  void order(Timestamp, CommandKind, AccountId, std::uint64_t key);

  template <typename Archive>
  void archive(Archive&);
  template <typename Archive>
  void archive_counted(Archive&);

  Rules rules;
  Approvals approvals;
  std::vector<Node> nodes;
  bool blown = false;     ///< the ISP's fuse
  bool reset = false;     ///< asked for since the last step
  bool enforcing = true;  ///< as of the last step
  bool enforce = true;    ///< what operators want by now
  std::uint32_t sequence = 0;
  std::uint64_t accounts = 0;                            ///< ever seen
  std::uint32_t window = 0;                              ///< of the names, and of all that is counted about them
  FixedMap<std::uint64_t, std::uint32_t, AsItIs> names;  ///< how many accounts failed to find each
  FixedMap<AccountId, std::uint32_t, AccountHash> accounts_of_names;  ///< for how many names each account counted
  std::vector<std::uint64_t> counted;  ///< which account counted for which name: a bit, and collisions hide
  std::uint64_t uncounted = 0;         ///< failures beyond the limits
  std::vector<Command> commands;
  std::vector<Event> events;
};

}  // namespace lazaret
