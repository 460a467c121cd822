#include <algorithm>
#include <tuple>

#include "core/subscriber/lease_history.hpp"

namespace lazaret {

/// What can be asked about, and not how it is held: the leases by their times. NATs belong to the configuration.
void LeaseHistory::snapshot(SnapshotWriter& w) const {
  const auto lease = [&w](const Key& k, AccountId account, Timestamp from, Timestamp to) {
    w(k.prefix.address.high), w(k.prefix.address.low), w(k.prefix.length), w(k.ports.first), w(k.ports.last);
    w(account.value), w(from.ns), w(to.ns);
  };
  w(now_.ns), w(lost_until_.ns), w(refused_), w(lost_), w(next_ - oldest_), w(in_force_);
  for (std::uint64_t n = oldest_; n < next_; ++n) lease(at(n).key, at(n).account, at(n).from, at(n).to);
  std::vector<std::pair<Key, Current>> open;
  keys_.for_each([&](const Key& k, const Current& c) {
    if (c.account != kNobody) open.emplace_back(k, c);
  });
  const auto order = [](const std::pair<Key, Current>& o) {
    return std::tie(o.second.from, o.first.prefix, o.first.ports.first, o.first.ports.last);
  };
  std::sort(open.begin(), open.end(), [&](const auto& a, const auto& b) { return order(a) < order(b); });
  for (const auto& [key, current] : open) lease(key, current.account, current.from, kNever);
}

/// Lives through it again: in the order of times, at one time ends before beginnings.
void LeaseHistory::restore(SnapshotReader& r) {
  struct Step {
    Timestamp when;
    bool begins;
    Key key;
    AccountId account;
    std::size_t number;
  };
  std::uint64_t ended = 0, refused = 0, lost = 0;
  std::uint32_t open = 0;
  Timestamp now, lost_until;
  r(now.ns), r(lost_until.ns), r(refused), r(lost), r(ended), r(open);
  if (!r.ok() || ended > limits_.ended || open > limits_.leases) return r.refuse();
  std::vector<Step> steps;
  Timestamp last_end;
  for (std::uint64_t i = 0; i < ended + open && r.ok(); ++i) {
    Key k;
    AccountId account;
    Timestamp from, to;
    r(k.prefix.address.high), r(k.prefix.address.low), r(k.prefix.length), r(k.ports.first), r(k.ports.last);
    r(account.value), r(from.ns), r(to.ns);
    const bool sound =
        i < ended ? from < to && to <= now && to >= last_end && to > now - limits_.keep : from <= now && to == kNever;
    if (!sound || account == kNobody || from < Timestamp{}) return r.refuse();
    steps.push_back({from, true, k, account, steps.size()});
    if (i < ended) steps.push_back({last_end = to, false, k, account, steps.size()});
  }
  std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
    return std::tie(a.when, a.begins, a.number) < std::tie(b.when, b.begins, b.number);
  });
  for (const Step& s : steps)
    s.begins ? bind(s.when, s.key.prefix, s.key.ports, s.account) : release(s.when, s.key.prefix, s.key.ports);
  if (!r.ok() || refused_ > 0 || in_force_ != open || next_ - oldest_ != ended) return r.refuse();
  advance(now);
  lost_until_ = lost_until, refused_ = refused, lost_ = lost;
}

}  // namespace lazaret
