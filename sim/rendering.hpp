// A scenario's network, however it is rendered: what behaviours need of it, and what a run does with it.
// Ownership: owns its network and the core in it. Threads: the simulator's.
#pragma once

#include <functional>
#include <memory>

#include "scenarios/truth.hpp"
#include "sim/gauge.hpp"
#include "sim/population/intent.hpp"

namespace lazaret {

class Rendering {
 public:
  Rendering() = default;
  virtual ~Rendering() = default;
  Rendering(const Rendering&) = delete;
  Rendering& operator=(const Rendering&) = delete;

  /// Homes of one lane live in one thread, under one clock; `run` may run lanes side by side.
  [[nodiscard]] virtual unsigned lanes() const { return 1; }
  [[nodiscard]] virtual unsigned lane_of(AccountId) const { return 0; }
  [[nodiscard]] virtual Clock& clock(unsigned lane) = 0;
  [[nodiscard]] virtual Renderer& renderer(unsigned lane) = 0;
  /// What the operator says about an account of this lane; stamped with the present.
  virtual void order(unsigned lane, Command) = 0;

  /// Simulates up to `end`; after each second `go_on` is asked, while no lane runs. Unless it ends early, everything due
  /// has happened in the core, too, afterwards.
  virtual void run(Timestamp end, const std::function<bool()>& go_on) = 0;

  [[nodiscard]] virtual std::uint64_t packets() const = 0;
  [[nodiscard]] virtual Counters counters() const = 0;
  /// Mails that the Internet's exchangers accepted, by the index of the ISP that their senders' addresses belong to;
  /// empty where nobody counts.
  [[nodiscard]] virtual std::vector<std::uint64_t> mails_received() const { return {}; }
  virtual void write_passages(TruthWriter&) const = 0;
  /// Taken out of the simulator's queue so far.
  [[nodiscard]] virtual std::uint64_t events() const = 0;
  /// Frames that found a queue full.
  [[nodiscard]] virtual std::uint64_t lost() const { return 0; }
};

/// How many engines a wire rendering has: one a lane.
[[nodiscard]] unsigned wire_lanes(const Scenario&);
/// Both leave no trace behind when they are destroyed; one of each at a time in a process.
[[nodiscard]] std::unique_ptr<Rendering> make_stack(const Scenario&, const Plan&, const Limits&, RunWriter&,
                                                    const Gauge& = {});
[[nodiscard]] std::unique_ptr<Rendering> make_wire(const Scenario&, const Plan&, const Limits&, RunWriter&,
                                                   const Gauge& = {});

}  // namespace lazaret
