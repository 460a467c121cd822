#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <iterator>

#include "scenarios/manifest.hpp"
#include "scenarios/truth.hpp"
#include "scenarios/truth_schema.hpp"

namespace lazaret {
namespace {

/// A connection that closes itself, and the first error.
class Reading {
 public:
  explicit Reading(const std::filesystem::path& path) : path_(path) {
    check(sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READONLY, nullptr));
  }
  ~Reading() { sqlite3_close(handle_); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  template <typename Row>
  void rows(const char* sql, Row row) {
    if (problem_) return;
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr));
    if (problem_) return;
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) row(statement);
    if (code != SQLITE_DONE) check(code);
    sqlite3_finalize(statement);
  }

  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }

 private:
  void check(int code) {
    if (code != SQLITE_OK && !problem_)
      problem_ = Problem{fmt::format("{}: cannot be read: {}; the file is damaged, run again", path_.string(),
                                     handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code))};
  }

  std::filesystem::path path_;
  sqlite3* handle_ = nullptr;
  std::optional<Problem> problem_;
};

std::string text(sqlite3_stmt* s, int i) {
  const unsigned char* const octets = sqlite3_column_text(s, i);
  return octets == nullptr
             ? std::string()
             : std::string(reinterpret_cast<const char*>(octets), static_cast<std::size_t>(sqlite3_column_bytes(s, i)));
}
double real(sqlite3_stmt* s, int i) { return sqlite3_column_double(s, i); }
std::int64_t whole(sqlite3_stmt* s, int i) { return sqlite3_column_int64(s, i); }
std::uint32_t account(sqlite3_stmt* s, int i) { return static_cast<std::uint32_t>(whole(s, i)); }
std::uint64_t count(sqlite3_stmt* s, int i) { return static_cast<std::uint64_t>(whole(s, i)); }
Phase standing(const std::string& name) {
  const auto* const found = std::find(std::begin(truth::kStandings), std::end(truth::kStandings), name);
  return found == std::end(truth::kStandings) ? Phase::before
                                              : static_cast<Phase>(found - std::begin(truth::kStandings));
}
bool truth_value(sqlite3_stmt* s, int i) { return whole(s, i) != 0; }

}  // namespace

std::variant<Truth, Problem> read_truth(const std::filesystem::path& run_directory,
                                        const std::function<void(const TruthOutcome&)>& each) {
  const std::filesystem::path path = run_directory / kTruthFile;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    return Problem{path.string() +
                   ": is not there; only simulated runs know the truth, and only whole run directories hold it"};
  Truth t;
  Reading db(path);
  std::int64_t version = -1, application = 0;
  db.rows("PRAGMA application_id", [&](auto* s) { application = whole(s, 0); });
  db.rows("PRAGMA user_version", [&](auto* s) { version = whole(s, 0); });
  if (db.problem()) return *db.problem();
  if (application != truth::kApplication || (version != truth::kListed && version != truth::kCounted))
    return Problem{fmt::format("{}: is not a truth file of version {} or {}, which this lazaret reads; run again",
                               path.string(), truth::kListed, truth::kCounted)};
  db.rows("SELECT account,ipv4,ipv6,devices FROM account ORDER BY account,rowid", [&](auto* s) {
    t.accounts.push_back({account(s, 0), text(s, 1), text(s, 2), whole(s, 3)});
  });
  db.rows("SELECT account,device,behaviour,from_s,until_s FROM infection ORDER BY from_s,account,rowid", [&](auto* s) {
    const bool over = sqlite3_column_type(s, 4) != SQLITE_NULL;
    t.infections.push_back(
        {account(s, 0), text(s, 1), text(s, 2), real(s, 3), over ? std::optional(real(s, 4)) : std::nullopt});
  });
  if (each)
    db.rows("SELECT at_s,took_s,account,device,service,malicious,result FROM outcome ORDER BY rowid", [&](auto* s) {
      each({real(s, 0), real(s, 1), account(s, 2), text(s, 3), text(s, 4), truth_value(s, 5), text(s, 6)});
    });
  if (version == truth::kCounted)
    db.rows("SELECT minute,service,malicious,result,standing,straddles,attempts FROM outcome_count ORDER BY rowid",
            [&](auto* s) {
              t.counts.push_back({account(s, 0), text(s, 1), truth_value(s, 2), text(s, 3), standing(text(s, 4)),
                                  truth_value(s, 5), count(s, 6)});
            });
  db.rows("SELECT at_s,account,what,choice,infected FROM act ORDER BY at_s,account,rowid", [&](auto* s) {
    t.acts.push_back({real(s, 0), account(s, 1), text(s, 2), text(s, 3), truth_value(s, 4)});
  });
  db.rows(
      "SELECT 0,behaviour,malicious,direction,action,SUM(packets),SUM(octets) FROM passage "
      "GROUP BY behaviour,malicious,direction,action ORDER BY malicious DESC,behaviour,direction,action",
      [&](auto* s) {
        t.passages.push_back(
            {account(s, 0), text(s, 1), truth_value(s, 2), text(s, 3), text(s, 4), count(s, 5), count(s, 6)});
      });
  bool several = false;
  db.rows("SELECT 1 FROM sqlite_master WHERE name = 'isp'", [&](auto*) { several = true; });
  if (several)
    db.rows(
        "SELECT name,first_account,accounts,acts,vulnerable,mails_received FROM isp ORDER BY first_account",
        [&](auto* s) {
          t.isps.push_back({text(s, 0), account(s, 1), account(s, 2), truth_value(s, 3), account(s, 4), count(s, 5)});
        });
  if (db.problem()) return *db.problem();
  return t;
}

}  // namespace lazaret
