#include "scenarios/dns_log/log_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

namespace lazaret {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 18;

}  // namespace

struct LogFile::Handle {
  gzFile file = nullptr;
  std::vector<char> block = std::vector<char>(kBlock);
  std::size_t at = 0, held = 0;
  bool ended = false, begun = false;
  std::uint64_t lines = 0, size = 0;
  std::int64_t written_s = 0;
  std::string damage, cut;

  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (file != nullptr) gzclose(file);
  }

  /// Moves what is left to the front and fills the rest of the block.
  void refill() {
    std::memmove(block.data(), block.data() + at, held - at);
    held -= at;
    at = 0;
    while (!ended && held < kBlock) {
      const int n = gzread(file, block.data() + held, static_cast<unsigned>(kBlock - held));
      if (n > 0) {
        held += static_cast<std::size_t>(n);
        continue;
      }
      ended = true;
      int code = Z_OK;
      const char* const why = gzerror(file, &code);
      if (code != Z_OK && code != Z_STREAM_END)
        damage = code == Z_ERRNO       ? std::strerror(errno)
                 : code == Z_BUF_ERROR ? "the compressed file is cut short"
                                       : why;
    }
  }
};

std::variant<LogFile, Problem> LogFile::open(const std::filesystem::path& path) {
  const auto refuse = [&](std::string_view why) { return Problem{fmt::format("{}: {}", path.string(), why)}; };
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return refuse(errno == ENOENT ? "no such file" : std::strerror(errno));
  if (S_ISDIR(status.st_mode)) return refuse("is a directory; name a DNS log");
  // A replay reads the file twice, which a pipe does not allow.
  if (!S_ISREG(status.st_mode)) return refuse("is not a regular file; save the log to a file first");
  if (status.st_size == 0) return refuse("is empty (0 octets)");
  auto handle = std::make_unique<Handle>();
  handle->file = gzopen(path.c_str(), "rb");
  if (handle->file == nullptr) return refuse(fmt::format("cannot be opened: {}", std::strerror(errno)));
  gzbuffer(handle->file, static_cast<unsigned>(kBlock));
  handle->size = static_cast<std::uint64_t>(status.st_size);
  handle->written_s = status.st_mtime;
  return LogFile(std::move(handle));
}

LogFile::LogFile(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
LogFile::LogFile(LogFile&&) noexcept = default;
LogFile& LogFile::operator=(LogFile&&) noexcept = default;
LogFile::~LogFile() = default;

std::string_view LogFile::beginning() {
  if (!handle_->begun) handle_->refill();
  handle_->begun = true;
  return {handle_->block.data(), handle_->held};
}

bool LogFile::next(std::string_view& line, bool& whole) {
  Handle& h = *handle_;
  (void)beginning();
  const auto newline = [&] {
    return static_cast<const char*>(std::memchr(h.block.data() + h.at, '\n', h.held - h.at));
  };
  const char* end = newline();
  if (end == nullptr && !h.ended && h.held - h.at <= kLineMax) {
    h.refill();
    end = newline();
  }
  if (end == nullptr && h.at == h.held) return false;
  const std::size_t length = (end != nullptr ? static_cast<std::size_t>(end - h.block.data()) : h.held) - h.at;
  line = {h.block.data() + h.at, std::min(length, kLineMax)};
  whole = length <= kLineMax;
  h.at += length;
  if (end != nullptr) ++h.at;
  if (!whole && end == nullptr) {  // the rest of it, wherever it ends, without touching what `line` shows
    h.cut.assign(line);
    line = h.cut;
    for (const char* found = nullptr; found == nullptr && !(h.ended && h.at == h.held);) {
      h.at = h.held;
      h.refill();
      found = newline();
      h.at = found != nullptr ? static_cast<std::size_t>(found - h.block.data()) + 1 : h.held;
    }
  }
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (h.lines++ == 0 && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
  return true;
}

std::uint64_t LogFile::line_number() const { return handle_->lines; }
double LogFile::share() const {
  const auto at = gzoffset(handle_->file);
  return at <= 0 ? 0 : std::min(1.0, static_cast<double>(at) / static_cast<double>(handle_->size));
}
const std::string& LogFile::damage() const { return handle_->damage; }
std::int64_t LogFile::written_s() const { return handle_->written_s; }

}  // namespace lazaret
