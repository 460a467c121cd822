// What holds of decode() for any octets: shared by the property tests and the fuzz target.
// Ownership: reads only. Threads: pure.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>

#include "core/packet/decode.hpp"
#include "core/packet/tls.hpp"
#include "core/packet/view.hpp"

namespace lazaret {

/// Nullptr, or the sentence that does not hold of these facts of this frame.
inline const char* broken_invariant(const Facts& f, std::span<const std::uint8_t> frame) {
  const bool addressed = f.source != IpAddress{} || f.destination != IpAddress{};
  const bool ports = f.source_port != 0 || f.destination_port != 0;
  const bool tcp = f.tcp_flags != 0 || f.tcp_sequence != 0 || f.tcp_acknowledgment != 0;
  const bool ip = f.parse == Parse::ip;
  if (!f.payload.empty()) {
    const std::size_t judged = starts_client_hello(f.payload) ? kJudgedMost : kJudgedOctets;
    const std::uint8_t* end = frame.data() + std::min(frame.size(), judged);
    if (f.payload.data() < frame.data() + 14 || f.payload.data() + f.payload.size() > end)
      return "the payload lies in the judged part of the frame";
  }
  if (f.payload_length < f.payload.size()) return "the frame holds no more payload than the wire had";
  if (f.payload_length > 65535) return "an IP packet's payload fits its length field";
  if (!ip && (addressed || ports || tcp || f.protocol != 0 || f.payload_length != 0 || f.first_fragment))
    return "without IP there are no facts but the line";
  if (!ip && f.transport != Transport::other) return "without IP there is no transport";
  const bool with_ports = ip && (f.transport == Transport::tcp || f.transport == Transport::udp);
  if (ports && !with_ports) return "ports only of TCP and UDP";
  if (tcp && !(ip && f.transport == Transport::tcp)) return "TCP's fields only of TCP";
  if (f.transport == Transport::tcp && f.protocol != 6) return "TCP is protocol 6";
  if (f.transport == Transport::udp && f.protocol != 17) return "UDP is protocol 17";
  const bool icmp = f.transport == Transport::icmp || f.transport == Transport::icmp_error;
  if (icmp && f.protocol != (f.source.is_v4() ? 1 : 58)) return "ICMP of the packet's own family";
  if (ip && f.source.is_v4() != f.destination.is_v4()) return "both addresses of one family";
  if (f.transport == Transport::malformed && f.payload_length != 0) return "no payload of a malformed transport";
  if (f.transport == Transport::fragment && f.first_fragment) return "a later fragment is not the first";
  const bool quotes = f.quoted.protocol != 0 || f.quoted.source != IpAddress{} || f.quoted.destination != IpAddress{};
  if (quotes != (f.transport == Transport::icmp_error)) return "an ICMP error and nothing else quotes";
  if (quotes && f.quoted.protocol != 6 && f.quoted.protocol != 17) return "TCP or UDP is quoted";
  if (quotes && f.quoted.source.is_v4() != f.source.is_v4()) return "the quoted packet is of the error's family";
  if (f.line.value >> 40 != 0) return "a line has 40 bits";
  return nullptr;
}

inline bool same_facts(const Facts& a, const Facts& b) {
  return a.parse == b.parse && a.transport == b.transport && a.protocol == b.protocol && a.tcp_flags == b.tcp_flags &&
         a.first_fragment == b.first_fragment && a.line == b.line && a.source == b.source &&
         a.destination == b.destination && a.source_port == b.source_port && a.destination_port == b.destination_port &&
         a.tcp_sequence == b.tcp_sequence && a.tcp_acknowledgment == b.tcp_acknowledgment &&
         a.payload_length == b.payload_length && a.payload.size() == b.payload.size() &&
         a.quoted.source == b.quoted.source && a.quoted.destination == b.quoted.destination &&
         a.quoted.source_port == b.quoted.source_port && a.quoted.destination_port == b.quoted.destination_port &&
         a.quoted.tcp_sequence == b.quoted.tcp_sequence && a.quoted.protocol == b.quoted.protocol;
}

/// Decodes a copy in a block of exactly its size, and the same cut to what is judged and behind it, which must say the
/// same.
inline const char* broken_decode_invariant(std::span<const std::uint8_t> octets) {
  const auto exact = std::make_unique<std::uint8_t[]>(octets.size());
  if (!octets.empty()) std::memcpy(exact.get(), octets.data(), octets.size());
  const std::span<const std::uint8_t> frame(exact.get(), octets.size());
  const Facts facts = decode(frame);
  if (const char* broken = broken_invariant(facts, frame)) return broken;
  const std::size_t judged = judged_octets(frame);
  if (judged > std::min(frame.size(), kJudgedMost)) return "no more is judged than there is, nor than kJudgedMost";
  if (judged < std::min(frame.size(), kJudgedOctets)) return "kJudgedOctets of every frame are judged";
  if (judged > kJudgedOctets && !(facts.transport == Transport::tcp && starts_client_hello(facts.payload)))
    return "more than kJudgedOctets only of a client's hello";
  for (const std::size_t size : {judged, (judged + frame.size()) / 2}) {
    const auto head = std::make_unique<std::uint8_t[]>(size);
    if (size != 0) std::memcpy(head.get(), octets.data(), size);
    if (!same_facts(decode({head.get(), size}), facts)) return "cutting behind what is judged changes nothing";
    if (judged_octets({head.get(), size}) != judged) return "nor does it change what is judged";
  }
  return nullptr;
}

}  // namespace lazaret
