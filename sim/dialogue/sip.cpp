#include "sim/dialogue/sip.hpp"

#include <charconv>

#include "sim/dialogue/text_lines.hpp"

namespace lazaret {
namespace {

template <typename Number>
Number number(std::string_view text) {
  Number n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

std::string_view value_of(std::string_view line, std::string_view name) {
  return line.substr(0, name.size()) == name ? line.substr(name.size()) : std::string_view();
}

}  // namespace

std::string to_octets(const SipMessage& m, std::string_view from_host, std::string_view to_host) {
  std::string text;
  if (m.status != 0)
    text = "SIP/2.0 " + std::to_string(m.status) + (m.status == 200 ? " OK" : " Failed");
  else
    text.append(m.method).append(" sip:callee@").append(to_host).append(" SIP/2.0");
  text.append("\r\nVia: SIP/2.0/UDP ").append(from_host).append(";rport;branch=z9hG4bK-").append(m.call_id);
  text.append("\r\nMax-Forwards: 70\r\nFrom: <sip:caller@").append(from_host).append(">;tag=").append(m.call_id);
  text.append("\r\nTo: <sip:callee@").append(to_host).append(">\r\nCall-ID: ").append(m.call_id);
  text.append("\r\nCSeq: ").append(m.cseq);
  if (m.count)
    text.append("\r\nP-RTP-Stat: PS=")
        .append(std::to_string(m.count->sent))
        .append(",PR=")
        .append(std::to_string(m.count->received));
  std::string sdp;
  if (m.media_port != 0) {
    sdp.append("v=0\r\no=- 1 1 IN IP4 ").append(from_host).append("\r\ns=-\r\nc=IN IP4 ").append(from_host);
    sdp.append("\r\nt=0 0\r\nm=audio ")
        .append(std::to_string(m.media_port))
        .append(" RTP/AVP 8\r\na=ptime:40\r\na=ssrc:");
    sdp.append(std::to_string(m.ssrc)).append("\r\n");
    text += "\r\nContent-Type: application/sdp";
  }
  return text + "\r\nContent-Length: " + std::to_string(sdp.size()) + "\r\n\r\n" + sdp;
}

std::optional<SipMessage> read_sip(std::string_view octets) {
  TextLines lines;
  lines.append(octets);
  const auto first = lines.next();
  if (!first) return std::nullopt;
  SipMessage m;
  if (const auto status = value_of(*first, "SIP/2.0 "); !status.empty())
    m.status = number<int>(status);
  else
    m.method = first->substr(0, first->find(' '));
  while (const auto line = lines.next()) {
    if (const auto v = value_of(*line, "Call-ID: "); !v.empty()) m.call_id = v;
    if (const auto v = value_of(*line, "CSeq: "); !v.empty()) m.cseq = v;
    if (const auto v = value_of(*line, "m=audio "); !v.empty()) m.media_port = number<std::uint16_t>(v);
    if (const auto v = value_of(*line, "a=ssrc:"); !v.empty()) m.ssrc = number<std::uint32_t>(v);
    if (const auto v = value_of(*line, "P-RTP-Stat: PS="); !v.empty())
      m.count =
          RtpCount{number<std::uint32_t>(v), number<std::uint32_t>(v.substr(std::min(v.size(), v.find("PR=") + 3)))};
  }
  if (m.call_id.empty()) return std::nullopt;
  return m;
}

std::string rtp_packet(std::uint32_t ssrc, std::uint16_t sequence) {
  std::string packet(12 + kRtpPayloadOctets, '\xd5');  // A-law silence
  const std::uint32_t stamp = sequence * static_cast<std::uint32_t>(kRtpPayloadOctets);
  packet[0] = '\x80';
  packet[1] = 8;  // PCMA
  packet[2] = static_cast<char>(sequence >> 8);
  packet[3] = static_cast<char>(sequence);
  for (unsigned i = 0; i < 4; ++i) {
    packet[4 + i] = static_cast<char>(stamp >> (24 - 8 * i));
    packet[8 + i] = static_cast<char>(ssrc >> (24 - 8 * i));
  }
  return packet;
}

std::optional<std::uint32_t> rtp_ssrc(std::string_view o) {
  if (o.size() < 12 || (static_cast<unsigned char>(o[0]) >> 6) != 2) return std::nullopt;
  std::uint32_t ssrc = 0;
  for (unsigned i = 8; i < 12; ++i) ssrc = ssrc << 8 | static_cast<unsigned char>(o[i]);
  return ssrc;
}

}  // namespace lazaret
