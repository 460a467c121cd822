// A Poisson process: acts at random moments, on average so often, until stopped; perhaps more at some hours than at others.
// Ownership: must outlive the simulation (its next moment is already scheduled). Threads: the simulator's.
#pragma once

#include <functional>
#include <utility>

#include "sim/population/intent.hpp"
#include "sim/population/random.hpp"
#include "sim/population/rhythm.hpp"

namespace lazaret {

class PoissonProcess {
 public:
  /// A rate of 0 never acts. The first moment is drawn like all others, from `from` on. A rhythm must outlive the process.
  PoissonProcess(Clock& clock, Stream stream, double per_s, Duration from, std::function<void(Stream&)> act,
                 const Rhythm* rhythm = nullptr)
      : clock_(clock),
        stream_(stream),
        per_s_(rhythm != nullptr ? per_s * rhythm->most() : per_s),
        rhythm_(rhythm),
        act_(std::move(act)) {
    if (per_s_ > 0) wait(from);
  }
  PoissonProcess(const PoissonProcess&) = delete;
  PoissonProcess& operator=(const PoissonProcess&) = delete;
  void stop() { stopped_ = true; }

 private:
  void wait(Duration first) {
    const Duration gap = from_seconds(stream_.exponential(1 / per_s_));
    clock_.after({first.ns + gap.ns}, [this] {
      if (stopped_) return;
      if (rhythm_ == nullptr || stream_.chance(rhythm_->at(clock_.now()) / rhythm_->most())) act_(stream_);
      if (!stopped_) wait({});
    });
  }

  Clock& clock_;
  Stream stream_;
  double per_s_;
  const Rhythm* rhythm_;
  std::function<void(Stream&)> act_;
  bool stopped_ = false;
};

}  // namespace lazaret
