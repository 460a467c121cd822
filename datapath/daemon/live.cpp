#include "datapath/daemon/live.hpp"

#include <sched.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "scenarios/feed_set.hpp"
#include "scenarios/input_file.hpp"
#include "scenarios/output_file.hpp"

namespace lazaret::daemon {

Live::Live(const Settings& settings, std::unique_ptr<State> state, ControlLink link, const Wiring& wiring)
    : settings_(settings),
      state_(std::move(state)),
      log_(std::make_unique<Journal>(state_->log_file(settings.state))),
      link_(std::move(link)),
      desk_({[this](IpAddress a) { return state_->steering.holder(a); }, [this](AccountId a) { return look(a).status; },
             [this](AccountId a, Choice choice) {
               Command c;
               c.kind = CommandKind::choose, c.account = a, c.choice = choice;
               return commit(c);
             }},
            settings.policy) {
  for (const auto& [account, events] : state_->told) desk_.note(events);
  state_->boundary = epoch_end(state_->policy, now());
  worker_ = std::make_unique<Worker>(std::move(*state_->engine), wiring, link_, clock_);
  state_->engine.reset();
  loop_ = [this] { worker_->run(true); };
  at_work_ = std::make_unique<AtWork>(0, loop_);
}

Live::~Live() {
  send({Order::Kind::stop, {}, {}, nullptr});
  at_work_.reset();
}

/// A clock that was set back while the daemon was away stands still until it has caught up.
Timestamp Live::now() { return state_->last = std::max(state_->last, clock_.now()); }

void Live::listen() {
  std::array<Notice, 64> notices;
  bool told = false;
  while (const std::size_t count = link_.receive_notices(notices)) {
    for (const Notice& n : std::span(notices).first(count)) {
      if (n.kind == Notice::Kind::passed) passed_ = n.boundary;
      if (n.kind == Notice::Kind::looked) looked_ = true;
      if (n.kind != Notice::Kind::event) continue;
      state_->open.push_back(n.event);
      state_->remember(n.event);
      desk_.note({&n.event, 1});
      log_->add(n.event);
      told = true;
    }
  }
  if (told && !log_->write_out()) problem_ = log_->problem();
}

void Live::send(const Order& order) {
  while (!link_.send(order)) {
    listen();
    sched_yield();
  }
}

void Live::turn() {
  listen();
  if (passed_) step(*passed_);
  if (waiting_ || now() < state_->boundary) return;
  waiting_ = true;
  send({Order::Kind::barrier, {}, state_->boundary, nullptr});
}

void Live::step(Timestamp boundary) {
  passed_.reset();
  waiting_ = false;
  std::vector<Event>& open = state_->open;
  std::sort(open.begin(), open.end(), in_canonical_order);
  const auto later = std::find_if(open.begin(), open.end(), [&](const Event& e) { return e.at >= boundary; });
  const std::vector<Event> closed(open.begin(), later);
  open.erase(open.begin(), later);
  state_->boundary = epoch_end(state_->policy, std::max(boundary, now() - Duration{1}));
  log_->add(EpochEnd{boundary});
  const Conductor::Answer answer = state_->conductor.step(boundary, closed);
  // The epoch's end is a decision where commands follow from it.
  if (!(answer.commands.empty() ? log_->write_out() : log_->sync())) {
    problem_ = log_->problem();
    return;
  }
  for (Command c : answer.commands) {
    c.at = now();  // live, nobody waits: what comes late takes force late
    send({Order::Kind::command, c, {}, nullptr});
  }
  if (log_->octets() > static_cast<std::uint64_t>(settings_.log_mib) << 20) problem_ = snapshot();
}

bool Live::commit(std::span<Command> commands) {
  if (problem_) return false;
  for (Command& c : commands) {
    c.at = now();
    log_->add(c);
  }
  if (!log_->sync()) {
    problem_ = log_->problem();
    return false;
  }
  for (const Command& c : commands) {
    state_->conductor.apply(c);
    state_->steering.apply(c);
    if (state_->history) state_->history->apply(c);
    send({Order::Kind::command, c, {}, nullptr});
  }
  return true;
}

std::variant<Accusation, Problem> Live::report(const AbuseReport& report) {
  if (!state_->history) return Problem{"the configuration names no 'reporters': nobody's reports count"};
  state_->history->advance(now());
  const auto meant = accuse(report, *state_->history, settings_.reporters, now());
  if (const auto* why = std::get_if<NoAccusation>(&meant)) return Problem{std::string(to_text(*why))};
  const auto& accusation = std::get<Accusation>(meant);
  Command c;
  c.kind = CommandKind::report, c.account = accusation.account, c.step = accusation.weight;
  c.port = report.source_port.value_or(0);
  if (!commit(c)) return Problem{"not kept: " + problem_->message};
  return accusation;
}

void Live::load(std::shared_ptr<const Feed> feed) {
  Look look;
  look.load = true;
  look.feed = std::move(feed);
  ask(look);
}

/// As the file has it now.
std::variant<Policy, Problem> Live::next_policy() const {
  if (settings_.policy_file.empty()) return state_->policy;
  auto loaded = load_policy(settings_.policy_file);
  if (const auto* errors = std::get_if<1>(&loaded)) return Problem{errors->front().text()};
  const Policy& policy = std::get<0>(loaded);
  if (policy.conductor_epoch_ms != state_->policy.conductor_epoch_ms)
    return Problem{settings_.policy_file.string() +
                   ": conductor.epoch_ms is another than at the start; that one needs a restart"};
  return policy;
}

/// Every state and all evidence stay. The snapshot that follows says whose they are.
std::optional<Problem> Live::adopt(const Policy& policy) {
  Look look;
  look.policy = &policy;
  ask(look);
  state_->conductor.adopt(policy);
  state_->policy = policy;
  desk_.adopt(policy);
  return snapshot();
}

std::variant<Live::Reloaded, Problem> Live::reload() {
  Reloaded done;
  const auto policy = next_policy();
  if (const auto* problem = std::get_if<Problem>(&policy)) return *problem;
  auto feeds = load_feeds(settings_.feeds, State::kSeed);
  if (const auto* errors = std::get_if<1>(&feeds)) return Problem{errors->front().text()};
  auto change = lease_change(settings_, state_->steering);
  if (const auto* problem = std::get_if<Problem>(&change)) return *problem;
  // All files are good.
  if (policy_digest(std::get<0>(policy)) != policy_digest(state_->policy)) {
    if (auto problem = adopt(std::get<0>(policy))) return *problem;
    done.policy = true;
  }
  auto& [text, commands] = std::get<0>(change);
  if (!commands.empty() && !commit(commands)) return Problem{"not kept: " + problem_->message};
  for (const Command& c : commands) ++(c.kind == CommandKind::bind ? done.bound : done.unbound);
  if (auto problem = lease_change_done(settings_, text)) return *problem;
  auto& set = std::get<0>(feeds);
  done.feeds = std::move(set.summaries);
  for (const FeedError& e : set.tolerated) done.left_out.push_back(e.text());
  load(std::move(set.feed));
  return done;
}

Look Live::look(AccountId account, bool whole) {
  Look look;
  look.account = account;
  look.snapshot = whole;
  ask(look);
  return look;
}

void Live::ask(Look& look) {
  looked_ = false;
  send({Order::Kind::look, {}, {}, &look});
  while (!looked_) {
    listen();
    sched_yield();
  }
}

std::optional<Problem> Live::snapshot() {
  const Look whole = look(kNobody, true);
  if (!log_->sync()) return log_->problem();
  if (auto problem = state_->keep(settings_.state, whole.octets)) return problem;
  log_ = std::make_unique<Journal>(state_->log_file(settings_.state));
  return log_->problem();
}

}  // namespace lazaret::daemon
