#include "sim/dialogue/voice_server.hpp"

#include "scenarios/run_directory.hpp"

namespace lazaret {

// A caller that fell silent for this long is gone.
constexpr Duration kSilence = seconds(5);

VoiceServer::VoiceServer(Machine& host, Clock& clock)
    : clock_(clock),
      address_(to_text(host.ipv4())),
      stride_(host.media_stride()),
      sip_(host.open(kSipPort, {}, [this](IpAddress a, std::uint16_t p, std::string_view o) { signal(a, p, o); })),
      rtp_(host.open(kMediaPort, {}, [this](IpAddress a, std::uint16_t p, std::string_view o) { media(a, p, o); })) {}

void VoiceServer::signal(IpAddress from, std::uint16_t port, std::string_view octets) {
  const auto request = read_sip(octets);
  if (!request || request->method.empty() || request->method == "ACK") return;
  SipMessage answer;
  answer.status = 200;
  answer.call_id = request->call_id;
  answer.cseq = request->cseq;
  if (request->method == "INVITE") {
    Call& call = calls_[request->call_id];
    call.ssrc = request->ssrc;
    by_ssrc_[request->ssrc] = request->call_id;
    answer.media_port = kMediaPort;
    answer.ssrc = request->ssrc;
  } else if (const auto it = calls_.find(request->call_id); request->method == "BYE" && it != calls_.end()) {
    it->second.over = true;
    answer.count = it->second.count;
  } else {
    answer.status = 481;  // no such call
  }
  sip_->send(from, port, to_octets(answer, address_, to_text(from)));
}

void VoiceServer::media(IpAddress from, std::uint16_t port, std::string_view octets) {
  const auto ssrc = rtp_ssrc(octets);
  const auto id = ssrc ? by_ssrc_.find(*ssrc) : by_ssrc_.end();
  if (id == by_ssrc_.end()) return;
  Call& call = calls_[id->second];
  ++call.count.received;
  call.media = from;
  call.media_port = port;
  call.heard = clock_.now();
  if (call.talking || call.over) return;
  call.talking = true;
  talk(id->second);
}

void VoiceServer::talk(const std::string& call_id) {
  const auto it = calls_.find(call_id);
  if (it == calls_.end()) return;
  Call& call = it->second;
  if (clock_.now() - call.heard > kSilence) {
    by_ssrc_.erase(call.ssrc);
    calls_.erase(it);
    return;
  }
  // After BYE the call is kept until it is silent, so that a repeated BYE gets the same answer.
  if (!call.over) {
    rtp_->send(call.media, call.media_port,
               rtp_packet(call.ssrc, static_cast<std::uint16_t>(call.count.sent * stride_)));
    ++call.count.sent;
  }
  clock_.after(call.over ? seconds(1) : Duration{kRtpInterval.ns * stride_}, [this, call_id] { talk(call_id); });
}

}  // namespace lazaret
