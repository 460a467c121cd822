// The control core at work: closes epochs by barriers, steps the conductor, and carries decisions out in this order: to
// the log, to the disk, to the worker, to whoever asked. The worker never waits for it; it may wait for the worker.
// While it reads policy, feeds and leases again, epochs end late and sockets wait.
// Ownership: owns state, log, link and worker. Threads: one, the control core; the worker's loop runs on an lcore.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "datapath/control_link.hpp"
#include "datapath/daemon/journal.hpp"
#include "datapath/daemon/lease_change.hpp"
#include "datapath/daemon/settings.hpp"
#include "datapath/daemon/state.hpp"
#include "datapath/eal.hpp"
#include "datapath/portal/desk.hpp"
#include "datapath/worker.hpp"

namespace lazaret::daemon {

class Live {
 public:
  /// REQUIRES start_eal(), and a state that was recovered and kept anew.
  Live(const Settings&, std::unique_ptr<State>, ControlLink, const Wiring&);
  ~Live();

  /// What is ready: the worker's events, and the epoch's end.
  void turn();
  /// Durable, and on its way to the worker. False: it could not be kept, and nothing was done.
  [[nodiscard]] bool commit(Command c) { return commit({&c, 1}); }
  /// All of them, or none.
  [[nodiscard]] bool commit(std::span<Command>);
  /// Reads policy, feeds and leases again. A file that cannot be used changes nothing; packets go on meanwhile.
  struct Reloaded {
    std::vector<std::string> feeds;     ///< a summary of each
    std::vector<std::string> left_out;  ///< bad lines, few enough to use the rest
    std::size_t bound = 0, unbound = 0;
    bool policy = false;  ///< is another one now
  };
  [[nodiscard]] std::variant<Reloaded, Problem> reload();
  /// What a report from outside means for whom; committed where it means anything.
  [[nodiscard]] std::variant<Accusation, Problem> report(const AbuseReport&);
  [[nodiscard]] Look look(AccountId = kNobody, bool snapshot = false);
  [[nodiscard]] std::optional<Problem> snapshot();
  /// Something on disk went wrong: no decision is taken from now on, packets go on.
  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }
  [[nodiscard]] const State& state() const { return *state_; }
  [[nodiscard]] std::uint64_t log_octets() const { return log_->octets(); }
  [[nodiscard]] portal::Desk& desk() { return desk_; }

 private:
  void listen();
  void load(std::shared_ptr<const Feed>);
  [[nodiscard]] std::variant<Policy, Problem> next_policy() const;
  [[nodiscard]] std::optional<Problem> adopt(const Policy&);
  void ask(Look&);
  void send(const Order&);
  void step(Timestamp boundary);
  [[nodiscard]] Timestamp now();

  Settings settings_;
  TscClock clock_;
  std::unique_ptr<State> state_;
  std::unique_ptr<Journal> log_;
  ControlLink link_;
  portal::Desk desk_;
  std::unique_ptr<Worker> worker_;
  std::function<void()> loop_;
  std::unique_ptr<AtWork> at_work_;
  std::optional<Timestamp> passed_;  ///< a barrier's answer that no step followed yet
  bool waiting_ = false;             ///< for the answer to a barrier
  bool looked_ = false;
  std::optional<Problem> problem_;
};

}  // namespace lazaret::daemon
