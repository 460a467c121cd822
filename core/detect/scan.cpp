#include "core/detect/scan.hpp"

#include <algorithm>

namespace lazaret {
namespace {

// FTP, SSH, telnet, SMB, MS-SQL, MySQL, RDP, ADB, TR-064/069, WinBox, and the ports of IoT worms' exploits.
constexpr std::uint16_t kScannedPorts[] = {21,   22,   23,   135,  139,  445,  1433, 2222,  2323,
                                           3306, 3389, 5555, 5900, 7547, 8291, 9527, 37215, 52869};

constexpr bool telnet(std::uint16_t port) { return port == 23 || port == 2323; }

}  // namespace

bool scanners_look_for(std::uint16_t port) {
  return std::find(std::begin(kScannedPorts), std::end(kScannedPorts), port) != std::end(kScannedPorts);
}

ScanDetector::ScanDetector(const Policy& p, Recall recall)
    : recall_(recall),
      steps_{Steps{p.scan_clean_failure, p.scan_bot_failure},
             Steps{p.scan_other_clean_failure, p.scan_other_bot_failure},
             Steps{p.scan_vertical_clean_failure, p.scan_vertical_bot_failure}},
      mirai_(to_score(p.scan_mirai_score)),
      telnet_(to_score(p.scan_telnet_score)) {}

Stream ScanDetector::first_contact(Account a, const Facts& f, Timestamp at, Ladder& ladder) const {
  const std::uint64_t host_key = recall_.key(f.destination, kHostKey);
  auto& hosts = a.dossier.hosts;
  if (std::find(hosts.begin(), hosts.end(), low_half(host_key)) != hosts.end()) return Stream::vertical;
  hosts.push_out(low_half(host_key));
  // A host of long ago, or a collision with one.
  if (!recall_.fresh(a.dossier.memory, host_key, at)) return Stream::none;
  if (f.destination.is_v4() && f.tcp_sequence == f.destination.as_v4())
    ladder.observe(a, {Channel::scan_mirai, true, mirai_, f.destination_port, f.source_port}, at);
  if (telnet(f.destination_port))
    ladder.observe(a, {Channel::scan_telnet, true, telnet_, f.destination_port, f.source_port}, at);
  return scanners_look_for(f.destination_port) ? Stream::ports : Stream::other;
}

void ScanDetector::outcome(Account a, const Contact& c, bool failed, Timestamp at, Ladder& ladder) const {
  const unsigned channel = static_cast<unsigned>(c.stream) - 1;
  const Steps& steps = steps_[channel];
  ladder.observe(
      a, {static_cast<Channel>(channel), failed, failed ? steps.adverse : steps.exonerating, c.port, c.source_port},
      at);
}

}  // namespace lazaret
