// The engine under measurement: with all accounts bound, and as many of them quarantined as a row asks for.
// Ownership: owns its engine. Threads: one at a time.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "cli/bench/buffers.hpp"
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
    std::array<PacketView, kBurst> packets;
    for (std::size_t i = 0; i < kBurst; ++i) {
      std::uint8_t* buffer = buffers_.next();
      const Arrival arrival = stream.receive(first + i, buffer);
      now_ = now_ + kPacketGap;
      packets[i] = {now_, {buffer, arrival.held}, arrival.wire_length, arrival.direction};
    }
    for (const Verdict& v : engine_.process({now_, packets, {}}).verdicts) passed_ += v.action == Action::pass ? 1 : 0;
  }

  [[nodiscard]] const Counters& counters() const { return engine_.counters(); }
  [[nodiscard]] std::uint64_t passed() const { return passed_; }

 private:
  void bind_all();
  void scan_until_quarantined(std::span<const std::uint32_t> accounts);

  std::uint32_t accounts_;
  Engine engine_;
  Buffers buffers_;
  Timestamp now_ = Timestamp{} + seconds(1000);
  std::uint32_t quarantined_ = 0;
  std::uint64_t passed_ = 0;
};

}  // namespace lazaret::bench
