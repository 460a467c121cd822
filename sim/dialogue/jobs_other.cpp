// Calls, lone SYNs from a scanner's raw socket, and bursts of packets.
#include "scenarios/run_directory.hpp"
#include "sim/dialogue/job.hpp"
#include "sim/dialogue/sip.hpp"

namespace lazaret {
namespace {

constexpr Duration kSipRetry = milliseconds(500);  // RFC 3261, timer T1
constexpr int kSipTries = 6;
constexpr double kGoodEnough = 0.95;
constexpr Duration kProbePatience = seconds(5);
constexpr std::size_t kFloodOctets = 512;  // what Mirai's UDP flood sends unless told otherwise

struct CallJob : Job {
  CallJob(JobContext context, lazaret::Call call) : Job(std::move(context)), what(call) {}

  void start() override {
    Device& device = context_.device;
    ssrc = static_cast<std::uint32_t>(device.draw.bits());
    // Even port for RTP (RFC 3550, 11).
    media_port = device.fresh_port() & 0xfffe;
    request.call_id = std::to_string(device.draw.bits());
    own = to_text(device.machine.ipv4());
    sip = device.machine.open(kSipPort, context_.truth,
                              [this](IpAddress, std::uint16_t, std::string_view o) { signal(o); });
    media = device.machine.open(media_port, context_.truth, [this](IpAddress, std::uint16_t, std::string_view o) {
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
    media->send(context_.plan.voice, kMediaPort, rtp_packet(ssrc, static_cast<std::uint16_t>(count.sent * stride)));
    ++count.sent;
    later({kRtpInterval.ns * stride}, [this] { talk(); });
  }

  lazaret::Call what;
  const std::uint32_t stride = context_.device.machine.media_stride();
  SipMessage request;
  std::string own, answered;
  std::uint32_t ssrc = 0;
  std::uint16_t media_port = 0;
  int tries = 0;
  RtpCount count;
  Timestamp hang_up_at;
  std::unique_ptr<DatagramPort> sip, media;
};

struct ProbeJob : Job {
  ProbeJob(JobContext context, Probe probe) : Job(std::move(context)), what(probe) {}

  void start() override {
    Device& device = context_.device;
    Device::Scanner& scanner = device.scanner();
    deadline(kProbePatience);
    scanner.waiting[{what.to, what.port}] = [weak = weak_from_this()](bool refused) {
      if (const auto job = weak.lock()) std::static_pointer_cast<ProbeJob>(job)->answer(refused);
    };
    device.machine.send_syn(
        {what.to, what.port, scanner.port, static_cast<std::uint16_t>(device.draw.bits()),
         static_cast<std::uint16_t>(device.draw.bits()),
         what.numbered_by_target ? what.to.as_v4() : static_cast<std::uint32_t>(device.draw.bits())},
        context_.truth);
  }

  ~ProbeJob() override { context_.device.scanner().waiting.erase({what.to, what.port}); }

  void answer(bool refused) {
    if (finished()) return;
    finish(refused ? Result::refused : Result::ok);
  }

  Probe what;
};

struct BurstJob : Job {
  BurstJob(JobContext context, Burst burst) : Job(std::move(context)), what(burst) {}

  void start() override {
    Device& device = context_.device;
    if (!what.syn) port = device.machine.open(device.fresh_port(), context_.truth, [](auto...) {});
    send();
  }

  void send() {
    if (what.packets-- == 0) return finish(Result::ok);
    Device& device = context_.device;
    if (what.syn)
      device.machine.send_syn(
          {what.to, what.port, device.scanner().port, static_cast<std::uint16_t>(device.draw.bits()),
           static_cast<std::uint16_t>(device.draw.bits()), static_cast<std::uint32_t>(device.draw.bits())},
          context_.truth);
    else
      port->send(what.to, what.port, filling);
    later(what.gap, [this] { send(); });
  }

  Burst what;
  std::string filling = std::string(kFloodOctets, '\x5a');
  std::unique_ptr<DatagramPort> port;
};

}  // namespace

std::shared_ptr<Job> make_job(JobContext context, const Burst& what) {
  return std::make_shared<BurstJob>(std::move(context), what);
}
std::shared_ptr<Job> make_job(JobContext context, const Call& what) {
  return std::make_shared<CallJob>(std::move(context), what);
}
std::shared_ptr<Job> make_job(JobContext context, const Probe& what) {
  return std::make_shared<ProbeJob>(std::move(context), what);
}

}  // namespace lazaret
