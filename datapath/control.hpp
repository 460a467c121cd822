// The control core of a replay: one conductor over all workers, with exactly the outcome of core/ensemble.hpp. It
// routes commands to their workers (those for every engine to all of them), closes epochs by barriers, puts all workers' events into the one order, steps the
// conductor and sends its commands before any packet of the next epoch. Workers never wait for it; it waits for them.
// (Live, nobody may wait: there, a conductor that was late stamps a later epoch. That driver comes with the daemon.)
// Ownership: owns steering and conductor; the links must outlive it. Threads: one, the control core.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "core/conductor/conductor.hpp"
#include "core/steering.hpp"
#include "datapath/control_link.hpp"

namespace lazaret {

class Control {
 public:
  /// What the control core does for the packets while it waits: `push` brings all that was fed into the inlets,
  /// `meanwhile` takes what workers sent and decided.
  struct Chores {
    std::function<void()> push, meanwhile;
  };
  Control(const Policy&, const Limits&, Seed, std::vector<ControlLink*>, Chores);

  /// Closes every epoch that ends at or before `stamp`. To be called before anything of that stamp is fed.
  void advance(Timestamp stamp);
  /// REQUIRES advance(command.at).
  void obey(const Command&);
  /// The worker that the packet is to be fed to. REQUIRES advance(packet.at), and that it is then fed.
  [[nodiscard]] unsigned assign(const PacketView&);
  /// Everything that is due up to and including `end`, the events of the open epoch, and the end of the workers' loops.
  void finish(Timestamp end);

  /// Takes what workers report; for use in Chores::meanwhile too.
  std::size_t listen();

  [[nodiscard]] std::vector<Event>& events() { return events_; }
  [[nodiscard]] std::vector<Command>& decided() { return decided_; }

 private:
  struct Lane {
    ControlLink* link;
    bool busy = false;            ///< something was sent since its last barrier
    bool waiting = false;         ///< for its answer to a barrier
    Timestamp next_due = kNever;  ///< as of its last barrier
  };
  void send(Lane&, const Order&);
  void tell(const Command&);
  void barrier(Timestamp boundary);
  void release_events();
  [[nodiscard]] Timestamp next_due() const;

  Policy policy_;
  Steering steering_;
  Conductor conductor_;
  std::vector<Lane> lanes_;
  Chores chores_;
  Timestamp boundary_;  ///< end of the open epoch
  bool conductor_told_ = false;
  std::vector<Event> open_;    ///< events of the open epoch
  std::vector<Event> closed_;  ///< the engines' events of the epoch that is being closed
  std::vector<Event> events_;
  std::vector<Command> decided_;
};

}  // namespace lazaret
