#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <map>
#include <tuple>

#include "scenarios/attempt_counts.hpp"
#include "scenarios/manifest.hpp"
#include "scenarios/truth.hpp"
#include "scenarios/truth_schema.hpp"

namespace lazaret {
namespace {

constexpr std::array kInserts = {
    "INSERT INTO account VALUES(?,?,?,?)",       "INSERT INTO infection VALUES(?,?,?,?,?)",
    "INSERT INTO outcome VALUES(?,?,?,?,?,?,?)", "INSERT INTO act VALUES(?,?,?,?,?)",
    "INSERT INTO passage VALUES(?,?,?,?,?,?,?)", "INSERT INTO outcome_count VALUES(?,?,?,?,?,?,?)",
    "INSERT INTO isp VALUES(?,?,?,?,?,?)",
};
enum Table : std::size_t { kAccount, kInfection, kOutcome, kAct, kPassage, kOutcomeCount, kIsp };

}  // namespace

struct TruthWriter::Database {
  std::filesystem::path path;
  sqlite3* handle = nullptr;
  std::array<sqlite3_stmt*, kInserts.size()> inserts{};
  std::optional<Problem> problem;
  bool counted = false;
  AttemptCounts counts;
  std::map<std::tuple<bool, std::string, std::string, std::string>, TruthPassage> passages;

  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  // Without close() nothing is committed: an interrupted run leaves an empty database.
  ~Database() { release(); }

  void release() {
    for (sqlite3_stmt*& s : inserts) sqlite3_finalize(s), s = nullptr;
    sqlite3_close(handle);
    handle = nullptr;
  }

  void check(int code, int wanted = SQLITE_OK) {
    if (code == wanted || problem) return;
    problem = Problem{fmt::format(
        "{}: cannot be written: {}{}", path.string(), handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code),
        code == SQLITE_FULL || code == SQLITE_IOERR ? "; free space on that disk and run again" : "")};
  }

  void run(const char* sql) { check(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr)); }

  void prepare(Table table) {
    if (!problem) check(sqlite3_prepare_v2(handle, kInserts[table], -1, &inserts[table], nullptr));
  }

  /// Texts live until the step below, so they need no copy.
  static int bind(sqlite3_stmt* s, int i, const std::string& v) {
    return sqlite3_bind_text(s, i, v.data(), static_cast<int>(v.size()), SQLITE_STATIC);
  }
  static int bind(sqlite3_stmt* s, int i, double v) { return sqlite3_bind_double(s, i, v); }
  static int bind(sqlite3_stmt* s, int i, const std::optional<double>& v) {
    return v ? sqlite3_bind_double(s, i, *v) : sqlite3_bind_null(s, i);
  }
  static int bind(sqlite3_stmt* s, int i, std::int64_t v) { return sqlite3_bind_int64(s, i, v); }
  static int bind(sqlite3_stmt* s, int i, std::uint64_t v) {
    return sqlite3_bind_int64(s, i, static_cast<std::int64_t>(v));
  }
  static int bind(sqlite3_stmt* s, int i, std::uint32_t v) { return sqlite3_bind_int64(s, i, v); }
  static int bind(sqlite3_stmt* s, int i, bool v) { return sqlite3_bind_int(s, i, v ? 1 : 0); }

  template <typename... Values>
  void insert(Table table, const Values&... values) {
    if (problem) return;
    sqlite3_stmt* const s = inserts[table];
    int column = 0;
    (check(bind(s, ++column, values)), ...);
    check(sqlite3_step(s), SQLITE_DONE);
    sqlite3_reset(s);
  }
};

std::variant<TruthWriter, Problem> TruthWriter::create(const std::filesystem::path& run_directory, bool counted) {
  auto database = std::make_unique<Database>();
  Database& d = *database;
  d.path = run_directory / kTruthFile;
  d.counted = counted;
  std::error_code error;
  if (std::filesystem::exists(d.path, error))
    return Problem{d.path.string() + ": is there already; name a new directory with --out, or remove it"};
  d.check(sqlite3_open_v2(d.path.c_str(), &d.handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr));
  // A page size and text encoding of our own, so that a library's defaults do not change the octets. No journal: a run
  // that did not finish is refused anyway.
  d.run("PRAGMA page_size=4096; PRAGMA encoding='UTF-8'; PRAGMA journal_mode=OFF; PRAGMA auto_vacuum=NONE;");
  d.run(fmt::format("PRAGMA application_id={}; PRAGMA user_version={};", truth::kApplication,
                    counted ? truth::kCounted : truth::kListed)
            .c_str());
  d.run("BEGIN");
  d.run(truth::kSchema);
  if (counted) d.run(truth::kCountSchema);
  for (std::size_t i = 0; i < (counted ? kIsp : kOutcomeCount); ++i) d.prepare(static_cast<Table>(i));
  if (d.problem) return *d.problem;
  return TruthWriter(std::move(database));
}

TruthWriter::TruthWriter(std::unique_ptr<Database> database) : database_(std::move(database)) {}
TruthWriter::TruthWriter(TruthWriter&&) noexcept = default;
TruthWriter::~TruthWriter() = default;

void TruthWriter::add(const TruthAccount& a) { database_->insert(kAccount, a.account, a.ipv4, a.ipv6, a.devices); }
void TruthWriter::add(const TruthInfection& i) {
  database_->insert(kInfection, i.account, i.device, i.behaviour, i.from_s, i.until_s);
}
void TruthWriter::hear(const Event& event) {
  if (database_->counted) database_->counts.hear(event);
}
void TruthWriter::add(const TruthOutcome& o) {
  if (database_->counted) return database_->counts.count(o);
  database_->insert(kOutcome, o.at_s, o.took_s, o.account, o.device, o.service, o.malicious, o.result);
}
void TruthWriter::add(const TruthAct& a) { database_->insert(kAct, a.at_s, a.account, a.what, a.choice, a.infected); }
void TruthWriter::add(const TruthPassage& p) {
  if (database_->counted) {
    TruthPassage& sum = database_->passages[{!p.malicious, p.behaviour, p.direction, p.action}];
    sum = {0, p.behaviour, p.malicious, p.direction, p.action, sum.packets + p.packets, sum.octets + p.octets};
    return;
  }
  database_->insert(kPassage, p.account, p.behaviour, p.malicious, p.direction, p.action, p.packets, p.octets);
}

void TruthWriter::add(const TruthIsp& i) {
  Database& d = *database_;
  if (d.inserts[kIsp] == nullptr) d.run(truth::kIspSchema), d.prepare(kIsp);
  d.insert(kIsp, i.name, i.first_account, i.accounts, i.acts, i.vulnerable, i.mails_received);
}

std::optional<Problem> TruthWriter::close() {
  Database& d = *database_;
  for (const TruthCount& c : d.counts.rows())
    d.insert(kOutcomeCount, c.minute, c.service, c.malicious, c.result,
             std::string(truth::kStandings[static_cast<unsigned>(c.standing)]), c.straddles, c.attempts);
  for (const auto& [key, p] : d.passages)
    d.insert(kPassage, p.account, p.behaviour, p.malicious, p.direction, p.action, p.packets, p.octets);
  if (d.handle != nullptr && !d.problem) d.run("COMMIT");
  d.release();
  return d.problem;
}

}  // namespace lazaret
