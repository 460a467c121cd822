// The other end of the control interface for tests: a real core with real accounts, whose scans are real frames, behind the
// desk and the control socket that lazaretd has. Commands go to a file and onto the disk before they count.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "core/steering.hpp"
#include "datapath/portal/control_server.hpp"
#include "datapath/portal/desk.hpp"
#include "tests/core/story.hpp"

namespace lazaret::portal {

/// The beginning of the tests' time: 2026-11-24 15:00 UTC.
constexpr std::int64_t kBegin_s = 1'795'532'400;

class Daemon {
 public:
  explicit Daemon(const Policy& policy = {});
  ~Daemon();

  void bind(AccountId, const std::string& address);
  /// Scans telnet from the address until the core has the account in quarantine.
  void infect(AccountId, const std::string& address);
  void wait(double s);
  void command(CommandKind, AccountId);
  [[nodiscard]] AccountStatus status(AccountId);
  [[nodiscard]] std::int64_t now_s();
  /// What the desk says, without a socket between.
  [[nodiscard]] Answer answer(const Ask&);
  [[nodiscard]] std::size_t remembered();

  /// On a thread of its own, until hang_up().
  void serve();
  void hang_up();
  [[nodiscard]] const std::filesystem::path& socket() const { return socket_; }
  /// The lines of the command log that are on the disk.
  [[nodiscard]] std::vector<std::string> committed() const;

  std::atomic<bool> disk_full = false;  ///< commands cannot be kept
  std::atomic<bool> asleep = false;     ///< takes connections and says nothing

 private:
  bool commit(AccountId, Choice);
  void note();

  std::mutex lock_;
  std::filesystem::path directory_, socket_;
  story::World world_;
  Steering steering_;
  Desk desk_;
  std::size_t noted_ = 0;
  std::thread thread_;
  std::atomic<bool> serving_ = false;
};

}  // namespace lazaret::portal
