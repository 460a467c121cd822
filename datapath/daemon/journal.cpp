#include "datapath/daemon/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>

#include "scenarios/records.hpp"

namespace lazaret::daemon {
namespace {

std::string text_of(const Record& record) {
  if (const auto* command = std::get_if<Command>(&record)) return "c" + to_json(*command);
  if (const auto* event = std::get_if<Event>(&record)) return "e" + to_json(*event);
  return "b" + std::to_string(std::get<EpochEnd>(record).boundary.ns);
}

std::variant<Record, Problem> record_of(std::string_view text) {
  const std::string_view rest = text.substr(1);
  if (text[0] == 'c') {
    auto command = parse_command(rest);
    if (auto* problem = std::get_if<Problem>(&command)) return *problem;
    return Record{std::get<Command>(command)};
  }
  if (text[0] == 'e') {
    auto event = parse_event(rest);
    if (auto* problem = std::get_if<Problem>(&event)) return *problem;
    return Record{std::get<Event>(event)};
  }
  std::int64_t ns = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), ns);
  if (text[0] != 'b' || error != std::errc{} || end != rest.data() + rest.size()) return Problem{"no record is so"};
  return Record{EpochEnd{{ns}}};
}

/// The record's text, where its sum is right.
std::optional<std::string_view> sound(std::string_view line) {
  std::uint32_t sum = 0;
  if (line.size() < 10 || line[8] != ' ') return std::nullopt;
  const auto [end, error] = std::from_chars(line.data(), line.data() + 8, sum, 16);
  const std::string_view text = line.substr(9);
  if (error != std::errc{} || end != line.data() + 8 || crc_of(text) != sum) return std::nullopt;
  return text;
}

}  // namespace

std::uint32_t crc_of(std::string_view octets) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const unsigned char*>(octets.data()), octets.size()));
}

std::variant<Recorded, Problem> read_journal(const std::filesystem::path& path) {
  Recorded found;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return found;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream all;
  all << in.rdbuf();
  if (!in) return Problem{path.string() + ": cannot be read"};
  const std::string octets = all.str();
  std::size_t good = 0, number = 0;
  std::optional<std::size_t> bad;  // the first line whose sum is wrong
  for (std::size_t at = 0; at < octets.size();) {
    const std::size_t end = octets.find('\n', at);
    ++number;
    const auto text = end == std::string::npos ? std::nullopt : sound(std::string_view(octets).substr(at, end - at));
    if (!text) {
      if (!bad) bad = number;
    } else {
      if (bad)
        return Problem{
            fmt::format("{}:{}: damaged, and what follows is not: the disk or somebody changed it; move the "
                        "state directory away to begin anew, or put a copy back",
                        path.string(), *bad)};
      auto record = record_of(*text);
      if (auto* problem = std::get_if<Problem>(&record))
        return Problem{
            fmt::format("{}:{}: {}; was it written by a newer version?", path.string(), number, problem->message)};
      found.records.push_back(std::get<Record>(record));
      good = end + 1;
    }
    at = end == std::string::npos ? octets.size() : end + 1;
  }
  found.torn_octets = octets.size() - good;
  if (found.torn_octets > 0 && ::truncate(path.c_str(), static_cast<off_t>(good)) != 0)
    return Problem{path.string() + ": its torn end cannot be cut off: " + std::strerror(errno)};
  return found;
}

Journal::Journal(const std::filesystem::path& path) : path_(path) {
  file_ = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file_ < 0) {
    fail("opened");
    return;
  }
  const off_t end = lseek(file_, 0, SEEK_END);
  octets_ = end < 0 ? 0 : static_cast<std::uint64_t>(end);
  // The name, too, has to outlive a power cut.
  const int directory = open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0 || fsync(directory) != 0) fail("synced in its directory");
  if (directory >= 0) close(directory);
}

Journal::~Journal() {
  write_out();
  if (file_ >= 0) close(file_);
}

void Journal::fail(std::string_view doing) {
  if (!problem_) problem_ = Problem{fmt::format("{}: cannot be {}: {}", path_.string(), doing, std::strerror(errno))};
}

void Journal::add(const Record& record) {
  const std::string text = text_of(record);
  waiting_ += fmt::format("{:08x} {}\n", crc_of(text), text);
}

bool Journal::write_out() {
  while (!problem_ && !waiting_.empty()) {
    const ssize_t n = ::write(file_, waiting_.data(), waiting_.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      fail("written");
      break;
    }
    octets_ += static_cast<std::uint64_t>(n);
    waiting_.erase(0, static_cast<std::size_t>(n));
  }
  return !problem_;
}

bool Journal::sync() {
  if (!write_out()) return false;
  if (fdatasync(file_) != 0) fail("synced");
  return !problem_;
}

}  // namespace lazaret::daemon
