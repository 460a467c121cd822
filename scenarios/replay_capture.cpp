#include <fmt/format.h>

#include <array>
#include <map>

#include "core/packet/decode.hpp"
#include "scenarios/capture.hpp"
#include "scenarios/replay.hpp"

namespace lazaret {
namespace {

/// Accounts made for one capture: an engine's memory is fixed when it is made, so their number must be known first.
constexpr std::size_t kMostAccounts = 65536;
/// Bits of an IPv6 address that name a subscriber.
constexpr std::uint8_t kSubscriberBits = 64;

/// Whose packet it is, and which way it goes.
struct Owner {
  Prefix prefix;  ///< what the account holds
  IpAddress address;
  Direction direction = Direction::upstream;
  bool between_subscribers = false;
};

/// Reads the capture, decides which records can be judged, and keeps time.
class Records {
 public:
  Records(Capture capture, const std::vector<Prefix>& subscribers)
      : capture_(std::move(capture)), subscribers_(subscribers) {}

  /// The next record that concerns a subscriber; counts all others.
  [[nodiscard]] bool next(CaptureReport& report, CaptureRecord& record, Owner& owner) {
    while (capture_.next(record)) {
      ++report.records;
      const char* const cause = record.skip != nullptr ? record.skip : judge(record, owner);
      if (cause == nullptr) return true;
      ++report.skipped[cause];
    }
    report.damage = capture_.damage();
    return false;
  }

  /// The record's time as the core gets it: never backwards, never a leap of more than a day.
  [[nodiscard]] Timestamp stamp(CaptureReport& report, const CaptureRecord& record) {
    constexpr std::int64_t kDay = 86400 * kNsPerSecond;
    constexpr Timestamp kLatest{std::int64_t{1} << 62};  // crafted stamps must not add up to an overflow
    if (!started_) {
      started_ = true;
      clock_ = Timestamp{std::max<std::int64_t>(record.stamp_ns, 0)};
    } else if (const std::int64_t step = record.stamp_ns - last_stamp_; step < 0) {
      ++report.adjusted["time_backwards"];
    } else if (step > kDay || clock_ > kLatest) {
      ++report.adjusted["time_jump"];
    } else {
      clock_ = clock_ + Duration{step};
    }
    last_stamp_ = record.stamp_ns;
    return clock_;
  }

  [[nodiscard]] std::string link_type() const { return capture_.link_type(); }

 private:
  [[nodiscard]] const Prefix* within(IpAddress a) const {
    for (const Prefix& p : subscribers_)
      if (contains(p, a)) return &p;
    return nullptr;
  }

  /// The cause for which the record is skipped, or nullptr and its owner.
  const char* judge(const CaptureRecord& record, Owner& owner) const {
    const Facts facts = decode(record.frame);
    if (facts.parse == Parse::not_ip) return "not_ip";
    if (facts.parse == Parse::malformed) return "malformed";
    const Prefix* from = within(facts.source);
    const Prefix* to = within(facts.destination);
    if (from == nullptr && to == nullptr) return "not_subscriber";
    owner.between_subscribers = from != nullptr && to != nullptr;
    owner.direction = from != nullptr ? Direction::upstream : Direction::downstream;
    owner.address = from != nullptr ? facts.source : facts.destination;
    const std::uint8_t least = (from != nullptr ? from : to)->length;
    const std::uint8_t length = owner.address.is_v4() ? std::uint8_t{128} : std::max(kSubscriberBits, least);
    owner.prefix = {truncate(owner.address, length), length};
    return nullptr;
  }

  Capture capture_;
  const std::vector<Prefix>& subscribers_;
  bool started_ = false;
  std::int64_t last_stamp_ = 0;
  Timestamp clock_;
};

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

/// One batch in the making: libpcap lends a record's octets only until the next one.
struct Pending {
  std::array<std::array<std::uint8_t, kJudgedMost>, kBatchMax> octets{};
  std::vector<PacketView> packets;
  std::vector<Command> commands;

