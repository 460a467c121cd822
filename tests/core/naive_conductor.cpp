#include "tests/core/naive_conductor.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/hash.hpp"

namespace lazaret::naive {

void Conductor::apply(const Command& c) {
  if (c.kind == CommandKind::reset_fuse) reset_ = true;
  if (c.kind == CommandKind::stop_enforcement) wanted_ = false, switched_ = true;
  if (c.kind == CommandKind::resume_enforcement) wanted_ = true, switched_ = true;
}

Answer Conductor::step(Timestamp boundary, const std::vector<Event>& events) {
  now_ = boundary;
  answer_ = {};
  if (slip_ == Slip::reset_after_the_switch) turn();
  mend();
  turn();
  for (const Event& e : events) read(e);
  return answer_;
}

void Conductor::mend() {
  const bool any = blown_ || !blown_nodes_.empty();
  if (std::exchange(reset_, false) && (any || slips(Slip::whole_fuse_is_reset_too))) {
    blown_ = false;
    if (!slips(Slip::reset_mends_no_node)) blown_nodes_.clear();
    if (!slips(Slip::reset_keeps_counts)) approvals_.clear();
    tell(EventKind::fuse_reset, 0, 0, 0);
  }
}

void Conductor::turn() {
  const bool again = std::exchange(switched_, false) && slips(Slip::stop_told_twice);
  if (wanted_ == enforcing_ && !again) return;
  enforcing_ = wanted_;
  tell(enforcing_ ? EventKind::enforcement_resumed : EventKind::enforcement_stopped, 0, 0, 0);
}

void Conductor::read(const Event& e) {
  if (e.sequence == 0 && (e.kind == EventKind::bound || !slips(Slip::accounts_by_lease))) ++accounts_;
  if (e.kind == EventKind::node_joined) join(e);
  if (e.kind == EventKind::quarantine_proposed) propose(e);
  if (e.kind == EventKind::name_failed) fail(e);
}

void Conductor::join(const Event& e) {
  if (e.observed != 0) ++members_[e.observed];
  if (e.limit == 0 || slips(Slip::nodes_never_left)) return;
  if (members_[e.limit] > 0 || slips(Slip::nodes_below_none)) --members_[e.limit];
}

std::int64_t Conductor::approved(std::int64_t node) const {
  std::int64_t n = 0;
  for (const auto& [at, where] : approvals_) {
    const std::int64_t age = (now_ - at).ns, interval = p_.fuse_interval_s * kNsPerSecond;
    const bool counts = slips(Slip::interval_a_moment_longer) ? age <= interval : age < interval;
    if (counts && (node < 0 || where == node)) ++n;
  }
  return n;
}

std::int64_t Conductor::most_of(std::int64_t node) {
  const std::int64_t product = members_[node] * std::llround(p_.fuse_node_share * 1e6);
  std::int64_t share = product / 1'000'000;
  if (slips(Slip::node_share_rounded_up) && product % 1'000'000 > 0) ++share;
  if (slips(Slip::node_without_floor)) return share;
  if (slips(Slip::node_without_share)) return p_.fuse_node_floor;
  return std::max(p_.fuse_node_floor, share);
}

bool Conductor::isp_blows() {
  const std::int64_t n = approved(-1);
  if (n < p_.fuse_max_quarantines) return false;
  blown_ = true;
  tell(EventKind::fuse_blown, n + 1, p_.fuse_max_quarantines, 0);
  return true;
}

bool Conductor::node_blows(std::uint16_t node) {
  if (node == 0 && !slips(Slip::node_zero_has_a_fuse)) return false;
  const std::int64_t m = approved(node), most = most_of(node);
  if (m < most) return false;
  blown_nodes_.insert(node);
  tell(EventKind::fuse_blown, m + 1, most, node);
  return true;
}

void Conductor::propose(const Event& e) {
  bool hold = (!enforcing_ && !slips(Slip::stop_unheeded)) || blown_ || blown_nodes_.contains(e.node);
  if (!hold) {
    hold = slips(Slip::node_before_isp) ? node_blows(e.node) || isp_blows() : isp_blows() || node_blows(e.node);
    if (!hold || slips(Slip::isp_counts_holds)) approvals_.emplace_back(now_, e.node);
  }
  order(hold ? CommandKind::hold : CommandKind::approve, e.account, 0);
}

void Conductor::fail(const Event& e) {
  const Timestamp at = slips(Slip::names_by_event) ? e.at : now_;
  const std::int64_t window = second_of(at) / p_.memory_window_s;
  if (window != window_) {
    if (!slips(Slip::names_never_forgotten)) failed_.clear(), told_.clear();
    if (!slips(Slip::pairs_never_forgotten)) pairs_.clear();
    if (!slips(Slip::shares_never_forgotten)) shares_.clear();
    if (!slips(Slip::uncounted_never_forgotten)) uncounted_ = 0;
  }
  window_ = window;
  const auto key = static_cast<std::uint64_t>(e.observed);
  if (told_.contains(key) && !slips(Slip::popular_again)) return;
  const std::uint64_t pair = mix(key, e.account.value) % (512 * std::uint64_t{limits_.counted_names});
  if (pairs_.contains(pair) && !slips(Slip::accounts_counted_twice)) return;
  if (shares_[e.account] >= limits_.names_per_account && !slips(Slip::shares_unlimited))
    return leave(limits_.names_per_account);
  if (!failed_.contains(key) && failed_.size() >= limits_.counted_names && !slips(Slip::names_unlimited))
    return leave(limits_.counted_names);
  pairs_.insert(pair), ++shares_[e.account];
  const std::int64_t count = ++failed_[key];
  const std::int64_t share = accounts_ * std::llround(p_.dns_popular_share * 1e6) / 1'000'000;
  std::int64_t needed =
      slips(Slip::popular_without_share) ? p_.dns_popular_accounts : std::max(p_.dns_popular_accounts, share);
  if (slips(Slip::popular_too_late)) ++needed;
  if (count < needed) return;
  told_.insert(key);
  order(CommandKind::popular, kNobody, key);
}

void Conductor::leave(std::int64_t limit) {
  ++uncounted_;
  bool power = false;
  for (std::int64_t n = 1; n <= uncounted_; n *= 2) power = power || n == uncounted_;
  if (power || slips(Slip::uncounted_told_each_time)) tell(EventKind::names_uncounted, uncounted_, limit, 0);
}

void Conductor::tell(EventKind kind, std::int64_t observed, std::int64_t limit, std::uint16_t node) {
  Event e;
  e.at = now_, e.sequence = sequence_++, e.kind = kind, e.node = node, e.observed = observed, e.limit = limit;
  answer_.events.push_back(e);
}

void Conductor::order(CommandKind kind, AccountId account, std::uint64_t key) {
  Command c;
  c.at = now_, c.kind = kind, c.issuer = Issuer::conductor, c.account = account, c.key = key;
  answer_.commands.push_back(c);
}

}  // namespace lazaret::naive
