#include "core/detect/scan.hpp"

#include <algorithm>
#include <cmath>

namespace lazaret {
namespace {

// FTP, SSH, telnet, SMB, MS-SQL, MySQL, RDP, ADB, TR-064/069, WinBox, and the ports of IoT worms' exploits.
constexpr std::uint16_t kScannedPorts[] = {21,   22,   23,   135,  139,  445,  1433, 2222,  2323,
                                           3306, 3389, 5555, 5900, 7547, 8291, 9527, 37215, 52869};

}  // namespace

ScanDetector::ScanDetector(const Policy& p, Seed seed)
    : seed_(seed), timeout_(milliseconds(p.scan_timeout_ms)), window_ns_(p.scan_window_s * kNsPerSecond) {
  const auto set = [this](Channel c, double clean_failure, double bot_failure) {
    failure_[static_cast<unsigned>(c)] = to_score(std::log(bot_failure / clean_failure));
    success_[static_cast<unsigned>(c)] = to_score(std::log((1 - bot_failure) / (1 - clean_failure)));
  };
  set(Channel::scan_ports, p.scan_clean_failure, p.scan_bot_failure);
  set(Channel::scan_other, p.scan_other_clean_failure, p.scan_other_bot_failure);
  set(Channel::scan_vertical, p.scan_vertical_clean_failure, p.scan_vertical_bot_failure);
}

std::optional<Channel> ScanDetector::classify(State& state, const Facts& f) const {
  const std::uint64_t port_key = endpoint_key(seed_, f.destination, f.destination_port);
  if (state.recent.seen(port_key)) return std::nullopt;
  state.recent.mark(port_key);
  const std::uint64_t host_key = endpoint_key(seed_, f.destination, kAnyPort);
  if (std::find(state.hosts.begin(), state.hosts.end(), host_key) != state.hosts.end()) return Channel::scan_vertical;
  if (state.hosts.full()) state.hosts.erase(state.hosts.begin());
  state.hosts.push(host_key);
  if (state.recent.seen(host_key)) return std::nullopt;  // a host of long ago, or a collision with one
  state.recent.mark(host_key);
  const bool scanned =
      std::find(std::begin(kScannedPorts), std::end(kScannedPorts), f.destination_port) != std::end(kScannedPorts);
  return scanned ? Channel::scan_ports : Channel::scan_other;
}

void ScanDetector::open(State& state, const Facts& f, Timestamp at, Counters& counters) const {
  state.recent.turn_to(at.ns / window_ns_);
  const std::optional<Channel> channel = classify(state, f);
  if (!channel) return;
  if (state.pending.full()) {
    ++counters.contacts_skipped;
    return;
  }
  state.pending.push({f.destination, at + timeout_, f.tcp_sequence, f.source_port, f.destination_port, *channel});
}

ScanDetector::Contact* ScanDetector::answered(State& state, const Facts& f, bool ours, bool& failed) {
  const auto matches = [&](const Contact& c) {
    if (f.transport == Transport::icmp_error)
      return ours && f.quoted.protocol == 6 && f.quoted.destination == c.destination &&
             f.quoted.destination_port == c.destination_port && f.quoted.source_port == c.source_port &&
             f.quoted.tcp_sequence == c.sequence;
    return f.source == c.destination && f.source_port == c.destination_port && f.destination_port == c.source_port &&
           f.tcp_acknowledgment == c.sequence + 1;
  };
  if (f.transport == Transport::icmp_error) {
    failed = true;
  } else if (f.transport == Transport::tcp && (f.tcp_flags & (kRst | kAck)) == (kRst | kAck)) {
    failed = true;
  } else if (f.transport != Transport::tcp || (f.tcp_flags & (kSyn | kAck | kRst)) != (kSyn | kAck)) {
    return nullptr;
  }
  Contact* found = std::find_if(state.pending.begin(), state.pending.end(), matches);
  return found == state.pending.end() ? nullptr : found;
}

}  // namespace lazaret
