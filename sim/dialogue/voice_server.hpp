// The voice server: answers every call, and its media gateway talks as long as the call lasts. It sends to where the
// caller's packets come from, so that callers behind NAT hear it.
// Ownership: owns its ports and calls; borrows the clock. Threads: the simulator's.
#pragma once

#include <map>
#include <string>

#include "sim/dialogue/servers.hpp"
#include "sim/dialogue/sip.hpp"
#include "sim/population/intent.hpp"

namespace lazaret {

class VoiceServer : public Server {
 public:
  VoiceServer(Machine&, Clock&);

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
  std::uint32_t stride_;
  std::unique_ptr<DatagramPort> sip_, rtp_;
};

}  // namespace lazaret
