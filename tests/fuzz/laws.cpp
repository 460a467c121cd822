#include "tests/fuzz/laws.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "core/ensemble.hpp"
#include "core/evidence/explanation.hpp"
#include "core/packet/decode.hpp"

namespace lazaret::fuzz {
namespace {

/// All that came out of one run.
struct Answers {
  std::vector<Verdict> verdicts;
  std::vector<Event> events;
  std::vector<Command> decided;
  Counters counters;
  std::string broken;  ///< a law that a single call broke
};

/// Feeds the program to `process` in batches of 1 to `largest` steps; `process` answers like Engine::process.
template <typename Process>
void feed(const Program& program, std::size_t largest, std::uint64_t seed, Answers& answers, Process process) {
  std::mt19937_64 random(seed);
  const std::vector<Step>& steps = program.steps;
  for (std::size_t i = 0; i < steps.size();) {
    const std::size_t size = std::min(steps.size() - i, 1 + random() % largest);
    std::vector<PacketView> packets;
    std::vector<Command> commands;
    for (std::size_t end = i + size; i < end; ++i) {
      const Step& s = steps[i];
      if (s.is_command)
        commands.push_back(s.command);
      else
        packets.push_back({s.at, s.frame, static_cast<std::uint32_t>(s.frame.size()), s.direction});
    }
    // `now` may run ahead of the batch, as far as the next stamp.
    const Timestamp last = steps[i - 1].at;
    const Timestamp next = i < steps.size() ? steps[i].at : program.end;
    const Timestamp now = random() % 2 != 0 ? next : last;
    const auto outcome = process(Batch{now, packets, commands});
    if (outcome.verdicts.size() != packets.size()) answers.broken = "one verdict for each packet";
    answers.verdicts.insert(answers.verdicts.end(), outcome.verdicts.begin(), outcome.verdicts.end());
    answers.events.insert(answers.events.end(), outcome.events.begin(), outcome.events.end());
    if constexpr (requires { outcome.decided; })
      answers.decided.insert(answers.decided.end(), outcome.decided.begin(), outcome.decided.end());
  }
  if (answers.verdicts.size() !=
      static_cast<std::size_t>(std::count_if(steps.begin(), steps.end(), [](const Step& s) { return !s.is_command; })))
    answers.broken = "as many verdicts as packets";
}

Answers run_ensemble(const Program& program, unsigned shards, std::size_t largest, std::uint64_t seed) {
  Answers answers;
  Ensemble ensemble(program.policy, program.limits, program.seed, shards);
  ensemble.load(program.feed);
  feed(program, largest, seed, answers, [&](const Batch& b) { return ensemble.process(b); });
  const EnsembleOutcome rest = ensemble.finish(program.end);
  answers.events.insert(answers.events.end(), rest.events.begin(), rest.events.end());
  answers.decided.insert(answers.decided.end(), rest.decided.begin(), rest.decided.end());
  answers.counters = ensemble.counters();
  return answers;
}

/// The program with the conductor's decisions as commands of the stream, as a journal holds them: what an engine alone,
/// or the reference, needs to go the same way.
Program with_decisions(Program program, const std::vector<Command>& decided) {
  std::vector<Step> steps;
  std::size_t next = 0;
  const auto decide_until = [&](Timestamp at) {
    for (; next < decided.size() && decided[next].at <= at; ++next)
      steps.push_back({.at = decided[next].at, .is_command = true, .command = decided[next], .frame = {}});
  };
  for (Step& s : program.steps) {
    decide_until(s.at);
    steps.push_back(std::move(s));
  }
  decide_until(program.end);
  program.steps = std::move(steps);
  return program;
}

/// The program with approvals and holds that no conductor would have sent, for the ladder must stand them too.
Program with_arbitrary_decisions(Program program) {
  std::mt19937_64 random(program.cuts);
  std::vector<Step> steps;
  Timestamp packet_at{-1};
  for (Step& s : program.steps) {
    if (random() % 4 == 0 && s.at > packet_at) {
      Command c;
      c.at = s.at, c.kind = random() % 4 != 0 ? CommandKind::approve : CommandKind::hold, c.issuer = Issuer::conductor;
      c.account = {static_cast<std::uint32_t>(1 + random() % kAccounts)};
      steps.push_back({.at = s.at, .is_command = true, .command = c, .frame = {}});
    }
    if (!s.is_command) packet_at = s.at;
    steps.push_back(std::move(s));
  }
  program.steps = std::move(steps);
  return program;
}

template <typename Machine>
Answers run_single(const Program& program, std::size_t largest, std::uint64_t seed, Machine machine) {
  Answers answers;
  machine.load(program.feed);
  feed(program, largest, seed, answers, [&](const Batch& b) { return machine.process(b); });
  const Outcome rest = machine.process({program.end, {}, {}});
  answers.events.insert(answers.events.end(), rest.events.begin(), rest.events.end());
  answers.counters = machine.counters();
  return answers;
}

bool same(const Command& a, const Command& b) {
  return a.at == b.at && a.kind == b.kind && a.issuer == b.issuer && a.account == b.account && a.key == b.key;
}

std::string in_words(const Event& e) {
  return std::string(name_of(e.kind)) + " of " + std::to_string(e.account.value) + " at " + std::to_string(e.at.ns) +
         " #" + std::to_string(e.sequence) + " " + std::string(name_of(e.state)) + " " +
         std::string(name_of(e.channel)) + " later " + std::to_string(e.later_left) +
         (e.from_probation ? " from probation " : " ") + std::to_string(e.observed) + "/" + std::to_string(e.limit) +
         " seen " + std::to_string(e.seen.adverse) + "/" + std::to_string(e.seen.observations);
}

/// The counters that differ, by name.
std::string counters_difference(const Counters& a, const Counters& b) {
  struct Row {
    const char* name;
    std::uint64_t Counters::*member;
  };
  constexpr Row kRows[] = {{"packets", &Counters::packets},
                           {"octets", &Counters::octets},
                           {"not_ip", &Counters::not_ip},
                           {"malformed", &Counters::malformed},
                           {"fragments", &Counters::fragments},
                           {"unbound", &Counters::unbound},
                           {"spoofed", &Counters::spoofed},
                           {"unmatched_replies", &Counters::unmatched_replies},
                           {"contacts_skipped", &Counters::contacts_skipped},
                           {"sessions_skipped", &Counters::sessions_skipped},
                           {"evidence_crowded", &Counters::evidence_crowded},
                           {"bindings_refused", &Counters::bindings_refused},
                           {"commands_ignored", &Counters::commands_ignored},
                           {"events_lost", &Counters::events_lost}};
  std::string text;
  for (const Row& r : kRows)
    if (a.*r.member != b.*r.member)
      text += std::string(" ") + r.name + " " + std::to_string(a.*r.member) + " or " + std::to_string(b.*r.member);
  return text;
}

std::string difference(const char* law, const Answers& a, const Answers& b) {
  if (!a.broken.empty()) return a.broken;
  if (!b.broken.empty()) return b.broken;
  for (std::size_t i = 0; i < a.verdicts.size(); ++i)
    if (a.verdicts[i] != b.verdicts[i])
      return std::string(law) + ": verdict of packet " + std::to_string(i) + ": " +
             std::string(name_of(a.verdicts[i].rule)) + " or " + std::string(name_of(b.verdicts[i].rule));
  for (std::size_t i = 0; i < std::min(a.events.size(), b.events.size()); ++i)
    if (a.events[i] != b.events[i])
      return std::string(law) + ": event " + std::to_string(i) + ": " + in_words(a.events[i]) + " or " +
             in_words(b.events[i]);
  if (a.events.size() != b.events.size())
    return std::string(law) + ": " + std::to_string(a.events.size()) + " or " + std::to_string(b.events.size()) +
           " events";
  if (!std::equal(a.decided.begin(), a.decided.end(), b.decided.begin(), b.decided.end(), same))
    return std::string(law) + ": the conductor's decisions";
  if (a.counters != b.counters) return std::string(law) + ": counters" + counters_difference(a.counters, b.counters);
  return {};
}

/// Sacred by ports alone, told anew from the page: POP3, IMAP, NTP and SIP at any address.
bool sacred_service(const Step& s) {
  const Facts f = decode(s.frame);
  const bool up = s.direction == Direction::upstream;
  const std::uint16_t port = up ? f.destination_port : f.source_port;
  constexpr std::uint16_t kTcp[] = {110, 143, 993, 995, 5060, 5061}, kUdp[] = {123, 5060, 5061};
  if (f.transport == Transport::tcp) return std::ranges::find(kTcp, port) != std::end(kTcp);
  if (f.transport == Transport::udp) return std::ranges::find(kUdp, port) != std::end(kUdp);
  return false;
}

/// Or by address: everything the program's policy lists but its resolvers (port 53 only) and its relays.
bool sacred_address(const Step& s) {
  const Facts f = decode(s.frame);
  if (f.parse != Parse::ip) return false;
  const IpAddress other = s.direction == Direction::upstream ? f.destination : f.source;
  if (other.high >> 16 == 0x2001'0db8'0911ULL) return true;
  return other.is_v4() &&
         (other.as_v4() == 0xc000'023cU || other.as_v4() == 0xc000'0250U || other.as_v4() == 0xc000'0263U);
}

std::string broken_verdict(const Step& s, const Verdict& v) {
  if (v.reserved != 0) return "the reserved octets are zero";
  if (v.action > Action::garden || v.rule > Rule::strict_closed) return "a verdict has a name";
  const bool pass = v.action == Action::pass;
  if ((sacred_service(s) || sacred_address(s)) && !pass) return "sacred: nothing may block it";
  const bool passes = v.rule == Rule::clear || v.rule == Rule::open || v.rule == Rule::sacred ||
                      v.rule == Rule::not_ip || v.rule == Rule::malformed || v.rule == Rule::unbound ||
                      v.rule == Rule::garden_return || v.rule == Rule::draining || v.rule == Rule::call;
  if (passes != pass) return "each rule has its action";
  if (v.action == Action::garden && s.direction != Direction::upstream)
    return "only the subscriber's packets go to the garden";
  if (v.action == Action::reject && s.direction != Direction::upstream) return "only the subscriber is sent a reset";
  if (s.direction == Direction::from_garden && !pass) return "the portal's answers pass";
  return {};
}

std::string broken_events(const Program& program, const Answers& answers) {
  const auto out_of_order =
      std::adjacent_find(answers.events.begin(), answers.events.end(),
                         [](const Event& a, const Event& b) { return !in_canonical_order(a, b); });
  if (out_of_order != answers.events.end()) return "events come in canonical order";
  std::map<AccountId, std::uint32_t> sequence;
  std::map<AccountId, Event> last;
  for (const Event& e : answers.events) {
    if (e.sequence != sequence[e.account]++) return "an account's events are numbered without a gap";
    if (e.later_left > program.policy.quarantine_later_max) return "no more deferrals than the policy gives";
    if (e.kind == EventKind::quarantine_proposed || e.kind == EventKind::notified ||
        e.kind == EventKind::administrator_notified || e.kind == EventKind::operator_asked) {
      const auto before = last.find(e.account);
      if (before == last.end() || before->second.kind != EventKind::reason || before->second.at != e.at)
        return "explained: a proposal or a notice follows its reasons";
      if (e.observed < e.limit) return "a proposal or a notice is above its limit";
    }
    if (e.kind == EventKind::quarantined && e.state != State::quarantined)
      return "an event's state is the one after it";
    if (e.kind == EventKind::reason &&
        (e.seen.adverse == 0 || e.seen.adverse > e.seen.observations || e.seen.first > e.seen.last))
      return "a reason has seen something";
    if (explain(e, program.policy).empty()) return "explained: every event has words";
    last[e.account] = e;
  }
  return {};
}

/// Framing: an account has evidence against it only if it sent something that went through, or if something with a source
/// of others came in on a line that was once its own, or if somebody reported it.
std::string broken_framing(const Program& program, const Answers& answers) {
  std::set<AccountId> senders;
  std::map<LineId, std::set<AccountId>> owners;
  std::size_t i = 0;
  for (const Step& s : program.steps) {
    if (s.is_command) {
      if (s.command.kind == CommandKind::report) senders.insert(s.command.account);
      if (s.command.kind == CommandKind::bind) owners[s.command.line].insert(s.command.account);
      continue;
    }
    const Verdict& v = answers.verdicts[i++];
    if (s.direction != Direction::upstream) continue;
    if (v.action == Action::pass) senders.insert(v.account);
    if (v.account == kNobody && (v.rule == Rule::spoofed_source || v.rule == Rule::sacred))
      senders.merge(std::set<AccountId>(owners[decode(s.frame).line]));
  }
  for (const Event& e : answers.events)
    if ((e.kind == EventKind::watched || e.kind == EventKind::reason) && !senders.contains(e.account))
      return "framing: evidence against an account that sent nothing";
  return {};
}

void note(const Answers& answers, Reached& r) {
  for (const Verdict& v : answers.verdicts) {
    r.rules.insert(v.rule);
    r.restricted += v.rule == Rule::mail_closed || v.rule == Rule::web_closed || v.rule == Rule::web_to_garden ||
                    v.rule == Rule::scan_closed || v.rule == Rule::strict_closed;
    r.sacred += v.rule == Rule::sacred;
    r.spoofed += v.rule == Rule::spoofed_source;
  }
  for (const Event& e : answers.events) {
    r.proposed += e.kind == EventKind::quarantine_proposed;
    r.relapses += e.kind == EventKind::quarantine_proposed && e.from_probation;
    r.quarantined += e.kind == EventKind::quarantined;
    r.held += e.kind == EventKind::quarantine_held;
    r.kinds.insert(e.kind);
    if (e.kind == EventKind::reason) r.channels.insert(e.channel);
  }
}

}  // namespace

std::string broken_law(const Program& program, Reached* reached, laws::Slip slip) {
  const Answers one = run_ensemble(program, 1, 1, program.cuts);
  if (!one.broken.empty()) return one.broken;
  std::size_t packets = 0;
  for (const Step& s : program.steps) {
    if (s.is_command) continue;
    if (std::string broken = broken_verdict(s, one.verdicts[packets++]); !broken.empty()) return broken;
  }
  if (one.counters.packets != packets) return "every packet is counted";
  if (one.counters.events_lost != 0) return "no event is lost within the limits";
  if (std::string broken = broken_events(program, one); !broken.empty()) return broken;
  if (std::string broken = broken_framing(program, one); !broken.empty()) return broken;
  if (reached != nullptr) {
    reached->packets = packets, reached->commands = program.steps.size() - packets;
    note(one, *reached);
  }
  if (std::string d = difference("cut", one, run_ensemble(program, 1, kBatchMax, program.cuts + 1)); !d.empty())
    return d;
  if (program.roomy)
    if (std::string d = difference("shard", one, run_ensemble(program, 3, kBatchMax, program.cuts + 2)); !d.empty())
      return d;

  const Program journal = with_decisions(program, one.decided);
  const Answers alone = run_single(journal, 1, program.cuts + 4, Engine(program.policy, program.limits, program.seed));
  if (alone.verdicts != one.verdicts) return "journal: an engine alone answers otherwise";
  for (const Program& stream : {journal, with_arbitrary_decisions(journal)}) {
    const Answers engine =
        run_single(stream, kBatchMax, program.cuts + 3, Engine(program.policy, program.limits, program.seed));
    const Answers reference = run_single(stream, kBatchMax, program.cuts + 3,
                                         laws::Reference(program.policy, program.limits, program.seed, slip));
    if (std::string d = difference("reference", engine, reference); !d.empty()) return d;
  }
  return {};
}

}  // namespace lazaret::fuzz
