// Ground truth of a simulated run, which only analysis/ reads: an SQLite file with one table per struct below.
// Times are seconds of simulated time. Writers batch in one transaction, so that a run's file is the same for the same
// seed. A run of very many accounts counts attempts and packets instead of listing them by account: what it writes then
// does not grow with homes and time as attempts do. Ownership: writer owns its database. Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/run_directory.hpp"

namespace lazaret {

struct TruthAccount {
  std::uint32_t account = 0;
  std::string ipv4, ipv6;  ///< ipv6 empty where the account has none
  std::int64_t devices = 0;
};

struct TruthInfection {
  std::uint32_t account = 0;
  std::string device, behaviour;  ///< behaviour: as in `infections:`
  double from_s = 0;
  std::optional<double> until_s;  ///< cleaned; nothing: still there at the end
};

/// One attempt of anybody at anything.
struct TruthOutcome {
  double at_s = 0;  ///< when it began
  double took_s = 0;
  std::uint32_t account = 0;
  std::string device;   ///< "pc", "phone", "voice_adapter", "camera", ...
  std::string service;  ///< web_http, web_https, pop3, relay_smtp, voip, dns, iot, direct_smtp, probe, login, ...
  bool malicious = false;
  std::string result;  ///< ok, portal (the page came instead), refused, timeout, failed
};

/// What people did: saw_page, chose, cleaned, cleaning_failed, ignored, called_support; and opened_by_support.
struct TruthAct {
  double at_s = 0;
  std::uint32_t account = 0;
  std::string what, choice;  ///< choice: now, later, already; empty else
  bool infected = false;     ///< at that moment
};

/// Packets as the in-line device saw them, by the truth tag that rode past the core.
struct TruthPassage {
  std::uint32_t account = 0;
  std::string behaviour;  ///< "web", "spam_bot", ...
  bool malicious = false;
  std::string direction, action;
  std::uint64_t packets = 0, octets = 0;
};

/// How an account stood when an attempt began.
enum class Phase : std::uint8_t {
  before,      ///< never quarantined so far
  restricted,  ///< quarantined or remediating
  open_again,  ///< 'later', probation, released
};

/// One of several ISPs, and what the rest of the Internet saw of it.
struct TruthIsp {
  std::string name;
  std::uint32_t first_account = 0, accounts = 0;
  bool acts = false;                 ///< by the policy; else it looks on
  std::uint32_t vulnerable = 0;      ///< homes that could be infected
  std::uint64_t mails_received = 0;  ///< mails that exchangers accepted from its addresses
};

/// Attempts of all accounts that are alike.
struct TruthCount {
  std::uint32_t minute = 0;  ///< in which they began
  std::string service;
  bool malicious = false;
  std::string result;
  Phase standing = Phase::before;
  bool straddles = false;  ///< restricted or freed before their end
  std::uint64_t attempts = 0;
};

class AttemptCounts;

class TruthWriter {
 public:
  /// With `counted`, outcomes become TruthCounts and passages are summed over accounts (account 0).
  [[nodiscard]] static std::variant<TruthWriter, Problem> create(const std::filesystem::path& run_directory,
                                                                 bool counted = false);
  TruthWriter(TruthWriter&&) noexcept;
  ~TruthWriter();
  void add(const TruthAccount&);
  void add(const TruthInfection&);
  /// REQUIRES, where they are counted: events up to the attempt's end have been heard.
  void add(const TruthOutcome&);
  void hear(const Event&);
  void add(const TruthAct&);
  void add(const TruthPassage&);
  void add(const TruthIsp&);
  /// Commits and closes; reports the first error of any add.
  [[nodiscard]] std::optional<Problem> close();

 private:
  struct Database;
  explicit TruthWriter(std::unique_ptr<Database>);
  std::unique_ptr<Database> database_;
};

/// Everything but the attempts, which are too many to keep; ordered by time and account, passages summed over accounts.
struct Truth {
  std::vector<TruthAccount> accounts;
  std::vector<TruthInfection> infections;
  std::vector<TruthCount> counts;  ///< where the run counted its attempts
  std::vector<TruthAct> acts;
  std::vector<TruthPassage> passages;
  std::vector<TruthIsp> isps;  ///< empty where there is but one
};
/// `each` gets every attempt that is listed, by the moment of its end.
[[nodiscard]] std::variant<Truth, Problem> read_truth(const std::filesystem::path& run_directory,
                                                      const std::function<void(const TruthOutcome&)>& each = {});

}  // namespace lazaret
