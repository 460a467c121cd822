#include "core/engine.hpp"

#include <algorithm>

#include "core/engine_core.hpp"
#include "core/packet/tls.hpp"

namespace lazaret {
namespace {

IpAddress own_address(const Facts& f, Direction d) { return d == Direction::upstream ? f.source : f.destination; }

/// A source that a device has before it has an address, or beside it: it says nothing.
bool harmless_source(IpAddress a) {
  if (a.is_v4()) return a.as_v4() == 0 || a.as_v4() >> 16 == 0xa9fe;
  return (a.high == 0 && a.low == 0) || a.high >> 54 == 0xfe80 >> 6;
}

/// A source that leaks through badly set up address translation: no evidence of malice.
bool private_source(IpAddress a) {
  if (!a.is_v4()) return a.high >> 57 == 0xfc >> 1;
  const std::uint32_t v = a.as_v4();
  return v >> 24 == 10 || v >> 20 == 0xac1 || v >> 16 == 0xc0a8 || v >> 22 == 0x6440'0000U >> 22;
}

/// Whether a detector can want to see an upstream packet; most packets concern none and touch no dossier.
bool concerns_upstream(const Facts& f) {
  if (f.transport == Transport::udp) return f.destination_port == kDnsPort;
  return f.transport == Transport::tcp &&
         (opens_connection(f) || session_port(f.destination_port) || starts_client_hello(f.payload));
}

bool concerns_downstream(const Facts& f) {
  switch (f.transport) {
    case Transport::tcp:
      return (f.tcp_flags & (kSyn | kRst)) != 0 || session_port(f.source_port);
    case Transport::udp:
      return f.source_port == kDnsPort;
    case Transport::icmp_error:
      return true;
    default:
      return false;
  }
}

}  // namespace

Engine::Core::Rules::Rules(const Policy& p, Seed seed, EventLog& log, Counters& counters)
    : policy(p),
      recall{seed, static_cast<std::uint32_t>(p.memory_window_s)},
      ladder(p, log, counters),
      sacred(p, seed),
      profiles(p, seed),
      scan(p, recall),
      spam(p, recall),
      sessions(p, recall, spam),
      c2(p, recall),
      contacts(p, recall, {scan, spam, sessions, c2}),
      names(p, recall, c2),
      rates(p, recall) {}

Engine::Core::Core(const Policy& policy, const Limits& limits, Seed seed)
    : limits_(limits),
      seed_(seed),
      log_(limits.events, counters_),
      bindings_(limits, seed),
      roster_(limits.accounts, seed, records_),
      timers_(limits.accounts) {
  records_.reserve(limits.accounts);
  dossiers_.reserve(limits.accounts);
  adopt(policy);
}

void Engine::Core::adopt(const Policy& policy) {
  std::shared_ptr<const Feed> feed;
  PopularNames popular;
  if (rules_) {
    feed = rules_->c2.feed();
    popular = std::move(rules_->names.popular());
  }
  rules_.emplace(policy, seed_, log_, counters_);
  rules_->c2.load(std::move(feed));
  rules_->names.popular() = std::move(popular);
  // What was counted lately may be a flood by the new limits; all other deadlines stay.
  for (std::uint32_t slot = 0; slot < records_.size(); ++slot)
    timers_.no_later_than(slot, rules_->rates.due(records_[slot]));
  restrains_ = enforcing_ && rules_->profiles.profile() != Profile::shadow;
}

// Order -----------------------------------------------------------------------------------------------------------

Outcome Engine::Core::process(const Batch& batch) {
  log_.clear();
  const auto packets = batch.packets.first(std::min(batch.packets.size(), kBatchMax));
  const bool settled = batch.commands.empty();
  look_ahead(packets, settled);
  std::size_t next_command = 0;
  std::uint64_t octets = 0;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const PacketView& packet = packets[i];
    if (!settled) [[unlikely]] {
      for (; next_command < batch.commands.size() && batch.commands[next_command].at <= packet.at; ++next_command)
        obey(batch.commands[next_command]);
      holders_[i] =
          facts_[i].parse == Parse::ip || plain_[i] != Plain::no ? bindings_.find(glances_[i].own) : kNoHolder;
    }
    advance(packet.at);
    verdicts_[i] = decide(packet, i, holders_[i]);
    octets += packet.wire_length;
  }
  counters_.octets += octets;
  counters_.packets += packets.size();
  for (; next_command < batch.commands.size(); ++next_command) obey(batch.commands[next_command]);
  advance(batch.now);
  return {{verdicts_.data(), packets.size()}, log_.events()};
}

