// The addresses that devices ask to find out whether something stands between them and the Internet. In the garden any
// other answer than the expected one raises the device's own notice; once the line is open they get what they expect.
// Ownership: constants. Threads: any.
#pragma once

#include <span>
#include <string_view>

namespace lazaret::portal {

struct Probe {
  std::string_view who, host, path;  ///< the host without a port
  int status;                        ///< what an open Internet answers
  std::string_view type, body;
};

[[nodiscard]] std::span<const Probe> probes();
/// nullptr: no probe.
[[nodiscard]] const Probe* find_probe(std::string_view host, std::string_view path);

}  // namespace lazaret::portal
