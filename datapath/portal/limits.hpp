// Who may do how much: a bucket of allowances a key, refilled with time; and which tokens of a line are spent.
// Both hold a fixed number of keys: the key that was quiet for the longest makes room.
// Ownership: values. Threads: one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

namespace lazaret::portal {

/// A value a key, the longest unused leaves.
template <typename Value>
class RecentKeys {
 public:
  explicit RecentKeys(std::size_t capacity) : capacity_(capacity) {}
  Value& of(const std::string& key) {
    if (const auto found = places_.find(key); found != places_.end()) {
      order_.splice(order_.begin(), order_, found->second);
    } else {
      if (places_.size() == capacity_) {
        places_.erase(order_.back().first);
        order_.pop_back();
      }
      order_.emplace_front(key, Value{});
      places_.emplace(key, order_.begin());
    }
    return order_.front().second;
  }
  [[nodiscard]] std::size_t size() const { return places_.size(); }

 private:
  using Order = std::list<std::pair<std::string, Value>>;
  std::size_t capacity_;
  Order order_;
  std::unordered_map<std::string, typename Order::iterator> places_;
};

/// At most `burst` at once, and `burst` more in every `period_s`.
class RateLimit {
 public:
  RateLimit(std::size_t keys, std::int64_t burst, std::int64_t period_s)
      : burst_(burst), period_s_(period_s), buckets_(keys) {}

  /// Takes one allowance; false: there is none.
  bool take(const std::string& key, std::int64_t now_s) {
    Bucket& b = buckets_.of(key);
    // Kept in allowances times period_s, so that no fraction is lost. A clock that was set back refills nothing.
    const std::int64_t passed = b.fresh ? period_s_ : std::clamp<std::int64_t>(now_s - b.at_s, 0, period_s_);
    b.level = std::min(burst_ * period_s_, b.level + passed * burst_);
    b.at_s = now_s;
    b.fresh = false;
    if (b.level < period_s_) return false;
    b.level -= period_s_;
    return true;
  }
  /// Whether one is left, without taking it.
  [[nodiscard]] bool has(const std::string& key, std::int64_t now_s) {
    Bucket& b = buckets_.of(key);
    if (b.fresh) return true;
    return b.level + std::clamp<std::int64_t>(now_s - b.at_s, 0, period_s_) * burst_ >= period_s_;
  }
  [[nodiscard]] std::size_t size() const { return buckets_.size(); }
  [[nodiscard]] std::int64_t period_s() const { return period_s_; }

 private:
  struct Bucket {
    std::int64_t level = 0, at_s = 0;
    bool fresh = true;
  };
  std::int64_t burst_, period_s_;
  RecentKeys<Bucket> buckets_;
};

/// Which tokens of a line were spent lately. REQUIRES of the caller that a line spends fewer than kMost within the
/// lifetime of a token (RateLimit sees to that): then none is forgotten too early.
class SpentTokens {
 public:
  static constexpr std::size_t kMost = 32;
  explicit SpentTokens(std::size_t lines) : lines_(lines) {}
  /// False: it was spent before.
  bool spend(const std::string& line, std::uint64_t serial) {
    std::vector<std::uint64_t>& spent = lines_.of(line);
    if (std::find(spent.begin(), spent.end(), serial) != spent.end()) return false;
    if (spent.size() == kMost) spent.erase(spent.begin());
    spent.push_back(serial);
    return true;
  }

 private:
  RecentKeys<std::vector<std::uint64_t>> lines_;
};

}  // namespace lazaret::portal
