#include "core/engine.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "core/event_log.hpp"
#include "core/fixed_map.hpp"
#include "core/packet/decode.hpp"
#include "core/quarantine/ladder.hpp"
#include "core/quarantine/profile.hpp"
#include "core/quarantine/sacred.hpp"
#include "core/subscriber/bindings.hpp"
#include "core/subscriber/record.hpp"
#include "core/timers.hpp"

namespace lazaret {
namespace {

struct AccountHash {
  std::uint64_t seed;
  std::uint64_t operator()(AccountId a) const { return mix(seed, a.value); }
};

}  // namespace

class Engine::Core {
 public:
  Core(const Policy& policy, const Limits& limits, Seed seed)
      : limits_(limits),
        profile_(static_cast<Profile>(policy.quarantine_profile)),
        bindings_(limits, seed),
        slots_(limits.accounts, AccountHash{seed.value}),
        timers_(limits.accounts),
        log_(limits.events),
        sacred_(policy),
        ladder_(policy),
        scan_(policy, seed),
        spam_(policy, seed) {
    records_.reserve(limits.accounts);
  }

  Outcome process(const Batch& batch) {
    log_.clear();
    const std::size_t count = std::min(batch.packets.size(), kBatchMax);
    look_ahead(batch.packets.first(count), batch.commands.empty());
    std::size_t next_command = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const PacketView& packet = batch.packets[i];
      for (; next_command < batch.commands.size() && batch.commands[next_command].at <= packet.at; ++next_command)
        obey(batch.commands[next_command]);
      advance(packet.at);
      verdicts_[i] = decide(packet, i, batch.commands.empty());
    }
    for (; next_command < batch.commands.size(); ++next_command) obey(batch.commands[next_command]);
    advance(batch.now);
    return {{verdicts_.data(), count}, log_.events()};
  }

  [[nodiscard]] Timestamp next_due() const { return timers_.next_due(); }
  [[nodiscard]] const Counters& counters() const { return counters_; }

  [[nodiscard]] AccountStatus status(AccountId account, Timestamp now) const {
    AccountStatus s;
    const std::uint32_t* slot = slots_.find(account);
    if (slot == nullptr) return s;
    const Record& r = records_[*slot];
    const Evidence evidence = ladder_.fusion().decayed(r.evidence, now);
    s.state = r.state;
    s.later_left = r.later_left;
    s.exempt = r.exempt;
    s.belief = ladder_.fusion().belief(evidence, Ladder::watch_of(r));
    for (unsigned c = 0; c < kChannels; ++c) {
      s.scores[c] = evidence.channels[c].score;
      s.seen[c] = evidence.channels[c].seen;
    }
    return s;
  }

 private:
  /// Pass one: octets to facts, and bindings and records on their way into the cache before anybody asks for them.
  /// `settled`: no command can change the bindings within the batch, so what is found now holds for pass two.
  void look_ahead(std::span<const PacketView> packets, bool settled) {
    for (std::size_t i = 0; i < packets.size(); ++i) {
      facts_[i] = decode(packets[i].frame);
      if (facts_[i].parse == Parse::ip) bindings_.prefetch(own_address(facts_[i], packets[i].direction));
    }
    if (!settled) return;
    for (std::size_t i = 0; i < packets.size(); ++i) {
      if (facts_[i].parse != Parse::ip) continue;
      held_[i] = bindings_.find(own_address(facts_[i], packets[i].direction));
      if (held_[i] != nullptr) __builtin_prefetch(&records_[held_[i]->slot], 1);
    }
  }

  static IpAddress own_address(const Facts& f, Direction d) {
    return d == Direction::upstream ? f.source : f.destination;
  }

