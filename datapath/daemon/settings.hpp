// The daemon's configuration file: ports, policy, leases, and where its state and sockets lie. docs/daemon.md shows one.
// Ownership: values. Threads: constant once loaded.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/limits.hpp"
#include "core/policy.hpp"
#include "core/subscriber/lease_history.hpp"
#include "scenarios/abuse_report.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret::daemon {

struct Settings {
  std::string access, core, garden;  ///< DPDK device strings: "net_af_packet0,iface=eth0"
  bool observes = false;             ///< on a mirror: decides, and sends nothing
  std::optional<std::array<std::uint8_t, 6>> next_hop;
  Policy policy;
  std::filesystem::path policy_file;  ///< where it came from; empty: the defaults
  std::vector<std::filesystem::path> feeds;
  ReporterTrust reporters;             ///< whose reports of abuse count, and how much
  std::vector<DeterministicNat> nats;  ///< behind which reports find whoever had the port
  std::filesystem::path leases;        ///< empty: leases come by the operator's socket alone
  std::filesystem::path state, portal_socket, operator_socket;
  std::string operator_group;  ///< may use the operator's socket, too; empty: only the daemon's own user
  Limits limits;
  std::int64_t log_mib = 64;  ///< a snapshot takes the log's place when it has grown so far
};

/// Or what is wrong: file, line, remedy.
[[nodiscard]] std::variant<Settings, Problem> load_settings(const std::filesystem::path&);

}  // namespace lazaret::daemon
