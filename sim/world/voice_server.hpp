// The voice server: answers every call, and its media gateway talks as long as the call lasts. It sends to where the
// caller's packets come from, so that callers behind NAT hear it.
// Ownership: owns its ports and calls; borrows the clock. Threads: the simulator's.
#pragma once

#include <map>
#include <string>

#include "sim/population/intent.hpp"
#include "sim/world/servers.hpp"
#include "sim/world/sip.hpp"

namespace lazaret {

class VoiceServer : public Server {
 public:
  VoiceServer(const Host&, Clock&);

 private:
  struct Call {
    std::uint32_t ssrc = 0;
    RtpCount count;
    IpAddress media;
    std::uint16_t media_port = 0;
    Timestamp heard;
    bool talking = false, over = false;
  };
  void signal(IpAddress, std::uint16_t port, std::string_view);
  void media(IpAddress, std::uint16_t port, std::string_view);
  void talk(const std::string& call_id);

  Clock& clock_;
  std::string address_;
  std::map<std::string, Call> calls_;
  std::map<std::uint32_t, std::string> by_ssrc_;
  UdpPort sip_, rtp_;
};

}  // namespace lazaret
