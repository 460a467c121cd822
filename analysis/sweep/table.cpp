#include "analysis/sweep/table.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "analysis/words.hpp"

namespace lazaret {
namespace {

/// Of this file's form; another one is refused.
constexpr const char* kForm = "lazaret sweep 1";

using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

Statement prepare(sqlite3* handle, const char* sql) {
  sqlite3_stmt* raw = nullptr;
  sqlite3_prepare_v2(handle, sql, -1, &raw, nullptr);
  return {raw, &sqlite3_finalize};
}

std::string text_at(sqlite3_stmt* s, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(s, column));
  return text == nullptr ? std::string() : std::string(text);
}

std::optional<double> real_at(sqlite3_stmt* s, int column) {
  if (sqlite3_column_type(s, column) == SQLITE_NULL) return std::nullopt;
  return sqlite3_column_double(s, column);
}

void bind_real(sqlite3_stmt* s, int place, std::optional<double> value) {
  value ? sqlite3_bind_double(s, place, *value) : sqlite3_bind_null(s, place);
}

std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string field(std::optional<double> value) { return value ? fmt::format("{}", *value) : std::string(); }

}  // namespace

std::optional<SweepFigures> figures_of(std::string_view json) {
  try {
    const auto d = nlohmann::json::parse(json);
    const auto maybe = [&](const char* key) {
      return d.at(key).is_null() ? std::nullopt : std::optional(d.at(key).get<double>());
    };
    SweepFigures f;
    f.accounts = d.at("accounts"), f.infected = d.at("infected");
    f.quarantined_true = d.at("quarantined_true"), f.quarantined_false = d.at("quarantined_false");
    f.clean_account_days = d.at("clean_account_days");
    f.median_time_to_detect_s = maybe("median_time_to_detect_s");
    f.p90_time_to_detect_s = maybe("p90_time_to_detect_s");
    f.events_sha256 = d.at("events_sha256");
    return f;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

struct SweepTable::Database {
  std::filesystem::path path;
  sqlite3* handle = nullptr;
  std::vector<std::uint64_t> seeds;  ///< of the plan
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { sqlite3_close(handle); }

  [[nodiscard]] Problem fault(const char* doing) const {
    return {fmt::format("{}: cannot be {}: {}", path.string(), doing, sqlite3_errmsg(handle))};
  }
  [[nodiscard]] bool run(const char* sql) const {
    return sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  /// Empty where there is none.
  [[nodiscard]] std::string told(const char* key) const {
    const Statement s = prepare(handle, "SELECT value FROM about WHERE key = ?");
    if (s == nullptr) return {};
    sqlite3_bind_text(s.get(), 1, key, -1, SQLITE_STATIC);
    return sqlite3_step(s.get()) == SQLITE_ROW ? text_at(s.get(), 0) : std::string();
  }
  [[nodiscard]] bool tell(const char* key, const std::string& value) const {
    const Statement s = prepare(handle, "INSERT INTO about VALUES(?, ?)");
    if (s == nullptr) return false;
    sqlite3_bind_text(s.get(), 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(s.get(), 2, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
    return sqlite3_step(s.get()) == SQLITE_DONE;
  }
};

SweepTable::SweepTable(std::unique_ptr<Database> database) : database_(std::move(database)) {}
SweepTable::SweepTable(SweepTable&&) noexcept = default;
SweepTable::~SweepTable() = default;

std::variant<SweepTable, Problem> SweepTable::open(const std::filesystem::path& path, const SweepPlan& plan,
                                                   const std::string& version) {
  auto d = std::make_unique<Database>();
  d->path = path;
  d->seeds = plan.seeds;
  const bool fresh = !std::filesystem::exists(path);
  if (sqlite3_open(path.c_str(), &d->handle) != SQLITE_OK) return d->fault("opened");
  // A row that was put is there after a power cut, too.
  if (!d->run("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;")) return d->fault("opened");
  if (fresh) {
    const bool made =
        d->run(
            "BEGIN; CREATE TABLE about(key TEXT PRIMARY KEY, value TEXT NOT NULL);"
            "CREATE TABLE run(run INTEGER PRIMARY KEY, cell INTEGER NOT NULL, seed TEXT NOT NULL,"
            " accounts INTEGER, infected INTEGER, quarantined_true INTEGER, quarantined_false INTEGER,"
            " clean_account_days REAL, median_time_to_detect_s REAL, p90_time_to_detect_s REAL, events_sha256 TEXT);"
            "CREATE TABLE cell(cell INTEGER, key TEXT, value TEXT, PRIMARY KEY(cell, key));") &&
        d->tell("form", kForm) && d->tell("plan_sha256", plan.digest) && d->tell("version", version) &&
        d->tell("question", plan.question);
    const Statement s = prepare(d->handle, "INSERT INTO cell VALUES(?, ?, ?)");
    bool named = s != nullptr;
    for (std::size_t cell = 0; named && cell < plan.cells(); ++cell) {
      const auto values = plan.values_of(cell);
      for (std::size_t a = 0; a < values.size(); ++a) {
        sqlite3_bind_int64(s.get(), 1, static_cast<std::int64_t>(cell));
        sqlite3_bind_text(s.get(), 2, plan.axes[a].key.c_str(), -1, SQLITE_STATIC);
        sqlite3_bind_text(s.get(), 3, values[a].c_str(), -1, SQLITE_STATIC);
        named = named && sqlite3_step(s.get()) == SQLITE_DONE;
        sqlite3_reset(s.get());
      }
    }
    if (!made || !named || !d->run("COMMIT")) return d->fault("written");
    return SweepTable(std::move(d));
  }
  if (d->told("form") != kForm)
    return Problem{path.string() +
                   ": is no table of a sweep that this version writes; name another directory with --out"};
  if (d->told("plan_sha256") != plan.digest)
    return Problem{path.string() +
                   ": belongs to another plan: the sweep file or its scenario has changed since; name a new directory "
                   "with --out, or restore what was changed"};
  if (d->told("version") != version)
    return Problem{path.string() + ": was begun by version " + d->told("version") + ", this is " + version +
                   "; name a new directory with --out"};
  return SweepTable(std::move(d));
}

bool SweepTable::has(std::size_t run) const { return figures(run).has_value(); }

std::optional<Problem> SweepTable::put(std::size_t run, const SweepFigures& f) {
  const Statement s = prepare(database_->handle, "INSERT OR REPLACE INTO run VALUES(?,?,?,?,?,?,?,?,?,?,?)");
  if (s == nullptr) return database_->fault("written");
  const std::vector<std::uint64_t>& seeds = database_->seeds;
  const std::string seed = std::to_string(seeds[run % seeds.size()]);
  const std::uint64_t whole[] = {f.accounts, f.infected, f.quarantined_true, f.quarantined_false};
  sqlite3_bind_int64(s.get(), 1, static_cast<std::int64_t>(run));
  sqlite3_bind_int64(s.get(), 2, static_cast<std::int64_t>(run / seeds.size()));
  sqlite3_bind_text(s.get(), 3, seed.c_str(), -1, SQLITE_STATIC);
  for (int n = 0; n < 4; ++n) sqlite3_bind_int64(s.get(), 4 + n, static_cast<std::int64_t>(whole[n]));
  bind_real(s.get(), 8, f.clean_account_days);
  bind_real(s.get(), 9, f.median_time_to_detect_s);
  bind_real(s.get(), 10, f.p90_time_to_detect_s);
  sqlite3_bind_text(s.get(), 11, f.events_sha256.c_str(), -1, SQLITE_STATIC);
  if (sqlite3_step(s.get()) != SQLITE_DONE) return database_->fault("written");
  return std::nullopt;
}

std::optional<SweepFigures> SweepTable::figures(std::size_t run) const {
  const Statement s = prepare(database_->handle,
                              "SELECT accounts, infected, quarantined_true, quarantined_false, clean_account_days, "
                              "median_time_to_detect_s, p90_time_to_detect_s, events_sha256 FROM run WHERE run = ?");
  if (s == nullptr) return std::nullopt;
  sqlite3_bind_int64(s.get(), 1, static_cast<std::int64_t>(run));
  if (sqlite3_step(s.get()) != SQLITE_ROW) return std::nullopt;
  const auto whole = [&](int column) { return static_cast<std::uint64_t>(sqlite3_column_int64(s.get(), column)); };
  return SweepFigures{whole(0),
                      whole(1),
                      whole(2),
                      whole(3),
                      real_at(s.get(), 4).value_or(0),
                      real_at(s.get(), 5),
                      real_at(s.get(), 6),
                      text_at(s.get(), 7)};
}

std::string runs_csv(const SweepPlan& plan, const SweepTable& table) {
  std::string csv = "run,seed";
  for (const SweepAxis& axis : plan.axes) csv += "," + field(axis.key);
  csv +=
      ",accounts,infected,quarantined_true,quarantined_false,clean_account_days,median_time_to_detect_s,"
      "p90_time_to_detect_s,events_sha256\n";
  for (std::size_t run = 0; run < plan.runs(); ++run) {
    const auto f = table.figures(run);
    if (!f) continue;
    csv += fmt::format("{},{}", run, plan.seeds[run % plan.seeds.size()]);
    for (const std::string& value : plan.values_of(run / plan.seeds.size())) csv += "," + field(value);
    csv += fmt::format(",{},{},{},{},{},{},{},{}\n", f->accounts, f->infected, f->quarantined_true,
                       f->quarantined_false, f->clean_account_days, field(f->median_time_to_detect_s),
                       field(f->p90_time_to_detect_s), f->events_sha256);
  }
  return csv;
}

std::vector<SweepCell> cells_of(const SweepPlan& plan, const SweepTable& table) {
  std::vector<SweepCell> cells;
  for (std::size_t c = 0; c < plan.cells(); ++c) {
    SweepCell cell;
    cell.values = plan.values_of(c);
    std::vector<double> medians;
    std::uint64_t caught = 0, infected = 0;
    for (std::size_t s = 0; s < plan.seeds.size(); ++s) {
      const auto f = table.figures(c * plan.seeds.size() + s);
      if (!f) continue;
      ++cell.runs;
      caught += f->quarantined_true, infected += f->infected;
      cell.quarantined_false += f->quarantined_false;
      cell.clean_account_days += f->clean_account_days;
      medians.push_back(f->median_time_to_detect_s.value_or(std::numeric_limits<double>::infinity()));
    }
    cell.caught = exact_share(caught, infected);
    if (!medians.empty()) {
      std::sort(medians.begin(), medians.end());
      const double low = medians[(medians.size() - 1) / 2], high = medians[medians.size() / 2];
      if (high < std::numeric_limits<double>::infinity()) cell.median_time_to_detect_s = (low + high) / 2;
    }
    if (cell.clean_account_days > 0)
      cell.false_upper95 = poisson_upper(cell.quarantined_false) / cell.clean_account_days;
    cells.push_back(std::move(cell));
  }
  return cells;
}

std::string cells_csv(const SweepPlan& plan, const std::vector<SweepCell>& cells) {
  std::string csv;
  for (const SweepAxis& axis : plan.axes) csv += field(axis.key) + ",";
  csv +=
      "runs,infected,caught,caught_low95,caught_high95,median_time_to_detect_s,quarantined_false,clean_account_days,"
      "false_per_clean_account_day_upper95\n";
  for (const SweepCell& c : cells) {
    for (const std::string& value : c.values) csv += field(value) + ",";
    csv += fmt::format("{},{},{},{},{},{},{},{},{}\n", c.runs, c.caught.n, c.caught.k, c.caught.interval.low,
                       c.caught.interval.high, field(c.median_time_to_detect_s), c.quarantined_false,
                       c.clean_account_days, field(c.false_upper95));
  }
  return csv;
}

std::string to_table(const SweepPlan& plan, const std::vector<SweepCell>& cells) {
  std::vector<std::vector<std::string>> rows(1);
  for (const SweepAxis& axis : plan.axes) rows[0].push_back(axis.key);
  for (const char* title : {"runs", "caught", "95 %", "median", "wrongly held", "clean account-days", "at most a day"})
    rows[0].emplace_back(title);
  for (const SweepCell& c : cells) {
    std::vector<std::string> row = c.values;
    row.push_back(std::to_string(c.runs));
    row.push_back(of(c.caught.k, c.caught.n));
    row.push_back(c.caught.n == 0 ? "-" : percent_range(c.caught.interval));
    row.push_back(duration(c.median_time_to_detect_s, "-"));
    row.push_back(std::to_string(c.quarantined_false));
    row.push_back(figure(c.clean_account_days));
    row.push_back(c.false_upper95 ? figure(*c.false_upper95) : "-");
    rows.push_back(std::move(row));
  }
  std::vector<std::size_t> widths(rows[0].size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      text += i < plan.axes.size() ? fmt::format("{:<{}}  ", row[i], widths[i])
                                   : fmt::format("{:>{}}  ", row[i], widths[i]);
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

}  // namespace lazaret
