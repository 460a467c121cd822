// Does the simulator mark its bots? What a flow shows before anything is known of what it does: time to live, the
// account's address, source port, start within its second, length in words. A classifier that tells bots from clean homes
// by these has learnt the simulator. Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "analysis/intervals.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret {

/// The first packet of one flow from one account.
struct FlowMark {
  std::uint32_t account = 0;
  bool infected = false;      ///< the account, in truth
  std::uint8_t protocol = 0;  ///< 6 or 17
  std::uint8_t hops = 0;      ///< time to live
  std::uint32_t address = 0;  ///< of the account, IPv4
  std::uint16_t source_port = 0;
  std::int64_t start_ns = 0;
  std::uint32_t octets = 0;  ///< of the IP packet
};

/// Of each account and each of TCP and UDP one flow over IPv4 that begins after `from_s`, all of them equally likely: more
/// would tell how much an account does, and the family what it does. Needs a journal and truth. `draw` seeds the lot.
[[nodiscard]] std::variant<std::vector<FlowMark>, Problem> flow_marks(const std::filesystem::path& run_directory,
                                                                      double from_s, std::uint64_t draw);

/// Numbers of the features (counted from 0, below kMarkFeatures) that hold for a flow: one of each group of bins.
/// Source port: its parity and its 4096s. Start: the 20th of its second, and the 10th of its millisecond. Length: modulo 4.
/// Address: each of its 16 low bits, and its /27.
constexpr unsigned kMarkFeatures = 256 + 2 + 16 + 20 + 10 + 4 + 2 * 16 + 2048;
[[nodiscard]] std::vector<unsigned> features_of(const FlowMark&);

/// The chance that a bot scores above a clean home, ties counting half, with DeLong's interval (DeLong, DeLong,
/// Clarke-Pearson 1988). 0.5 and an interval of all where either side is empty.
struct Auc {
  double value = 0.5;
  Interval interval{0, 1};
  std::uint64_t positives = 0, negatives = 0;
};
[[nodiscard]] Auc auc(std::span<const double> positives, std::span<const double> negatives);

}  // namespace lazaret
