#include "scenarios/subscriber_replay.hpp"

#include <algorithm>
#include <utility>

namespace lazaret {
namespace {

/// How far the ladder went.
int rank(State s) {
  switch (s) {
    case State::clear:
      return 0;
    case State::watched:
      return 1;
    case State::notified:
      return 2;
    case State::proposed:
      return 3;
    case State::probation:
      return 4;
    case State::deferred:
      return 5;
    case State::remediating:
      return 6;
    case State::quarantined:
      return 7;
  }
  return 0;
}

Limits limits_for(std::size_t subscribers) {
  Limits limits;
  // Room for a hash table that must not run full.
  limits.accounts = static_cast<std::uint32_t>(std::max<std::size_t>(64, subscribers + 1));
  limits.bindings = limits.accounts * 2;
  // IPv6 subscribers narrower than a /64.
  limits.other_prefixes = std::max(limits.other_prefixes, limits.accounts * 2);
  return limits;
}

}  // namespace

Timestamp ReplayClock::stamp(std::int64_t stamp_ns, std::map<std::string, std::uint64_t>& adjusted) {
  constexpr std::int64_t kDay = 86400 * kNsPerSecond;
  constexpr Timestamp kLatest{std::int64_t{1} << 62};  // crafted stamps must not add up to an overflow
  if (!started_) {
    started_ = true;
    now_ = Timestamp{std::max<std::int64_t>(stamp_ns, 0)};
  } else if (const std::int64_t step = stamp_ns - last_stamp_; step < 0) {
    ++adjusted["time_backwards"];
  } else if (step > kDay || now_ > kLatest) {
    ++adjusted["time_jump"];
  } else {
    now_ = now_ + Duration{step};
  }
  last_stamp_ = stamp_ns;
  return now_;
}

Prefix holding_of(IpAddress address, const Prefix& within, std::uint8_t ipv6_bits) {
  const std::uint8_t length = address.is_v4() ? std::uint8_t{128} : std::max(ipv6_bits, within.length);
  return {truncate(address, length), length};
}

bool Subscribers::has_room(const Prefix& holding) const {
  return numbers_.size() < kMost || numbers_.contains(holding);
}

AccountId Subscribers::of(const Prefix& holding, bool& fresh) {
  const auto [entry, inserted] =
      numbers_.try_emplace(holding, AccountId{static_cast<std::uint32_t>(numbers_.size() + 1)});
  fresh = inserted;
  return entry->second;
}

SubscriberReplay::SubscriberReplay(const Policy& policy, std::size_t subscribers,
                                   const std::shared_ptr<const Feed>& feed)
    : policy_(policy), ensemble_(policy, limits_for(subscribers), Seed{0}, 1) {
  ensemble_.load(feed);
}

void SubscriberReplay::take(Timestamp at, std::span<const std::uint8_t> frame, std::uint32_t wire_length,
                            Direction direction, const Prefix& holding, IpAddress seen) {
  last_ = at;
  bool fresh = false;
  const AccountId account = subscribers_.of(holding, fresh);
  if (fresh) {
    CaptureAccount joined;
    joined.account = account;
    joined.address = to_text(seen);
    accounts_.push_back(std::move(joined));
    Command bind;
    bind.at = at;
    bind.account = account;
    bind.prefix = holding;
    commands_.push_back(bind);
  }
  auto& held = octets_[packets_.size()];  // the frame is lent to us only until the next one
  std::copy(frame.begin(), frame.end(), held.begin());
  packets_.push_back({at, {held.data(), frame.size()}, wire_length, direction});
  if (packets_.size() == kBatchMax) judge_pending();
}

void SubscriberReplay::finish(CaptureReplay& replay) {
  judge_pending();
  // One epoch more, so that what the last packets led to is approved as it would be live.
  replay.end = epoch_end(policy_, last_);
  note(ensemble_.finish(replay.end).events);
  for (CaptureAccount& account : accounts_) account.status = ensemble_.status(account.account, replay.end);
  replay.accounts = std::move(accounts_);
  replay.general = std::move(general_);
  replay.counters = ensemble_.counters();
}

void SubscriberReplay::judge_pending() {
  if (packets_.empty()) return;
  note(ensemble_.process({packets_.back().at, packets_, commands_}).events);
  packets_.clear();
  commands_.clear();
}

void SubscriberReplay::note(std::span<const Event> events) {
  for (const Event& e : events) {
    if (e.account == kNobody) {
      general_.push_back(e);
      continue;
    }
    CaptureAccount& account = accounts_.at(e.account.value - 1);
    account.events.push_back(e);
    if (rank(e.state) > rank(account.worst)) account.worst = e.state;
  }
}

}  // namespace lazaret
