#include "sim/world/job.hpp"

#include "sim/world/dns_message.hpp"

namespace lazaret {

constexpr Duration kDnsPatience = seconds(2);
constexpr Duration kDnsCached = seconds(600);
constexpr int kDnsTries = 3;

struct Job::LookUp {
  DnsQuery query;
  std::string key;
  int tries = 0;
  bool answered = false;
  std::function<void(const Name&)> then;
};

Job::~Job() {
  if (link_) link_->drop();
}

void Job::finish(Done done) {
  if (finished_) return;
  finished_ = true;
  if (link_) link_->drop();
  const auto keep = shared_from_this();
  if (context_.done) context_.done(done);
}

void Job::deadline(Duration after, Result result) {
  later(after, [this, result] { finish(result); });
}

void Job::later(Duration after, std::function<void()> act) {
  context_.clock.after(after, [weak = weak_from_this(), act = std::move(act)] {
    const auto job = weak.lock();
    if (job && !job->finished_) act();
  });
}

void Job::look_up(const std::string& name, std::uint16_t dns_type, bool use_cache,
                  std::function<void(const Name&)> then) {
  auto what = std::make_shared<LookUp>();
  what->query.name = name;
  what->query.type = static_cast<DnsType>(dns_type);
  what->key = std::to_string(dns_type) + ' ' + name;
  what->then = std::move(then);
  const auto it = context_.device.names.find(what->key);
  if (use_cache && it != context_.device.names.end() && context_.clock.now() < it->second.until) {
    later({}, [what, cached = it->second] { what->then({true, cached.address, cached.exchanger}); });
    return;
  }
  ask(what);
}

void Job::ask(const std::shared_ptr<LookUp>& what) {
  if (what->tries++ == kDnsTries) return what->then({});
  what->query.id = static_cast<std::uint16_t>(context_.device.draw.bits());
  dns_ = std::make_unique<UdpPort>(
      context_.device.host, context_.device.fresh_port(), context_.truth,
      [this, what](IpAddress from, std::uint16_t, std::string_view octets) {
        const auto answer = read_answer(octets, what->query);
        if (!answer || what->answered || from != context_.plan.resolver) return;
        what->answered = true;
        context_.device.names[what->key] = {answer->address, answer->exchanger, context_.clock.now() + kDnsCached};
        // Not from within the port's own call-back: `then` may replace the port.
        later({}, [what, a = *answer] { what->then({true, a.address, a.exchanger}); });
      });
  dns_->send(context_.plan.resolver, 53, to_octets(what->query));
  later(kDnsPatience, [this, what, tries = what->tries] {
    if (!what->answered && what->tries == tries) ask(what);
  });
}

bool Job::connect(IpAddress to, std::uint16_t port, TcpLink::Handlers handlers) {
  if (link_) link_->drop();
  // A port may still be in TIME-WAIT.
  for (int attempt = 0; attempt < 4; ++attempt) {
    link_ = TcpLink::connect(context_.device.host, context_.device.fresh_port(), to, port, context_.truth, handlers);
    if (link_) return true;
  }
  return false;
}

}  // namespace lazaret