/// Pass one: what the frames are, and the bindings on their way into the cache before anybody asks for them. A group behind
/// it, where no command can change the bindings within the batch: who they are, and their records on their way likewise.
void Engine::Core::look_ahead(std::span<const PacketView> packets, bool settled) {
  const bool hellos = rules_->c2.fed();
  Groups done{}, glanced{};
  in_pages_.clear(), elsewhere_.clear(), odd_.clear();
  for (std::size_t i = 0; i < packets.size();) {
    for (const std::size_t end = std::min(i + kGroup, packets.size()); i < end; ++i) {
      const auto number = static_cast<std::uint8_t>(i);
      Glance& g = glances_[i];
      plain_[i] = glance(packets[i].frame, packets[i].direction, hellos, g);
      if (plain_[i] == Plain::no) [[unlikely]] {
        decode(packets[i].frame, facts_[i]);
        g.own = own_address(facts_[i], packets[i].direction);
        odd_.push(number);
      }
      places_[i] = bindings_.seek(g.own);
      places_[i].cell != nullptr ? in_pages_.push(number) : elsewhere_.push(number);
    }
    if (settled) find_holders(packets, done, glanced);
    done = glanced;
    glanced = {in_pages_.size(), elsewhere_.size(), odd_.size()};
  }
  if (!settled) return;
  find_holders(packets, done, glanced);
}

void Engine::Core::find_holders(std::span<const PacketView> packets, const Groups& from, const Groups& to) {
  const auto found = [this](std::size_t i, std::uint32_t holder) {
    holders_[i] = holder;
    if (holder != kNoHolder) [[likely]]
      __builtin_prefetch(&records_[holder], 1);
  };
  for (unsigned n = from.in_pages; n < to.in_pages; ++n) {
    const std::size_t i = in_pages_.begin()[n];
    const std::uint32_t holder = *places_[i].cell;
    found(i, holder != kNoHolder ? holder : bindings_.find(glances_[i].own));
  }
  for (unsigned n = from.elsewhere; n < to.elsewhere; ++n) {
    const std::size_t i = elsewhere_.begin()[n];
    found(i, bindings_.find(glances_[i].own, places_[i]));
  }
  for (unsigned n = from.odd; n < to.odd; ++n) {
    const std::size_t i = odd_.begin()[n];
    const bool up = packets[i].direction == Direction::upstream;
    if (holders_[i] == kNoHolder || !(up ? concerns_upstream(facts_[i]) : concerns_downstream(facts_[i]))) continue;
    timers_.prefetch(holders_[i]);
    const auto* lines = reinterpret_cast<const char*>(&dossiers_[holders_[i]]);
    for (std::size_t line = 0; line < sizeof(Dossier); line += 64) __builtin_prefetch(lines + line, 1);
  }
}

/// Runs what is due up to `to`, in order; what comes late comes now.
void Engine::Core::run_timers(Timestamp to) {
  const auto touch = [this](std::uint32_t slot) { __builtin_prefetch(&records_[slot]); };
  const auto real = [this](std::uint32_t slot) { return due(slot); };
  const auto before = [this](std::uint32_t a, std::uint32_t b) { return records_[a].account < records_[b].account; };
  while (begin_of(timers_.next_due()) <= to && timers_.next_due() != kNoSecond) {
    const Timestamp present = begin_of(timers_.next_due());
    for (const std::uint32_t slot : timers_.take(touch, real, before)) {
      clock_ = std::max(clock_, present);
      const Account a = account(slot);
      rules_->contacts.expire(a, clock_, rules_->ladder);
      rules_->sessions.expire(a, clock_, rules_->ladder);
      rules_->rates.expire(a, clock_, rules_->ladder);
      if (begin_of(Ladder::due(a.record)) <= clock_) rules_->ladder.deadline(a, clock_);
      rearm(slot);
    }
  }
}

Second Engine::Core::due(std::uint32_t slot) const {
  const Record& r = records_[slot];
  const Second record = std::min(Ladder::due(r), rules_->rates.due(r));
  if (!r.expecting) return record;
  const Dossier& d = dossiers_[slot];
  return std::min({record, Contacts::due(d), Sessions::due(d)});
}

void Engine::Core::rearm(std::uint32_t slot) {
  const Dossier& d = dossiers_[slot];
  records_[slot].expecting = !d.contacts.empty() || !d.sessions.empty() || !d.questions.empty();
  timers_.no_later_than(slot, due(slot));
}

