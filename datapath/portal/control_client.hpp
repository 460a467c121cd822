// The portal's side of the control interface. One connection, kept; what does not answer in time counts as down, and is
// left alone for a moment, so that a daemon that hangs cannot hang the portal with it.
// Ownership: owns its socket. Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "datapath/portal/line.hpp"

namespace lazaret::portal {

/// Nothing when the control side is down.
using Control = std::function<std::optional<Answer>(const Ask&)>;

class ControlClient {
 public:
  static constexpr int kPatienceMs = 300, kRestMs = 1000;
  explicit ControlClient(std::filesystem::path socket);
  ~ControlClient();
  ControlClient(const ControlClient&) = delete;
  ControlClient& operator=(const ControlClient&) = delete;

  [[nodiscard]] std::optional<Answer> ask(const Ask&);
  /// A line and its answer, of any protocol of lines, on a connection of its own. Never asked twice: where nothing comes
  /// back, it may have been done.
  [[nodiscard]] std::optional<std::string> once(const std::string& line, int patience_ms);

 private:
  [[nodiscard]] bool connect(std::int64_t deadline_ms);
  [[nodiscard]] std::optional<std::string> exchange(const std::string& line, std::int64_t deadline_ms);
  void hang_up();

  std::filesystem::path path_;
  int socket_ = -1;
  std::int64_t resting_until_ms_ = 0;
};

}  // namespace lazaret::portal
