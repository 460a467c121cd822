#include "tests/real/exchanges.hpp"

#include <cstring>
#include <nlohmann/json.hpp>

#include "scenarios/input_file.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret::real {
namespace {

const std::filesystem::path kMade = LAZARET_EXCHANGES;

std::string file_named(std::string_view exchange, const char* ending) {
  return (kMade / (std::string(exchange) + ending)).string();
}

std::uint32_t number_at(const std::string& file, std::size_t offset) {
  std::uint32_t n = 0;  // written by this machine, so in its order
  std::memcpy(&n, file.data() + offset, sizeof n);
  return n;
}

std::string mac_text(const std::vector<std::uint8_t>& octets, std::size_t offset) {
  static const char* const kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = offset; i < offset + 6; ++i) {
    if (i > offset) text += ':';
    text += kDigits[octets[i] >> 4];
    text += kDigits[octets[i] & 15];
  }
  return text;
}

}  // namespace

const std::vector<Expectation>& expectations() {
  // exchange, what the core must say, and which channels must have counted.
  static const std::vector<Expectation> kTable = {
      {"mail_direct_rejected", Says::quarantined, {Channel::spam_delivery, Channel::spam_fanout}},
      {"mail_relay", Says::clean},
      {"mail_relay_flood", Says::quarantined, {Channel::spam_relay}},
      {"mail_exchangers", Says::evidence, {Channel::spam_mx_query}},
      {"mail_list_host", Says::clean, {Channel::spam_mx_query, Channel::spam_fanout}},
      {"dns_nxdomain", Says::quarantined, {Channel::dns_failure}},
      {"dns_normal", Says::clean, {Channel::dns_failure}},
      {"dns_tunnel", Says::evidence, {Channel::dns_tunnel}},
      {"ssh_failed_logins", Says::evidence, {Channel::login_opaque}},
      {"ssh_normal", Says::clean},
      {"ftp_failed_logins", Says::quarantined, {Channel::login_failure}},
      {"telnet_failed_logins", Says::evidence, {Channel::login_failure, Channel::scan_telnet}},
      {"tls_hellos", Says::clean},
      {"syn_flood", Says::quarantined, {Channel::flood_syn}},
      {"udp_flood", Says::evidence, {Channel::flood_udp}},
      {"open_resolver", Says::evidence, {Channel::flood_reply}},
      {"spoofed_sources", Says::notified, {Channel::flood_spoof}},
      {"scan_telnet", Says::quarantined, {Channel::scan_ports, Channel::scan_telnet}},
      {"scan_mirai", Says::quarantined, {Channel::scan_mirai, Channel::scan_telnet}},
      // People look which ports of their own servers are open; nearly all answer with a reset.
      {"scan_answered", Says::clean, {Channel::scan_vertical}},
      {"scan_own_server", Says::clean, {Channel::scan_vertical}},
      {"web_browsing", Says::clean},
      {"voice_rtp", Says::clean},
      {"ntp_client", Says::clean},
  };
  return kTable;
}

Policy world_policy() {
  Policy policy;
  policy.services_resolvers.add(*parse_prefix("192.0.2.53"));
  policy.services_relays.add(*parse_prefix("192.0.2.25"));
  return policy;
}

std::string absence() {
  if (const auto why = read_whole(kMade / "skipped")) return *why;
  if (!std::filesystem::is_directory(kMade / "log"))
    return "NO REAL EXCHANGE WAS MADE: ctest makes them before it starts this test";
  return "";
}

std::filesystem::path capture_of(std::string_view exchange) { return file_named(exchange, ".pcap"); }

std::optional<Sidecar> sidecar_of(std::string_view exchange) {
  const auto text = read_whole(file_named(exchange, ".json"));
  if (!text) return std::nullopt;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object() || json.value("name", "") != exchange) return std::nullopt;
  const auto address = parse_prefix(json.value("subscriber", ""));
  if (!address) return std::nullopt;
  return Sidecar{address->address, json.value("mac", ""), json.value("kind", ""), json.value("behaviour", ""),
                 json.value("count", 0U)};
}

std::optional<std::vector<Frame>> frames_of(std::string_view exchange) {
  constexpr std::uint32_t kNanoseconds = 0xa1b23c4dU, kEthernet = 1;
  constexpr std::size_t kFileHeader = 24, kRecordHeader = 16;
  const auto sidecar = sidecar_of(exchange);
  const auto file = read_whole(capture_of(exchange));
  if (!sidecar || !file || file->size() < kFileHeader || number_at(*file, 0) != kNanoseconds ||
      number_at(*file, 20) != kEthernet)
    return std::nullopt;
  std::vector<Frame> frames;
  for (std::size_t at = kFileHeader; at < file->size();) {
    if (file->size() - at < kRecordHeader) return std::nullopt;
    const std::uint32_t length = number_at(*file, at + 8);
    if (length < 14 || length != number_at(*file, at + 12) || file->size() - at - kRecordHeader < length)
      return std::nullopt;
    Frame frame;
    frame.at_ns = std::int64_t{number_at(*file, at)} * kNsPerSecond + number_at(*file, at + 4);
    at += kRecordHeader;
    frame.octets.assign(file->begin() + static_cast<std::ptrdiff_t>(at),
                        file->begin() + static_cast<std::ptrdiff_t>(at + length));
    at += length;
    frame.sent = mac_text(frame.octets, 6) == sidecar->mac;
    frames.push_back(std::move(frame));
    frames.back().facts = decode(frames.back().octets);
  }
  return frames;
}

}  // namespace lazaret::real
