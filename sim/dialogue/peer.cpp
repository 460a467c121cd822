// What one peer says to another when it joins a swarm: BitTorrent's handshake (BEP 3) both ways, then a few blocks down.
#include "sim/dialogue/job.hpp"
#include "sim/dialogue/servers.hpp"

namespace lazaret {
namespace {

constexpr Duration kPeerPatience = seconds(15);  // libtorrent's peer_connect_timeout
constexpr std::string_view kProtocol =
    "\x13"
    "BitTorrent protocol";
constexpr std::size_t kHandshakeOctets = 68, kAskOctets = 17;
constexpr std::uint32_t kBlockOctets = 16384 + 13;
constexpr int kBlocks = 4;

std::string handshake() { return std::string(kProtocol).append(kHandshakeOctets - kProtocol.size(), '\x5a'); }

struct PeerJob : Job {
  PeerJob(JobContext context, PeerContact contact) : Job(std::move(context)), what(contact) {}

  void start() override {
    deadline(kPeerPatience);
    const bool going = connect(what.to, what.port,
                               {[this] {
                                  connected = true;
                                  link_->send(handshake());
                                },
                                [this](std::string_view octets) { hear(octets.size()); },
                                [this](LinkEnd) { finish(connected ? Result::failed : Result::refused); }});
    if (!going) finish(Result::failed);
  }

  void hear(std::size_t octets) {
    received += octets;
    if (finished() || received < due) return;
    if (asked++ == kBlocks) {
      link_->close();
      return finish(Result::ok);
    }
    due += kBlockOctets;
    link_->send(std::string(kAskOctets, '\x5a'));
  }

  PeerContact what;
  bool connected = false;
  std::uint64_t received = 0, due = kHandshakeOctets;
  int asked = 0;
};

void serve_peer(Link& link) {
  Link* const raw = &link;
  auto received = std::make_shared<std::uint64_t>(0);
  auto due = std::make_shared<std::uint64_t>(kHandshakeOctets);
  link.on({{},
           [raw, received, due](std::string_view octets) {
             for (*received += octets.size(); *received >= *due; *due += kAskOctets) {
               if (*due == kHandshakeOctets)
                 raw->send(handshake());
               else
                 raw->send({}, kBlockOctets, '\x5a');
             }
           },
           [raw](LinkEnd) { raw->drop(); }});
}

struct PeerServer : Server {
  PeerServer(Machine& host, const std::vector<std::uint16_t>& ports) {
    for (const std::uint16_t port : ports) listeners.push_back(host.listen(port, serve_peer));
  }
  std::vector<std::unique_ptr<Listener>> listeners;
};

}  // namespace

std::shared_ptr<Job> make_job(JobContext context, const PeerContact& what) {
  return std::make_shared<PeerJob>(std::move(context), what);
}

std::unique_ptr<Server> make_peer_server(Machine& host, const std::vector<std::uint16_t>& ports) {
  return std::make_unique<PeerServer>(host, ports);
}

}  // namespace lazaret
