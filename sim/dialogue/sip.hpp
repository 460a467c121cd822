// SIP messages (RFC 3261) and RTP packets (RFC 3550) as far as a call needs them: INVITE, 200, ACK, BYE with a small
// SDP; G.711 in packets of 40 ms. The far end says in its answer to BYE how much it sent and received (P-RTP-Stat).
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/address.hpp"
#include "core/time.hpp"

namespace lazaret {

constexpr std::uint16_t kSipPort = 5060;
constexpr std::uint16_t kMediaPort = 16384;  ///< of the media gateway; calls are told apart by SSRC
constexpr Duration kRtpInterval{40'000'000};
constexpr std::size_t kRtpPayloadOctets = 320;

struct RtpCount {
  std::uint32_t sent = 0, received = 0;
};

struct SipMessage {
  std::string method;  ///< of a request; empty for a response
  int status = 0;      ///< of a response
  std::string call_id, cseq;
  std::uint32_t ssrc = 0;  ///< of the SDP
  std::uint16_t media_port = 0;
  std::optional<RtpCount> count;
};

/// The transaction's method stands in `cseq` as "1 INVITE".
[[nodiscard]] std::string to_octets(const SipMessage&, std::string_view from_host, std::string_view to_host);
[[nodiscard]] std::optional<SipMessage> read_sip(std::string_view octets);

[[nodiscard]] std::string rtp_packet(std::uint32_t ssrc, std::uint16_t sequence);
/// The SSRC; nothing for what is no RTP.
[[nodiscard]] std::optional<std::uint32_t> rtp_ssrc(std::string_view octets);

}  // namespace lazaret
