// Calls, and lone SYNs from a scanner's raw socket.
#include "scenarios/run_directory.hpp"
#include "sim/world/job.hpp"
#include "sim/world/octets.hpp"
#include "sim/world/sip.hpp"

namespace lazaret {
namespace {

constexpr Duration kSipRetry = milliseconds(500);  // RFC 3261, timer T1
constexpr int kSipTries = 6;
constexpr double kGoodEnough = 0.95;
constexpr Duration kProbePatience = seconds(5);

struct CallJob : Job {
  CallJob(JobContext context, lazaret::Call call) : Job(std::move(context)), what(call) {}

  void start() override {
    StackDevice& device = context_.device;
    ssrc = static_cast<std::uint32_t>(device.draw.bits());
    // Even port for RTP (RFC 3550, 11).
    media_port = device.fresh_port() & 0xfffe;
    request.call_id = std::to_string(device.draw.bits());
    own = to_text(device.host.addresses.ipv4);
    sip = std::make_unique<UdpPort>(device.host, kSipPort, context_.truth,
                                    [this](IpAddress, std::uint16_t, std::string_view o) { signal(o); });
    media = std::make_unique<UdpPort>(device.host, media_port, context_.truth,
                                      [this](IpAddress, std::uint16_t, std::string_view o) {
                                        if (rtp_ssrc(o)) ++count.received;
                                      });
    request.media_port = media_port;
    request.ssrc = ssrc;
    ask("INVITE", "1 INVITE");
  }

  void ask(const char* method, const char* cseq) {
    request.method = method;
    request.cseq = cseq;
    tries = 0;
    repeat(request.cseq);
  }

  void repeat(const std::string& cseq) {
    if (request.cseq != cseq || answered == cseq) return;
    if (tries++ == kSipTries) return finish(Result::timeout);
    send(request);
    later({kSipRetry.ns << (tries - 1)}, [this, cseq] { repeat(cseq); });
  }

  void send(const SipMessage& m) {
    sip->send(context_.plan.voice, kSipPort, to_octets(m, own, to_text(context_.plan.voice)));
  }

  void signal(std::string_view octets) {
    const auto message = read_sip(octets);
    if (!message || message->call_id != request.call_id || message->status == 0 || finished()) return;
    const bool invite = message->cseq == "1 INVITE";
    if (invite) {
      SipMessage ack;
      ack.method = "ACK";
      ack.call_id = request.call_id;
      ack.cseq = "1 ACK";
      if (message->status == 200) send(ack);
    }
    if (answered == message->cseq || message->cseq != request.cseq) return;
    answered = message->cseq;
    if (message->status != 200) return finish(Result::failed);
    if (invite) {
      hang_up_at = context_.clock.now() + what.length;
      return talk();
    }
    const RtpCount far = message->count.value_or(RtpCount{});
    const bool good = count.sent > 0 && far.sent > 0 && far.received >= kGoodEnough * count.sent &&
                      count.received >= kGoodEnough * far.sent;
    finish(good ? Result::ok : Result::failed);
  }

  void talk() {
    if (context_.clock.now() >= hang_up_at) {
      request.media_port = 0;
      // What is still on the way arrives before the bill is made up.
      return later(milliseconds(300), [this] { ask("BYE", "2 BYE"); });
    }
    media->send(context_.plan.voice, kMediaPort, rtp_packet(ssrc, static_cast<std::uint16_t>(count.sent)));
    ++count.sent;
    later(kRtpInterval, [this] { talk(); });
  }

  lazaret::Call what;
  SipMessage request;
  std::string own, answered;
  std::uint32_t ssrc = 0;
  std::uint16_t media_port = 0;
  int tries = 0;
  RtpCount count;
  Timestamp hang_up_at;
  std::unique_ptr<UdpPort> sip, media;
};

struct ProbeJob : Job {
  ProbeJob(JobContext context, Probe probe) : Job(std::move(context)), what(probe) {}

  void start() override {
    StackDevice& device = context_.device;
    listen(device);
    deadline(kProbePatience);
    device.probes[{what.to, what.port}] = [weak = weak_from_this()](bool refused) {
      if (const auto job = weak.lock()) std::static_pointer_cast<ProbeJob>(job)->answer(refused);
    };
    std::uint8_t packet[40] = {};
    const Octets ip(packet);
    ip[0] = 0x45;
    put16(ip, 2, sizeof packet);
    put16(ip, 4, static_cast<std::uint16_t>(device.draw.bits()));
    ip[8] = 64;
    ip[9] = kProtocolTcp;
    put32(ip, 12, device.host.addresses.ipv4.as_v4());
    put32(ip, 16, what.to.as_v4());
    const Octets tcp = ip.subspan(20);
    put16(tcp, 0, device.probe_port);
    put16(tcp, 2, what.port);
    put32(tcp, 4, what.to.as_v4());  // Mirai's scanner numbers its SYNs so
    tcp[12] = 0x50;
    tcp[13] = 0x02;
    put16(tcp, 14, static_cast<std::uint16_t>(device.draw.bits()));
    finish_ipv4_header(ip);
    finish_transport(ip);
    device.host.device->claim(kProtocolTcp, device.probe_port,
                              context_.truth);  // the stack answers SYN-ACK with a reset
    device.host.device->send_raw(ip, context_.truth);
  }

  ~ProbeJob() override { context_.device.probes.erase({what.to, what.port}); }

  void answer(bool refused) {
    if (finished()) return;
    finish(refused ? Result::refused : Result::ok);
  }

  // A raw socket sees every TCP segment that arrives; this one looks for answers to its own port.
  static void listen(StackDevice& device) {
    if (device.probe_port != 0) return;
    device.probe_port = static_cast<std::uint16_t>(device.draw.integer(1024, 32767));
    device.host.device->tap([&device](ConstOctets f) {
      if (f.size() < kEthernetOctets + 40 || get16(f, 12) != kEtherIpv4 || f[kEthernetOctets + 9] != kProtocolTcp)
        return;
      const std::size_t tcp = kEthernetOctets + std::size_t{f[kEthernetOctets] & 0x0fU} * 4;
      if (f.size() < tcp + 20 || get16(f, tcp + 2) != device.probe_port) return;
      const std::uint8_t flags = f[tcp + 13];
      const auto it = device.probes.find({IpAddress::v4(get32(f, kEthernetOctets + 12)), get16(f, tcp)});
      if (it != device.probes.end() && ((flags & 0x04) != 0 || (flags & 0x12) == 0x12)) it->second((flags & 0x04) != 0);
    });
  }

  Probe what;
};

}  // namespace

std::shared_ptr<Job> make_job(JobContext context, const Call& what) {
  return std::make_shared<CallJob>(std::move(context), what);
}
std::shared_ptr<Job> make_job(JobContext context, const Probe& what) {
  return std::make_shared<ProbeJob>(std::move(context), what);
}

}  // namespace lazaret
