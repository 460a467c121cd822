#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "scenarios/journal_format.hpp"
#include "scenarios/manifest.hpp"
#include "scenarios/records.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret {

using namespace journal;

struct JournalReader::Mapped {
  std::filesystem::path path;
  const std::uint8_t* start = nullptr;
  std::size_t size = 0, position = 0;
  Timestamp last{0};
  std::vector<Command> commands;
  std::vector<PacketView> handed;
  std::optional<Problem> damage;

  Mapped() = default;
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  ~Mapped() {
    if (start != nullptr) ::munmap(const_cast<std::uint8_t*>(start), size);
  }

  void harm(std::string_view why) {
    if (!damage) damage = Problem{fmt::format("{}: damaged at octet {}: {}; run again", path.string(), position, why)};
  }

  template <typename Value>
  [[nodiscard]] Value at(std::size_t where) const {
    Value value;
    std::memcpy(&value, start + where, sizeof value);
    return value;
  }

  /// The length of the block at `position`, checked against the file and its own trailer; 0 and damage otherwise.
  std::uint32_t block_length(std::uint32_t least) {
    if (size - position < 12)
      return harm(fmt::format("only {} octets are left, less than any block", size - position)), 0;
    const auto length = at<std::uint32_t>(position + 4);
    if (length % 4 != 0 || length < least) return harm(fmt::format("a block claims {} octets", length)), 0;
    if (length > size - position)
      return harm(fmt::format("a block claims {} octets and {} are left: the file is cut short", length,
                              size - position)),
             0;
    if (at<std::uint32_t>(position + length - 4) != length) return harm("a block's two lengths differ"), 0;
    return length;
  }

  /// The section header and the three interfaces, exactly as JournalWriter writes them.
  void preamble();
  bool next_packet(PacketView&);
  bool interface_options(std::size_t from, std::size_t to, std::string_view name);
};

bool JournalReader::Mapped::interface_options(std::size_t from, std::size_t to, std::string_view name) {
  bool named = false, nanoseconds = false;
  while (from + 4 <= to) {
    const auto code = at<std::uint16_t>(from), length = at<std::uint16_t>(from + 2);
    from += 4;
    if (code == kOptionEnd) break;
    if (padded(length) > to - from) return false;
    if (code == kOptionIfName) named = std::string_view(reinterpret_cast<const char*>(start + from), length) == name;
    if (code == kOptionTsResolution) nanoseconds = length == 1 && start[from] == kNanoseconds;
    from += padded(length);
  }
  return named && nanoseconds;
}

void JournalReader::Mapped::preamble() {
  if (size >= 4 && at<std::uint32_t>(0) != kSectionHeader) return harm("not a pcapng file");
  std::uint32_t length = block_length(28);
  if (length == 0) return;
  if (at<std::uint32_t>(8) != kByteOrder) return harm("the byte order is not a journal's");
  if (at<std::uint16_t>(12) != kVersionMajor || at<std::uint16_t>(14) != kVersionMinor)
    return harm("the pcapng version is not 1.0");
  position += length;
  for (const std::string_view name : kInterfaces) {
    length = block_length(20);
    if (length == 0) return;
    if (at<std::uint32_t>(position) != kInterface || at<std::uint16_t>(position + 8) != kLinkEthernet ||
        at<std::uint32_t>(position + 12) != kJudgedMost ||
        !interface_options(position + 16, position + length - 4, name))
      return harm(fmt::format("here the interface '{}' belongs (Ethernet, nanoseconds, {} octets)", name, kJudgedMost));
    position += length;
  }
}

bool JournalReader::Mapped::next_packet(PacketView& view) {
  const std::uint32_t length = block_length(kPacketOverhead);
  if (length == 0) return false;
  const auto head = at<PacketHead>(position);
  const auto stamp = static_cast<std::uint64_t>(head.stamp_high) << 32 | head.stamp_low;
  if (head.type != kEnhancedPacket) return harm(fmt::format("block type {} does not belong here", head.type)), false;
  if (head.interface >= kInterfaces.size())
    return harm(fmt::format("interface {} does not exist", head.interface)), false;
  if (head.captured > kJudgedMost || head.captured > head.original || kPacketOverhead + padded(head.captured) != length)
    return harm(fmt::format("{} octets captured of {} do not fit a block of {}", head.captured, head.original, length)),
           false;
  if (stamp > static_cast<std::uint64_t>(INT64_MAX) || Timestamp{static_cast<std::int64_t>(stamp)} < last)
    return harm(fmt::format("the time stamp {} ns comes after {} ns", stamp, last.ns)), false;
  last = {static_cast<std::int64_t>(stamp)};
  view = {last, {start + position + sizeof head, head.captured}, head.original, static_cast<Direction>(head.interface)};
  position += length;
  return true;
}

std::variant<JournalReader, Problem> JournalReader::open(const std::filesystem::path& run_directory) {
  auto mapped = std::make_unique<Mapped>();
  mapped->path = run_directory / kJournalFile;
  const auto refuse = [&](const char* doing) {
    return Problem{fmt::format("{}: {}: {}; is this a complete run directory?", mapped->path.string(), doing,
                               std::strerror(errno))};
  };
  const int descriptor = ::open(mapped->path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return refuse("cannot be opened");
  struct stat status {};
  const bool known = ::fstat(descriptor, &status) == 0;
  if (known && status.st_size > 0) {
    void* const start =
        ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0);
    // The mapping outlives the descriptor.
    const int error = errno;
    ::close(descriptor);
    errno = error;
    if (start == MAP_FAILED) return refuse("cannot be mapped");
    mapped->start = static_cast<const std::uint8_t*>(start);
    mapped->size = static_cast<std::size_t>(status.st_size);
  } else {
    ::close(descriptor);
    if (!known) return refuse("cannot be examined");
  }
  if (mapped->size == 0) return Problem{mapped->path.string() + ": is empty; the run directory is damaged, run again"};
  mapped->preamble();
  if (mapped->damage) return *mapped->damage;
  auto commands = read_commands(run_directory / kCommandsFile);
  if (auto* problem = std::get_if<Problem>(&commands)) return *problem;
  mapped->commands = std::get<0>(std::move(commands));
  return JournalReader(std::move(mapped));
}

JournalReader::JournalReader(std::unique_ptr<Mapped> mapped) : mapped_(std::move(mapped)) {}
JournalReader::JournalReader(JournalReader&&) noexcept = default;
JournalReader::~JournalReader() = default;

std::span<const PacketView> JournalReader::packets(std::size_t max) {
  Mapped& m = *mapped_;
  m.handed.clear();
  for (PacketView view; m.handed.size() < max && !m.damage && m.position < m.size && m.next_packet(view);)
    m.handed.push_back(view);
  return m.handed;
}

const Problem* JournalReader::damage() const { return mapped_->damage ? &*mapped_->damage : nullptr; }
const std::vector<Command>& JournalReader::commands() const { return mapped_->commands; }

}  // namespace lazaret
