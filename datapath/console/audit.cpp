#include "datapath/console/audit.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string_view>

namespace lazaret::console {
namespace {

using nlohmann::json;

constexpr std::int64_t kTail = 256 * 1024;

/// A file that is closed when it is left.
struct Open {
  int file;
  explicit Open(int f) : file(f) {}
  ~Open() {
    if (file >= 0) close(file);
  }
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;
};

int open_to_append(const std::filesystem::path& path) {
  return open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
}

std::string tail_of(const std::filesystem::path& path) {
  const Open in(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat about {};
  if (in.file < 0 || fstat(in.file, &about) != 0) return {};
  const std::int64_t from = std::max<std::int64_t>(0, about.st_size - kTail);
  std::string octets(static_cast<std::size_t>(about.st_size - from), '\0');
  const ssize_t n = pread(in.file, octets.data(), octets.size(), from);
  octets.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  if (from > 0) octets.erase(0, octets.find('\n') + 1);  // the first line may be cut
  return octets;
}

std::string text_of(const json& line, const char* key) {
  const auto found = line.find(key);
  return found != line.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

bool Audit::append(const std::string& line) {
  const bool is_new = access(file_.c_str(), F_OK) != 0;
  const Open out(open_to_append(file_));
  if (out.file < 0) return false;
  struct stat about {};
  if (fstat(out.file, &about) != 0) return false;
  char last = '\n';
  if (about.st_size > 0 && pread(out.file, &last, 1, about.st_size - 1) != 1) return false;
  const std::string octets = (last == '\n' ? "" : "\n") + line + "\n";  // a torn end stays a line of its own
  if (write(out.file, octets.data(), octets.size()) != static_cast<ssize_t>(octets.size()) || fsync(out.file) != 0)
    return false;
  if (!is_new) return true;
  const auto parent = file_.has_parent_path() ? file_.parent_path() : std::filesystem::path(".");
  const Open directory(open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return directory.file >= 0 && fsync(directory.file) == 0;
}

bool Audit::begin(AuditEntry& entry) {
  const auto before = latest();
  entry.number = before.empty() ? 1 : before.front().number + 1;
  json line = {
      {"n", entry.number}, {"at_s", entry.at_s}, {"who", entry.who}, {"role", entry.role}, {"what", entry.what}};
  if (!entry.account.empty()) line["account"] = entry.account;
  if (!entry.choice.empty()) line["choice"] = entry.choice;
  if (!entry.why.empty()) line["why"] = entry.why;
  return append(line.dump(-1, ' ', true, json::error_handler_t::replace));
}

bool Audit::finish(const AuditEntry& entry, const std::string& outcome) {
  const json line = {{"n", entry.number}, {"outcome", outcome}};
  return append(line.dump(-1, ' ', true, json::error_handler_t::replace));
}

std::vector<AuditEntry> Audit::latest() const {
  std::vector<AuditEntry> entries;
  const std::string octets = tail_of(file_);
  std::string_view rest = octets;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const json line = json::parse(rest.substr(0, end), nullptr, false);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (!line.is_object() || !line.contains("n") || !line["n"].is_number_unsigned()) continue;
    const std::uint64_t number = line["n"].get<std::uint64_t>();
    if (line.contains("outcome")) {
      const auto whose =
          std::find_if(entries.rbegin(), entries.rend(), [&](const auto& e) { return e.number == number; });
      if (whose != entries.rend()) whose->outcome = text_of(line, "outcome");
      continue;
    }
    if (!line.contains("at_s") || !line["at_s"].is_number_integer()) continue;
    entries.push_back({number,
                       line["at_s"].get<std::int64_t>(),
                       text_of(line, "who"),
                       text_of(line, "role"),
                       text_of(line, "what"),
                       text_of(line, "account"),
                       text_of(line, "choice"),
                       text_of(line, "why"),
                       {}});
  }
  std::reverse(entries.begin(), entries.end());
  if (entries.size() > kMost) entries.resize(kMost);
  return entries;
}

std::optional<std::string> Audit::problem() const {
  const Open out(open_to_append(file_));
  if (out.file >= 0) return std::nullopt;
  return file_.string() + ": the audit trail cannot be written: " + std::strerror(errno);
}

}  // namespace lazaret::console