  /// Runs what is due up to `to`, in order; what comes late comes now.
  void advance(Timestamp to) {
    to = std::max(to, clock_);
    while (timers_.next_due() <= to && timers_.next_due() != kNever) {
      clock_ = std::max(clock_, timers_.next_due());
      Record& r = records_[timers_.next_slot()];
      while (ScanDetector::due(scan_state(r)) <= clock_)
        scan_.expire(scan_state(r), clock_, r.reverse, [&](const Observation& o) { weigh(r, o); });
      while (SpamDetector::due(spam_state(r)) <= clock_)
        spam_.expire(spam_state(r), clock_, r.reverse, [&](const Observation& o) { weigh(r, o); });
      if (Ladder::due(r) <= clock_) ladder_.deadline(r, clock_, log_, counters_);
      set_timer(r);
    }
    clock_ = to;
  }

  void set_timer(Record& r) {
    const Timestamp pending = std::min(ScanDetector::due(scan_state(r)), SpamDetector::due(spam_state(r)));
    r.expecting = pending != kNever;
    timers_.set(static_cast<std::uint32_t>(&r - records_.data()), r.account, std::min(pending, Ladder::due(r)));
  }

  void weigh(Record& r, const Observation& o) {
    ladder_.fusion().observe(r.evidence, o, clock_);
    ladder_.weigh(r, clock_, log_, counters_);
  }

  // Commands ------------------------------------------------------------------------------------------------------

  void obey(const Command& c) {
    advance(c.at);
    switch (c.kind) {
      case CommandKind::bind:
        bind(c);
        return;
      case CommandKind::release:
        release(c);
        return;
      case CommandKind::reset_fuse:
        return;
      default:
        if (Record* r = admit(c.account)) {
          ladder_.obey(*r, c, clock_, log_, counters_);
          set_timer(*r);
        }
        return;
    }
  }

  /// The record of an account, new if need be; nullptr for nobody, and when the table is full.
  Record* admit(AccountId account) {
    if (account == kNobody) {
      ++counters_.commands_ignored;
      return nullptr;
    }
    if (const std::uint32_t* slot = slots_.find(account)) return &records_[*slot];
    if (slots_.full()) {
      ++counters_.bindings_refused;
      return nullptr;
    }
    slots_.insert(account, static_cast<std::uint32_t>(records_.size()));
    Record& r = records_.emplace_back();
    r.account = account;
    ladder_.admit(r);
    return &r;
  }

  void bind(const Command& c) {
    if (c.account == kNobody || c.prefix.length == 0 || c.prefix.length > 128) {
      ++counters_.commands_ignored;
      return;
    }
    Binding* held = bindings_.exactly(c.prefix);
    if (held == nullptr && bindings_.full()) {
      ++counters_.bindings_refused;
      return;
    }
    Record* r = admit(c.account);
    if (r == nullptr) return;
    const Binding binding{c.account, static_cast<std::uint32_t>(r - records_.data()), c.line};
    if (held == nullptr) {
      bindings_.insert(c.prefix, binding);
    } else {
      if (held->account != c.account)
        log_.add(records_[held->slot], clock_, EventKind::unbound, c.prefix.length, 0, counters_);
      *held = binding;
    }
    log_.add(*r, clock_, EventKind::bound, c.prefix.length, 0, counters_);
  }

  void release(const Command& c) {
    const Binding* held = c.prefix.length > 128 ? nullptr : bindings_.exactly(c.prefix);
    if (held == nullptr) {
      ++counters_.commands_ignored;
      return;
    }
    log_.add(records_[held->slot], clock_, EventKind::unbound, c.prefix.length, 0, counters_);
    bindings_.erase(c.prefix);
  }

  // Packets -------------------------------------------------------------------------------------------------------

