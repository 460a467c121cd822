#include "datapath/daemon/state.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "scenarios/output_file.hpp"
#include "scenarios/records.hpp"
#include "scenarios/scenario.hpp"

namespace lazaret::daemon {
namespace {

constexpr std::uint64_t kMagic = 0x3261'7465'7261'7a6c;

std::span<const std::uint8_t> octets_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void put_events(SnapshotWriter& w, const std::vector<Event>& events) {
  w(static_cast<std::uint32_t>(events.size()));
  for (const Event& e : events) w.block(octets_of(to_json(e)));
}

std::vector<Event> take_events(SnapshotReader& r) {
  std::uint32_t count = 0;
  r(count);
  std::vector<Event> events;
  for (std::uint32_t i = 0; i < count && r.ok(); ++i) {
    const auto block = r.block();
    auto event = parse_event({reinterpret_cast<const char*>(block.data()), block.size()});
    if (std::holds_alternative<Problem>(event)) {
      r.refuse();
      break;
    }
    events.push_back(std::get<Event>(event));
  }
  return events;
}

}  // namespace

State::State(const Policy& p, const Limits& limits, bool keeps_history)
    : policy(p), steering(limits, kSeed, 1), conductor(p, limits), engine(std::make_unique<Engine>(p, limits, kSeed)) {
  if (!keeps_history) return;
  LeaseLimits lately;
  lately.leases = limits.bindings;
  lately.ended = std::max(lately.ended, limits.bindings);
  history.emplace(lately, kSeed);
}

void State::remember(const Event& e) {
  ++tally.events[static_cast<std::size_t>(e.kind)];
  if (e.kind == EventKind::reason) ++tally.reasons[static_cast<std::size_t>(e.channel)];
  if (e.account == kNobody) return;
  switch (e.kind) {
    case EventKind::unwatched:
    case EventKind::probation_passed:
    case EventKind::operator_released:
    case EventKind::classified:
      told.erase(e.account);
      return;
    case EventKind::watched:
    case EventKind::reason:
    case EventKind::notified:
    case EventKind::administrator_notified:
    case EventKind::operator_asked:
    case EventKind::quarantine_proposed:
    case EventKind::quarantine_held:
    case EventKind::appealed:
    case EventKind::quarantined:
    case EventKind::deferral_lapsed:
    case EventKind::remediation_began:
    case EventKind::remediation_lapsed:
    case EventKind::deferred:
    case EventKind::probation_began:
    case EventKind::auto_released:
      break;
    default:
      return;
  }
  std::vector<Event>& known = told[e.account];
  std::erase_if(known, [&](const Event& k) { return k.kind == e.kind && k.channel == e.channel; });
  known.push_back(e);
}

std::filesystem::path State::log_file(const std::filesystem::path& directory) const {
  return directory / ("log." + std::to_string(generation));
}

std::optional<Problem> State::keep(const std::filesystem::path& directory,
                                   const std::vector<std::uint8_t>& engine_octets) {
  const std::filesystem::path before = log_file(directory);
  SnapshotWriter w;
  w(kMagic);
  w.block(octets_of(policy_digest(policy)));
  w(generation + 1), w(last.ns), w(boundary.ns);
  put_events(w, open);
  std::vector<Event> all;
  for (const auto& [account, events] : told) all.insert(all.end(), events.begin(), events.end());
  put_events(w, all);
  w.block(conductor.snapshot());
  w.block(engine_octets);
  steering.snapshot(w);
  SnapshotWriter past;
  if (history) history->snapshot(past);
  w.block(past.take());
  const auto octets = w.take();
  std::string text(octets.begin(), octets.end());
  const std::uint32_t sum = crc_of(text);
  for (unsigned i = 0; i < 4; ++i) text.push_back(static_cast<char>(sum >> (8 * i)));
  if (auto problem = replace_file(directory / "snapshot", text)) return problem;
  ++generation;
  std::error_code ignored;
  std::filesystem::remove(before, ignored);
  return std::nullopt;
}

const char* State::restore(std::string_view text) {
  if (text.size() < 4) return "it is cut short";
  const std::string_view body = text.substr(0, text.size() - 4);
  std::uint32_t sum = 0;
  for (unsigned i = 0; i < 4; ++i) sum |= std::uint32_t{static_cast<unsigned char>(text[body.size() + i])} << (8 * i);
  if (sum != crc_of(body)) return "its sum is wrong";
  SnapshotReader r(octets_of(body));
  std::uint64_t magic = 0;
  r(magic);
  if (magic != kMagic) return "it is no daemon's snapshot of this version";
  const auto digest = r.block();
  policy_changed = policy_digest(policy) != std::string(digest.begin(), digest.end());
  r(generation), r(last.ns), r(boundary.ns);
  open = take_events(r);
  for (const Event& e : take_events(r)) remember(e);
  if (const char* why = conductor.restore(r.block())) return why;
  if (const char* why = engine->restore(r.block())) return why;
  steering.restore(r);
  const auto past = r.block();
  if (history && past.empty()) {  // it is kept from now on: of those who hold something, nobody knows since when
    for (const auto& [prefix, account] : steering.leases()) history->bind(last, prefix, {}, account);
  } else if (history) {
    SnapshotReader leases(past);
    history->restore(leases);
    if (!leases.ok() || !leases.at_end()) return "its leases of the past make no sense";
  }
  return r.ok() && r.at_end() ? nullptr : "it makes no sense";
}

void State::obey(const Command& c) {
  last = std::max(last, c.at);
  conductor.apply(c);
  steering.apply(c);
  if (history) history->apply(c);
  (void)engine->process({c.at, {}, {&c, 1}});
}

void State::replay(const std::vector<Record>& records) {
  for (const Event& e : open)
    if (e.kind == EventKind::quarantine_proposed) proposed_.insert(e.account);
  for (const Record& record : records) {
    if (const auto* event = std::get_if<Event>(&record)) {
      last = std::max(last, event->at);
      if (event->account != kNobody) open.push_back(*event);
      remember(*event);
      if (event->kind == EventKind::quarantine_proposed) proposed_.insert(event->account);
    } else if (const auto* command = std::get_if<Command>(&record)) {
      if (command->kind == CommandKind::operator_release || command->kind == CommandKind::classify)
        proposed_.erase(command->account);
      obey(*command);
    } else {
      const Timestamp end = std::get<EpochEnd>(record).boundary;
      std::sort(open.begin(), open.end(), in_canonical_order);
      const auto later = std::find_if(open.begin(), open.end(), [&](const Event& e) { return e.at >= end; });
      const std::vector<Event> closed(open.begin(), later);
      open.erase(open.begin(), later);
      last = std::max(last, end);
      boundary = epoch_end(policy, end);
      const auto answer = conductor.step(end, closed);
      for (Command c : std::vector<Command>(answer.commands.begin(), answer.commands.end())) {
        // The packets that convicted it are gone; the decision stands.
        const bool convicted = proposed_.erase(c.account) > 0;
        if (c.kind == CommandKind::approve && convicted &&
            engine->status(c.account, c.at).state != lazaret::State::proposed)
          c.kind = CommandKind::operator_quarantine;
        obey(c);
      }
    }
  }
  replayed = records.size();
}

std::optional<Problem> State::recover(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "snapshot";
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    if (const char* why = restore(all.str()))
      return Problem{file.string() + ": " + why + "; move the state directory away to begin anew"};
  }
  auto log = read_journal(log_file(directory));
  if (auto* problem = std::get_if<Problem>(&log)) return *problem;
  torn_octets = std::get<Recorded>(log).torn_octets;
  replay(std::get<Recorded>(log).records);
  tally = {};
  return std::nullopt;
}

}  // namespace lazaret::daemon
