// Pages, downloads and look-ups.
#include <algorithm>
#include <vector>

#include "scenarios/run_directory.hpp"
#include "sim/dialogue/dns_message.hpp"
#include "sim/dialogue/http.hpp"
#include "sim/dialogue/job.hpp"

namespace lazaret {
namespace {

constexpr Duration kFetchPatience = seconds(30);
constexpr Duration kFamilyPatience = milliseconds(3000);  // then the other address is tried, as browsers do
// A TLS 1.2 handshake with a certificate chain, and a request.
constexpr std::uint32_t kHelloOctets = 200, kServerFlightOctets = 3200, kRequestOctets = 450;

struct FetchJob : Job {
  FetchJob(JobContext context, Fetch fetch) : Job(std::move(context)), what(std::move(fetch)) {}

  void start() override {
    deadline(kFetchPatience);
    if (const auto literal = parse_prefix(what.host)) {
      addresses.push_back(literal->address);
      return next_address();
    }
    if (!context_.device.machine.has_ipv6()) return ask_v4();
    look_up(what.host, DnsType::aaaa, true, [this](const Name& name) {
      if (name.address) addresses.push_back(*name.address);
      ask_v4();
    });
  }

  void ask_v4() {
    look_up(what.host, DnsType::a, true, [this](const Name& name) {
      if (name.address) addresses.push_back(*name.address);
      if (addresses.empty()) return finish(name.answered ? Result::failed : Result::timeout);
      next_address();
    });
  }

  void next_address() {
    if (tried == addresses.size()) return finish(Result::refused);
    const IpAddress to = addresses[tried++];
    connected = false;
    const std::size_t attempt = tried;
    const bool going =
        connect(to, what.tls ? 443 : 80,
                {[this] { ask(); }, [this](std::string_view o) { what.tls ? tls_data(o) : http_data(o); },
                 [this](LinkEnd) { ended(); }});
    if (!going) return finish(Result::failed);
    if (tried < addresses.size()) {
      later(kFamilyPatience, [this, attempt] {
        if (!connected && tried == attempt) next_address();
      });
    }
  }

  void ended() {
    connected ? finish(Result::failed) : later({}, [this] { next_address(); });
  }

  void ask() {
    connected = true;
    if (!what.tls) {
      link_->send(http_request(what.host, what.path.empty() ? "/page/" + std::to_string(what.octets) : what.path));
      return;
    }
    wanted = kServerFlightOctets;
    link_->send(opaque_record(kHelloOctets, wanted));
  }

  void tls_data(std::string_view octets) {
    received += octets.size();
    if (received < wanted) return;
    if (std::exchange(asked_page, true)) {
      link_->close();
      return finish(Result::ok);
    }
    received = 0;
    wanted = std::max<std::uint32_t>(what.octets, 16);
    link_->send(opaque_record(kRequestOctets, wanted));
  }

  void http_data(std::string_view octets) {
    response.read(octets);
    if (!response.whole()) return;
    Done done{response.status() == 200 ? Result::ok : Result::failed, {}};
    for (const Choice choice : {Choice::now, Choice::later, Choice::already}) {
      if (response.body().find("href=\"" + choice_path(choice) + '"') != std::string_view::npos)
        done.offered.push_back(choice);
    }
    if (!done.offered.empty()) done.result = Result::portal;
    link_->close();
    finish(done);
  }

  Fetch what;
  std::vector<IpAddress> addresses;
  std::size_t tried = 0;
  bool connected = false, asked_page = false;
  std::uint64_t received = 0;
  std::uint32_t wanted = 0;
  ResponseReader response;
};

struct ResolveJob : Job {
  ResolveJob(JobContext context, Resolve resolve) : Job(std::move(context)), what(std::move(resolve)) {}
  void start() override {
    look_up(what.name, DnsType::a, false, [this](const Name& name) {
      finish(name.address ? Result::ok : name.answered ? Result::failed : Result::timeout);
    });
  }
  Resolve what;
};

}  // namespace

std::shared_ptr<Job> make_job(JobContext context, const Fetch& what) {
  return std::make_shared<FetchJob>(std::move(context), what);
}
std::shared_ptr<Job> make_job(JobContext context, const Resolve& what) {
  return std::make_shared<ResolveJob>(std::move(context), what);
}
}  // namespace lazaret