  Verdict decide(const PacketView& packet, std::size_t i, bool settled) {
    const Facts& f = facts_[i];
    ++counters_.packets;
    counters_.octets += packet.wire_length;
    if (f.parse == Parse::not_ip) {
      ++counters_.not_ip;
      return {Action::pass, Rule::not_ip, 0, kNobody};
    }
    if (f.parse == Parse::malformed) {
      ++counters_.malformed;
      return {Action::pass, Rule::malformed, 0, kNobody};
    }
    if (f.transport == Transport::malformed) ++counters_.malformed;
    if (f.transport == Transport::fragment) ++counters_.fragments;

    const Binding* binding = settled ? held_[i] : bindings_.find(own_address(f, packet.direction));
    if (binding == nullptr) ++counters_.unbound;
    if (packet.direction == Direction::from_garden)
      return {Action::pass, Rule::garden_return, 0, binding == nullptr ? kNobody : binding->account};
    if (binding == nullptr) return {Action::pass, Rule::unbound, 0, kNobody};

    Record& r = records_[binding->slot];
    const bool spoofed =
        packet.direction == Direction::upstream && binding->line != LineId{} && binding->line != f.line;
    if (spoofed) {
      ++counters_.spoofed;
      if (sacred_.covers(service_of(f, packet.direction))) return {Action::pass, Rule::sacred, 0, kNobody};
      return {Action::drop, Rule::spoofed_source, 0, kNobody};
    }
    const Verdict verdict = answer(r, f, packet.direction);
    if (packet.direction == Direction::downstream) r.reverse = true;
    if (verdict.action == Action::pass) watch(r, f, packet.direction);
    return verdict;
  }

  [[nodiscard]] Verdict answer(const Record& r, const Facts& f, Direction d) const {
    if (!restricted(r) || profile_ == Profile::shadow) return {Action::pass, Rule::clear, 0, r.account};
    const Service service = service_of(f, d);
    if (sacred_.covers(service)) return {Action::pass, Rule::sacred, 0, r.account};
    const Judgement j = judge(profile_, f, service, d);
    return {j.action, j.rule, 0, r.account};
  }

  /// Shows the packet to the detectors; REQUIRES that it went through. Most packets concern none and touch no state.
  void watch(Record& r, const Facts& f, Direction d) {
    const auto see = [&](const Observation& o) { weigh(r, o); };
    if (d == Direction::upstream) {
      if (!ScanDetector::concerned(f) && !SpamDetector::concerned(f)) return;
      scan_.upstream(scan_state(r), f, clock_, counters_, see);
      spam_.upstream(spam_state(r), f, clock_, counters_, see);
      set_timer(r);
      return;
    }
    bool belongs = false;
    if (r.expecting) {
      const bool ours =
          f.quoted.source == f.destination;  // an ICMP error goes to the source of what it quotes (RFC 792)
      belongs |= scan_.downstream(scan_state(r), f, ours, clock_, counters_, see);
      belongs |= spam_.downstream(spam_state(r), f, ours, clock_, counters_, see);
      set_timer(r);
    }
    if (!belongs && answers_a_request(f)) ++counters_.unmatched_replies;
  }

  static bool answers_a_request(const Facts& f) {
    if (f.transport == Transport::icmp_error) return f.quoted.protocol == 6;
    return f.transport == Transport::tcp && ((f.tcp_flags & kRst) || (f.tcp_flags & (kSyn | kAck)) == (kSyn | kAck));
  }

  static ScanDetector::State& scan_state(Record& r) { return std::get<0>(r.watching); }
  static SpamDetector::State& spam_state(Record& r) { return std::get<1>(r.watching); }

  Limits limits_;
  Profile profile_;
  Bindings bindings_;
  FixedMap<AccountId, std::uint32_t, AccountHash> slots_;
  std::vector<Record> records_;
  Timers timers_;
  EventLog log_;
  Counters counters_;
  Sacred sacred_;
  Ladder ladder_;
  ScanDetector scan_;
  SpamDetector spam_;
  Timestamp clock_;  ///< the stamp of the last thing processed
  std::array<Facts, kBatchMax> facts_;
  std::array<const Binding*, kBatchMax> held_{};
  std::array<Verdict, kBatchMax> verdicts_;
};

Engine::Engine(const Policy& policy, const Limits& limits, Seed seed)
    : core_(std::make_unique<Core>(policy, limits, seed)) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Outcome Engine::process(const Batch& batch) noexcept { return core_->process(batch); }
Timestamp Engine::next_due() const noexcept { return core_->next_due(); }
AccountStatus Engine::status(AccountId a, Timestamp now) const noexcept { return core_->status(a, now); }
const Counters& Engine::counters() const noexcept { return core_->counters(); }

}  // namespace lazaret