AccountStatus Engine::Core::status(AccountId id, Timestamp now) const {
  AccountStatus s;
  const std::uint32_t slot = roster_.find(id);
  if (slot == kNoHolder) return s;
  const Record& r = records_[slot];
  const Evidence& standings = dossiers_[slot].standings;
  s.state = r.state;
  s.later_left = r.later_left;
  s.history = r.history;
  s.account_class = r.account_class;
  s.belief = rules_->ladder.fusion().weigh(standings, second_of(now), Ladder::watch_of(r)).belief;
  for (const Standing& standing : standings) {
    const auto c = static_cast<unsigned>(standing.channel());
    s.scores[c] = rules_->ladder.fusion().score(standing, second_of(now));
    s.seen[c] = standing.sighting();
  }
  return s;
}

// Packets ---------------------------------------------------------------------------------------------------------

/// Pass three. A plain packet on its account's own line needs no facts, unless a feed knows the other end.
inline Verdict Engine::Core::decide(const PacketView& packet, std::size_t i, std::uint32_t holder) {
  if (plain_[i] != Plain::no) [[likely]] {
    if (holder != kNoHolder) [[likely]] {
      Record& r = records_[holder];
      const bool up = packet.direction == Direction::upstream;
      const bool astray = up & (r.line != glances_[i].line);
      const Glance& g = glances_[i];
      const bool udp = plain_[i] == Plain::udp;
      if (!(astray | (packet.direction == Direction::from_garden)) &&
          !(udp && up && rules_->c2.knows(g.far_end, clock_))) [[likely]] {
        if (!(up | r.reverse)) [[unlikely]]
          r.reverse = true;
        Verdict verdict{Action::pass, Rule::clear, 0, r.account};
        if (in_force(r)) [[unlikely]]
          verdict = restrain(holder, use_of(g, plain_[i], packet.frame, packet.direction));
        if (udp && verdict.action == Action::pass)
          count_datagram(holder, {g.far_end, g.far_port, g.own_port, g.payload_length}, up);
        return verdict;
      }
    }
    decode(packet.frame, facts_[i]);
  }
  return decide_with_facts(facts_[i], packet.direction, holder);
}

inline void Engine::Core::count_datagram(std::uint32_t slot, const Datagram& d, bool up) {
  const Account a = account(slot);
  if (!up) return rules_->rates.udp_down(a, d, clock_, rules_->ladder);
  const bool hold_call = rules_->profiles.profile() == Profile::strict && in_force(a.record);
  if (rules_->rates.udp_up(a, d, hold_call, clock_, rules_->ladder)) timers_.no_later_than(slot, due(slot));
}

Verdict Engine::Core::decide_with_facts(const Facts& f, Direction direction, std::uint32_t holder) {
  if (f.parse != Parse::ip) [[unlikely]] {
    const bool malformed = f.parse == Parse::malformed;
    ++(malformed ? counters_.malformed : counters_.not_ip);
    return {Action::pass, malformed ? Rule::malformed : Rule::not_ip, 0, kNobody};
  }
  if (f.transport == Transport::malformed) ++counters_.malformed;
  if (f.transport == Transport::fragment) ++counters_.fragments;
  if (direction == Direction::upstream) return decide_upstream(f, holder);
  if (holder == kNoHolder) ++counters_.unbound;
  if (direction == Direction::from_garden)
    return {Action::pass, Rule::garden_return, 0, holder == kNoHolder ? kNobody : records_[holder].account};
  if (holder == kNoHolder) return {Action::pass, Rule::unbound, 0, kNobody};
  records_[holder].reverse = true;
  return decide_for(holder, f, Direction::downstream);
}

Verdict Engine::Core::decide_upstream(const Facts& f, std::uint32_t holder) {
  if (holder != kNoHolder && records_[holder].line == f.line) [[likely]]
    return decide_for(holder, f, Direction::upstream);
  const std::uint32_t liner = roster_.find(f.line);
  if (liner != kNoHolder) {
    if (bindings_.within(f.source, liner)) return decide_for(liner, f, Direction::upstream);
    if (!harmless_source(f.source)) return spoofed(f, liner);
  } else if (holder != kNoHolder) {
    // The access node guards the sources of an account without a line.
    return records_[holder].line == LineId{} ? decide_for(holder, f, Direction::upstream) : spoofed(f, kNoHolder);
  }
  ++counters_.unbound;
  return {Action::pass, Rule::unbound, 0, kNobody};
}

Verdict Engine::Core::decide_for(std::uint32_t slot, const Facts& f, Direction d) {
  const Record& r = records_[slot];
  const Verdict verdict = in_force(r) ? restrain(slot, use_of(f, d)) : Verdict{Action::pass, Rule::clear, 0, r.account};
  if (verdict.action == Action::pass) d == Direction::upstream ? watch_upstream(slot, f) : watch_downstream(slot, f);
  return verdict;
}

