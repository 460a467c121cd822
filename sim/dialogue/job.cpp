#include "sim/dialogue/job.hpp"

#include "sim/dialogue/dns_message.hpp"

namespace lazaret {

constexpr Duration kDnsPatience = seconds(2);
constexpr Duration kDnsCached = seconds(600);
constexpr int kDnsTries = 3;

struct Job::LookUp {
  DnsQuery query;
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

void Job::look_up(const std::string& name, DnsType type, bool use_cache, std::function<void(const Name&)> then) {
  auto what = std::make_shared<LookUp>();
  what->query.name = name;
  what->query.type = type;
  what->then = std::move(then);
  const Device::Remembered* known = use_cache ? context_.device.recall(name, type, context_.clock.now()) : nullptr;
  if (known != nullptr)
    return later({}, [what, a = known->address, exchanger = known->exchanger] { what->then({true, a, exchanger}); });
  ask(what);
}

void Job::ask(const std::shared_ptr<LookUp>& what) {
  if (what->tries++ == kDnsTries) return what->then({});
  what->query.id = static_cast<std::uint16_t>(context_.device.draw.bits());
  dns_ = context_.device.machine.open(
      context_.device.fresh_port(), context_.truth,
      [this, what](IpAddress from, std::uint16_t, std::string_view octets) {
        const auto answer = read_answer(octets, what->query);
        if (!answer || what->answered || from != context_.plan.resolver) return;
        what->answered = true;
        const Timestamp now = context_.clock.now();
        context_.device.remember(
            {what->query.name, what->query.type, answer->address, answer->exchanger, now + kDnsCached}, now);
        // Not from within the port's own call-back: `then` may replace the port.
        later({}, [what, a = *answer] { what->then({true, a.address, a.exchanger}); });
      });
  dns_->send(context_.plan.resolver, 53, to_octets(what->query));
  later(kDnsPatience, [this, what, tries = what->tries] {
    if (!what->answered && what->tries == tries) ask(what);
  });
}

bool Job::connect(IpAddress to, std::uint16_t port, Link::Handlers handlers) {
  if (link_) link_->drop();
  // A port may still be in TIME-WAIT.
  for (int attempt = 0; attempt < 4; ++attempt) {
    link_ = context_.device.machine.connect(context_.device.fresh_port(), to, port, context_.truth, handlers);
    if (link_) return true;
  }
  return false;
}

void Jobs::start(Device& device, const Intent& intent, Behaviour behaviour, std::function<void(const Done&)> done) {
  const std::uint64_t id = next_++;
  JobContext context{device,
                     plan_,
                     clock_,
                     {device.home.account.value, behaviour},
                     [this, id, done = std::move(done)](const Done& how) {
                       // The job, its ports and its link may be further up this very call chain.
                       clock_.after({}, [this, id, done, how] {
                         jobs_.erase(id);
                         done(how);
                       });
                     }};
  const auto job = std::visit([&](const auto& what) { return make_job(std::move(context), what); }, intent);
  jobs_[id] = job;
  job->start();
}

}  // namespace lazaret