  void add(Timestamp at, const CaptureRecord& record, Direction direction) {
    auto& held = octets[packets.size()];
    std::copy(record.frame.begin(), record.frame.end(), held.begin());
    packets.push_back({at, {held.data(), record.frame.size()}, record.wire_length, direction});
  }
};

/// The accounts that the capture shows, and what the core says of them.
class Accounts {
 public:
  /// The account that holds the prefix; `fresh` when it is new. Nobody when there are too many.
  AccountId of(const Owner& owner, bool& fresh) {
    const auto [entry, inserted] =
        numbers_.try_emplace(owner.prefix, AccountId{static_cast<std::uint32_t>(list.size() + 1)});
    fresh = inserted;
    if (inserted) {
      CaptureAccount account;
      account.account = entry->second;
      account.address = to_text(owner.address);
      list.push_back(std::move(account));
    }
    return entry->second;
  }
  [[nodiscard]] bool full_for(const Owner& owner) const {
    return numbers_.size() >= kMostAccounts && !numbers_.contains(owner.prefix);
  }

  void note(std::span<const Event> events, std::vector<Event>& general) {
    for (const Event& e : events) {
      if (e.account == kNobody) {
        general.push_back(e);
        continue;
      }
      CaptureAccount& account = list.at(e.account.value - 1);
      account.events.push_back(e);
      if (rank(e.state) > rank(account.worst)) account.worst = e.state;
    }
  }

  std::vector<CaptureAccount> list;

 private:
  std::map<Prefix, AccountId> numbers_;
};

/// How many accounts the capture will need.
std::variant<std::size_t, Problem> count_accounts(const std::filesystem::path& path,
                                                  const std::vector<Prefix>& subscribers) {
  auto opened = Capture::open(path);
  if (auto* problem = std::get_if<Problem>(&opened)) return *problem;
  Records records(std::get<Capture>(std::move(opened)), subscribers);
  Accounts accounts;
  CaptureReport ignored;
  CaptureRecord record;
  Owner owner;
  for (bool fresh = false; records.next(ignored, record, owner);)
    if (!accounts.full_for(owner)) accounts.of(owner, fresh);
  return accounts.list.size();
}

}  // namespace

std::variant<CaptureReplay, Problem> replay_capture(const std::filesystem::path& path,
                                                    const std::vector<Prefix>& subscribers, const Policy& policy) {
  const auto counted = count_accounts(path, subscribers);
  if (const auto* problem = std::get_if<Problem>(&counted)) return *problem;
  auto opened = Capture::open(path);
  if (auto* problem = std::get_if<Problem>(&opened)) return *problem;
  Records records(std::get<Capture>(std::move(opened)), subscribers);

  Limits limits;
  // Room for a hash table that must not run full.
  limits.accounts = static_cast<std::uint32_t>(std::max<std::size_t>(64, std::get<std::size_t>(counted) + 1));
  limits.bindings = limits.accounts * 2;
  // IPv6 subscribers narrower than a /64.
  limits.other_prefixes = std::max(limits.other_prefixes, limits.accounts * 2);
  Ensemble ensemble(policy, limits, Seed{0}, 1);

  CaptureReplay replay;
  replay.report.link_type = records.link_type();
  Accounts accounts;
  Pending pending;
  const auto judge_pending = [&] {
    if (pending.packets.empty()) return;
    accounts.note(ensemble.process({pending.packets.back().at, pending.packets, pending.commands}).events,
                  replay.general);
    pending.packets.clear();
    pending.commands.clear();
  };
  CaptureRecord record;
  Owner owner;
  Timestamp last;
  while (records.next(replay.report, record, owner)) {
    if (accounts.full_for(owner)) {
      ++replay.report.skipped["too_many_subscribers"];
      continue;
    }
    last = records.stamp(replay.report, record);
    bool fresh = false;
    const AccountId account = accounts.of(owner, fresh);
    if (fresh) {
      Command bind;
      bind.at = last;
      bind.account = account;
      bind.prefix = owner.prefix;
      pending.commands.push_back(bind);
    }
    pending.add(last, record, owner.direction);
    ++replay.report.judged;
    replay.report.between_subscribers += owner.between_subscribers ? 1 : 0;
    if (pending.packets.size() == kBatchMax) judge_pending();
  }
  judge_pending();
  // One epoch more, so that what the last packets led to is approved as it would be live.
  replay.end = epoch_end(policy, last);
  accounts.note(ensemble.finish(replay.end).events, replay.general);
  for (CaptureAccount& account : accounts.list) account.status = ensemble.status(account.account, replay.end);
  replay.accounts = std::move(accounts.list);
  replay.counters = ensemble.counters();
  return replay;
}

}  // namespace lazaret