/// `liner` owns the frame's line, or nobody does.
Verdict Engine::Core::spoofed(const Facts& f, std::uint32_t liner) {
  ++counters_.spoofed;
  if (liner != kNoHolder && !private_source(f.source) && records_[liner].account_class != AccountClass::exempt) {
    rules_->rates.spoofed(account(liner), f, clock_, rules_->ladder);
    rearm(liner);
  }
  if (rules_->sacred.covers(service_of(f, Direction::upstream))) return {Action::pass, Rule::sacred, 0, kNobody};
  return {Action::drop, Rule::spoofed_source, 0, kNobody};
}

Verdict Engine::Core::restrain(std::uint32_t slot, const Use& use) {
  const Account a = account(slot);
  if (rules_->sacred.covers(use.service) || rules_->sacred.learned(a, use.service.address, clock_))
    return {Action::pass, Rule::sacred, 0, a.record.account};
  const Judgement j = rules_->profiles.judge(a, use, clock_);
  return {j.action, j.rule, 0, a.record.account};
}

/// Shows the packet to the detectors; REQUIRES that it went through.
void Engine::Core::watch_upstream(std::uint32_t slot, const Facts& f) {
  if (f.transport == Transport::udp) {
    const Account a = account(slot);
    count_datagram(slot, {f.destination, f.destination_port, f.source_port, f.payload_length}, true);
    const bool question = f.destination_port == kDnsPort;
    const bool known = rules_->c2.knows(f.destination, clock_);
    if (known) rules_->c2.address(a, f, clock_, rules_->ladder);
    if (question) rules_->names.question(a, f, clock_, rules_->ladder);
    if (question) rearm(slot);
    return;
  }
  if (!concerns_upstream(f)) [[likely]]
    return;
  const Account a = account(slot);
  if (opens_connection(f)) {
    rules_->rates.syn(a, f, clock_, rules_->ladder);
    rules_->contacts.open(a, f, clock_, rules_->ladder, counters_);
  } else {
    if (session_port(f.destination_port)) rules_->sessions.upstream(a, f, clock_, rules_->ladder);
    if (rules_->c2.fed() && starts_client_hello(f.payload)) rules_->c2.hello(a, f, clock_, rules_->ladder);
  }
  rearm(slot);
}

void Engine::Core::watch_downstream(std::uint32_t slot, const Facts& f) {
  if (f.transport == Transport::udp)
    count_datagram(slot, {f.source, f.source_port, f.destination_port, f.payload_length}, false);
  if (!concerns_downstream(f)) [[likely]]
    return;
  const Account a = account(slot);
  if (f.transport == Transport::udp) {
    if (!rules_->names.answer(a, f, clock_, rules_->ladder, log_)) ++counters_.unmatched_replies;
    rearm(slot);
    return;
  }
  const bool tcp = f.transport == Transport::tcp;
  if (accepts_connection(f)) rules_->rates.syn_ack(a, clock_, rules_->ladder);
  const bool belongs =
      a.record.expecting && (rules_->contacts.answer(a, f, clock_, rules_->ladder, counters_) ||
                             (tcp && rules_->sessions.downstream(a, f, clock_, rules_->ladder, counters_)));
  const bool answers = tcp ? accepts_connection(f) || (f.tcp_flags & kRst) : f.quoted.protocol == 6;
  if (!belongs && answers) ++counters_.unmatched_replies;
  if (belongs) rearm(slot);
}

Engine::Engine(const Policy& policy, const Limits& limits, Seed seed)
    : core_(std::make_unique<Core>(policy, limits, seed)) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Outcome Engine::process(const Batch& batch) noexcept { return core_->process(batch); }
void Engine::adopt(const Policy& policy) { core_->adopt(policy); }
void Engine::load(std::shared_ptr<const Feed> feed) noexcept { core_->load(std::move(feed)); }
std::vector<std::uint8_t> Engine::snapshot() const { return core_->snapshot(); }
const char* Engine::restore(std::span<const std::uint8_t> octets) {
  if (core_->used()) return "only a new engine can become what was kept";
  const char* why = core_->restore(octets);
  if (why != nullptr) core_ = core_->anew();
  return why;
}
Timestamp Engine::next_due() const noexcept { return core_->next_due(); }
AccountStatus Engine::status(AccountId a, Timestamp now) const noexcept { return core_->status(a, now); }
const Counters& Engine::counters() const noexcept { return core_->counters(); }

}  // namespace lazaret
