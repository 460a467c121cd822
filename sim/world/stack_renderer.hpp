// Renders intents with the real ns-3 stack of each device: closed loop, so that what is blocked really breaks and is
// retried. One job an intent; jobs live here until they are done.
// Ownership: owns device state and jobs; borrows plan and clock. Threads: the simulator's.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "sim/population/intent.hpp"
#include "sim/population/random.hpp"
#include "sim/world/host.hpp"

namespace lazaret {

class Job;

/// A device as its programs see it.
struct StackDevice {
  StackDevice(const HomePlan&, DeviceKind, Host, std::uint64_t seed);
  /// A local port, random as a careful stack chooses it (RFC 6056).
  std::uint16_t fresh_port() { return static_cast<std::uint16_t>(draw.integer(32768, 60999)); }

  const HomePlan& home;
  DeviceKind kind;
  Host host;
  Stream draw;
  struct Cached {
    std::optional<IpAddress> address;
    std::string exchanger;
    Timestamp until;
  };
  std::map<std::string, Cached> names;  ///< the resolver's answers, by type and name
  std::uint16_t probe_port = 0;         ///< a scanner's raw socket
  std::map<std::pair<IpAddress, std::uint16_t>, std::function<void(bool refused)>> probes;  ///< who waits for whom
};

class StackRenderer : public Renderer {
 public:
  StackRenderer(const Plan&, Clock&, std::uint64_t seed);
  ~StackRenderer() override;

  void add_device(const HomePlan&, DeviceKind, Host);
  void render(const HomePlan&, DeviceKind, const Intent&, Behaviour, std::function<void(const Done&)>) override;
  [[nodiscard]] std::size_t under_way() const { return jobs_.size(); }

 private:
  const Plan& plan_;
  Clock& clock_;
  std::uint64_t seed_;
  std::uint64_t next_ = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<StackDevice>> devices_;  ///< account and device
  std::unordered_map<std::uint64_t, std::shared_ptr<Job>> jobs_;
};

}  // namespace lazaret
