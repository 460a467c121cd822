// The engine under measurement: with all accounts bound, and as many of them quarantined as a row asks for.
// Ownership: owns its engine. Threads: one at a time.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "cli/bench/port.hpp"
#include "cli/bench/traffic.hpp"
#include "core/engine.hpp"

namespace lazaret::bench {

class Subject {
 public:
  /// Builds the engine with room for both families of every account, and binds the Stream's accounts.
  explicit Subject(std::uint32_t accounts);

  /// Quarantines until `percent` of the accounts are, spread evenly: they scan until the engine proposes, and each proposal
  /// is approved. Nobody is released. Throws std::runtime_error where an account cannot be brought there.
  void quarantine(unsigned percent);
  [[nodiscard]] std::uint32_t quarantined() const { return quarantined_; }

  /// Lets ten minutes pass without packets: whatever traffic left pending comes to its end.
  void rest();

  /// The next kBurst packets from number `first` on, through the engine; reads every verdict.
  void burst(const Stream& stream, std::uint64_t first) {
    const auto packets = port_.receive(stream, first, now_);
    for (const Verdict& v : engine_.process({now_, packets, {}}).verdicts) passed_ += v.action == Action::pass ? 1 : 0;
  }

  /// The engine goes on elsewhere, from now() on.
  [[nodiscard]] Engine take() && { return std::move(engine_); }
  [[nodiscard]] Timestamp now() const { return now_; }

  [[nodiscard]] const Counters& counters() const { return engine_.counters(); }
  [[nodiscard]] std::uint64_t passed() const { return passed_; }

 private:
  void bind_all();
  void scan_until_quarantined(std::span<const std::uint32_t> accounts);

  std::uint32_t accounts_;
  Engine engine_;
  Port port_;
  Timestamp now_ = Timestamp{} + seconds(1000);
  std::uint32_t quarantined_ = 0;
  std::uint64_t passed_ = 0;
};

}  // namespace lazaret::bench
