// What a capture costs the engine, beside other programs that look at every packet of it. Each does another job; what they
// share is that they must read every packet and remember flows or hosts. Reading the file is taken off everybody: of the
// others by tcpdump with a filter that matches nothing, of the engine by giving it the packets from memory.
// Ownership: values. Threads: one; the others are processes of their own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/address.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret::bench {

struct ToolRow {
  std::string tool;
  std::optional<double>
      cpu_ns_per_packet;  ///< of user and system, reading taken off; nothing where it is not installed
  std::string why_not;
};

struct CaptureFigures {
  std::uint64_t packets = 0;  ///< of the file
  std::uint64_t judged = 0;   ///< of subscribers
  std::uint64_t accounts = 0;
  double engine_ns = 0;              ///< a judged packet, median
  std::optional<double> reading_ns;  ///< tcpdump's, a packet
  std::vector<ToolRow> others;
};

/// Medians of `repeat` turns of the whole capture. `step` is told what is being done; nothing when `go_on` said no.
[[nodiscard]] std::variant<std::optional<CaptureFigures>, Problem> measure_capture(
    const std::filesystem::path&, const std::vector<Prefix>& subscribers, unsigned repeat,
    const std::function<void(const std::string&)>& step, const std::function<bool()>& go_on);

}  // namespace lazaret::bench
