#include "datapath/daemon/live.hpp"

#include <sched.h>

#include <algorithm>
#include <array>

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

bool Live::commit(Command c) {
  if (problem_) return false;
  c.at = now();
  log_->add(c);
  if (!log_->sync()) {
    problem_ = log_->problem();
    return false;
  }
  state_->conductor.apply(c);
  state_->steering.apply(c);
  send({Order::Kind::command, c, {}, nullptr});
  return true;
}

Look Live::look(AccountId account, bool whole) {
  Look look;
  look.account = account;
  look.snapshot = whole;
  looked_ = false;
  send({Order::Kind::look, {}, {}, &look});
  while (!looked_) {
    listen();
    sched_yield();
  }
  return look;
}

std::optional<Problem> Live::snapshot() {
  const Look whole = look(kNobody, true);
  if (!log_->sync()) return log_->problem();
  if (auto problem = state_->keep(settings_.state, whole.octets)) return problem;
  log_ = std::make_unique<Journal>(state_->log_file(settings_.state));
  return log_->problem();
}

}  // namespace lazaret::daemon
