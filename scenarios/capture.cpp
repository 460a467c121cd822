#include "scenarios/capture.hpp"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace lazaret {
namespace {

constexpr std::size_t kEthernetHeader = 14;
constexpr std::uint16_t kIpv4Type = 0x0800, kIpv6Type = 0x86dd;

std::uint16_t ethertype_of_version(std::uint8_t first_octet) { return first_octet >> 4 == 6 ? kIpv6Type : kIpv4Type; }

/// How a link type's header turns into an Ethernet one: how many octets it has, and the EtherType that follows from it.
struct Link {
  bool known = false, ethernet = false;
  std::size_t header = 0;    ///< octets before the packet
  std::size_t protocol = 0;  ///< where in them an EtherType stands; == header: the IP version says
};

Link link_of(int type) {
  switch (type) {
    case DLT_EN10MB:
      return {true, true, 0, 0};
    case DLT_RAW:
    case DLT_IPV4:
    case DLT_IPV6:
      return {true, false, 0, 0};
    case DLT_NULL:
    case DLT_LOOP:
      return {true, false, 4, 4};
    case DLT_LINUX_SLL:
      return {true, false, 16, 14};
#ifdef DLT_LINUX_SLL2
    case DLT_LINUX_SLL2:
      return {true, false, 20, 0};
#endif
    default:
      return {};
  }
}

}  // namespace

struct Capture::Handle {
  pcap_t* pcap = nullptr;
  Link link;
  std::array<std::uint8_t, kJudgedMost> frame{};
  std::string damage;
  bool ended = false;

  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (pcap != nullptr) pcap_close(pcap);  // closes the file too
  }

  void take(const pcap_pkthdr& head, const u_char* octets, CaptureRecord& record);
};

void Capture::Handle::take(const pcap_pkthdr& head, const u_char* octets, CaptureRecord& record) {
  // Seconds times 10^9 must not overflow, whatever a crafted file says.
  constexpr std::int64_t kMostSeconds = (std::int64_t{1} << 61) / kNsPerSecond - 1;
  const std::int64_t s = std::clamp<std::int64_t>(head.ts.tv_sec, -kMostSeconds, kMostSeconds);
  record.stamp_ns = s * kNsPerSecond + std::clamp<std::int64_t>(head.ts.tv_usec, 0, kNsPerSecond - 1);
  if (!link.known) {
    record.skip = "link_type";
    return;
  }
  if (head.caplen <= link.header) {
    record.skip = "empty_frame";
    return;
  }
  const std::span<const std::uint8_t> packet(octets + link.header, head.caplen - link.header);
  // A record may claim less on the wire than it holds; what it holds was on the wire.
  const std::size_t on_wire = std::max<std::size_t>(head.len, head.caplen) - link.header;
  std::size_t start = 0;
  if (!link.ethernet) {
    const std::uint16_t type = link.protocol < link.header
                                   ? static_cast<std::uint16_t>(octets[link.protocol] << 8 | octets[link.protocol + 1])
                                   : ethertype_of_version(packet[0]);
    std::fill_n(frame.begin(), kEthernetHeader, std::uint8_t{0});
    frame[12] = static_cast<std::uint8_t>(type >> 8);
    frame[13] = static_cast<std::uint8_t>(type);
    start = kEthernetHeader;
  }
  const std::size_t held = std::min(packet.size(), kJudgedMost - start);
  std::copy_n(packet.begin(), held, frame.begin() + static_cast<std::ptrdiff_t>(start));
  record.frame = {frame.data(), start + held};
  record.wire_length = static_cast<std::uint32_t>(std::min<std::size_t>(on_wire + start, UINT32_MAX));
}

std::variant<Capture, Problem> Capture::open(const std::filesystem::path& path) {
  const auto refuse = [&](std::string_view why) { return Problem{fmt::format("{}: {}", path.string(), why)}; };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return refuse("no such file");
  if (status.type() == std::filesystem::file_type::directory)
    return refuse("is a directory; name a pcap or pcapng file");
  // A replay reads the file twice, which a pipe does not allow.
  if (status.type() != std::filesystem::file_type::regular)
    return refuse("is not a regular file; save the capture to a file first");
  if (std::filesystem::file_size(path, error) == 0)
    return refuse("is empty (0 octets); a capture has a header at least");
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return refuse(fmt::format("cannot be opened: {}", std::strerror(errno)));
  char why[PCAP_ERRBUF_SIZE] = {};
  auto handle = std::make_unique<Handle>();
  handle->pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, why);
  if (handle->pcap == nullptr) {
    std::fclose(file);
    const bool foreign = std::strstr(why, "unknown file format") != nullptr;
    return refuse(foreign ? std::string("is no pcap or pcapng capture (decompress it first, if it is compressed)")
                          : fmt::format("is no readable capture: {}", why));
  }
  handle->link = link_of(pcap_datalink(handle->pcap));
  return Capture(std::move(handle));
}

Capture::Capture(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Capture::Capture(Capture&&) noexcept = default;
Capture::~Capture() = default;

bool Capture::next(CaptureRecord& record) {
  record = {};
  if (handle_->ended) return false;
  pcap_pkthdr* head = nullptr;
  const u_char* octets = nullptr;
  const int result = pcap_next_ex(handle_->pcap, &head, &octets);
  if (result == 1) {
    handle_->take(*head, octets, record);
    return true;
  }
  handle_->ended = true;
  if (result == PCAP_ERROR_BREAK) return false;
  handle_->damage = pcap_geterr(handle_->pcap);
  record.skip = handle_->damage.find("truncated") != std::string::npos ? "truncated_file" : "damaged_file";
  return true;
}

const std::string& Capture::damage() const { return handle_->damage; }

std::string Capture::link_type() const {
  const int type = pcap_datalink(handle_->pcap);
  const char* const name = pcap_datalink_val_to_name(type);
  return name != nullptr ? std::string(name) : fmt::format("link type {}", type);
}

}  // namespace lazaret
