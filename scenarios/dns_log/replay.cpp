#include "scenarios/dns_log/replay.hpp"

#include <fmt/format.h>

#include <optional>

#include "scenarios/dns_log/frame.hpp"
#include "scenarios/dns_log/ordering.hpp"
#include "scenarios/dns_log/pairing.hpp"
#include "scenarios/prefix_set.hpp"
#include "scenarios/subscriber_replay.hpp"

namespace lazaret {
namespace {

constexpr std::uint64_t kReportEvery = 1U << 16;  // records
constexpr std::uint8_t kNoError = 0, kNoSuchName = 3;

/// What the first reading finds.
struct Survey {
  std::size_t clients = 0;
  bool has_questions = false;
};

class LogReplay {
 public:
  LogReplay(const std::filesystem::path& path, const DnsLogRequest& request)
      : path_(path), request_(request), within_(request.subscribers) {}

  std::variant<DnsLogReplay, Problem> run(const Policy& policy) {
    auto surveyed = survey();
    if (auto* problem = std::get_if<Problem>(&surveyed)) return std::move(*problem);
    survey_ = std::get<Survey>(surveyed);
    auto opened = DnsLog::open(path_, options_);
    if (auto* problem = std::get_if<Problem>(&opened)) return std::move(*problem);
    auto& log = std::get<DnsLog>(opened);
    judge_.emplace(policy, survey_.clients, request_.feed);
    DnsLogEntry entry;
    while (log.next(entry)) {
      report_progress(log, true);
      ordering_.push(std::move(entry));
      while (ordering_.pop(entry)) take(entry);
    }
    ordering_.finish();
    while (ordering_.pop(entry)) take(entry);
    judge_->finish(done_.replay);
    finish(log);
    return std::move(done_);
  }

 private:
  std::variant<Survey, Problem> survey() {
    options_ = request_.log;
    auto opened = DnsLog::open(path_, options_);
    if (auto* problem = std::get_if<Problem>(&opened)) return std::move(*problem);
    auto& log = std::get<DnsLog>(opened);
    options_.format = log.format();
    Survey found;
    Subscribers subscribers;
    DnsLogEntry entry;
    Prefix holding;
    for (bool fresh = false; log.next(entry);) {
      report_progress(log, false);
      found.has_questions = found.has_questions || !entry.response;
      if (holds(entry.client, holding) && subscribers.has_room(holding)) subscribers.of(holding, fresh);
    }
    if (log.counts().read == 0) return nothing_read(log);
    found.clients = subscribers.size();
    return found;
  }

  Problem nothing_read(const DnsLog& log) const {
    std::string why;
    for (const auto& u : log.counts().unreadable) why += fmt::format("\n  line {}: {}: {}", u.line, u.cause, u.text);
    return {
        fmt::format("{}: no question or answer in it can be read as {}{}; try another --format, or write a table: "
                    "time,client,qname,qtype,rcode",
                    path_.string(), name_of(log.format()), why)};
  }

  bool holds(IpAddress client, Prefix& holding) const {
    static constexpr Prefix kEverybody{{0, 0}, 0};
    const Prefix* const within = within_.empty() ? &kEverybody : within_.find(client);
    if (within == nullptr) return false;
    holding = holding_of(client, *within, request_.ipv6_bits);
    return true;
  }

  void report_progress(const DnsLog& log, bool judging) {
    if (!request_.progress || ++since_report_ < kReportEvery) return;
    since_report_ = 0;
    request_.progress({judging, log.share(), log.counts().records});
  }

  void take(const DnsLogEntry& e) {
    CaptureReport& report = done_.replay.report;
    Prefix holding;
    if (!holds(e.client, holding)) {
      ++report.skipped["not_subscriber"];
      return;
    }
    if (!judge_->has_room(holding)) {
      ++report.skipped["too_many_subscribers"];
      return;
    }
    if (!e.response) {
      const DnsPairing::Wire wire = pairing_.ask(e);
      send(e, wire, false, holding);
      return;
    }
    ++done_.answers_seen;
    DnsPairing::Wire wire;
    DnsPairing::Answer answer = pairing_.answer(e, wire);
    // A log of answers only has one line for each question, however often it is asked.
    if (answer == DnsPairing::Answer::again && !survey_.has_questions) {
      answer = DnsPairing::Answer::to_unknown;
      wire = pairing_.ask(e);
      (void)pairing_.answer(e, wire);
    }
    if (answer == DnsPairing::Answer::again) {
      ++report.skipped["repeated_answer"];
      return;
    }
    if (answer == DnsPairing::Answer::to_unknown) {
      send(e, wire, false, holding);
      ++done_.queries_inferred;
    }
    if (!e.rcode) {
      ++report.skipped["answer_without_code"];
      return;
    }
    done_.names_decided += *e.rcode == kNoError || *e.rcode == kNoSuchName ? 1 : 0;
    done_.addresses_shown += *e.rcode == kNoError && !e.addresses.empty() ? 1 : 0;
    send(e, wire, true, holding);
  }

  void send(const DnsLogEntry& e, const DnsPairing::Wire& wire, bool response, const Prefix& holding) {
    DnsMessage m;
    m.client = e.client;
    const bool known = wire.resolver && wire.resolver->is_v4() == e.client.is_v4();
    m.resolver = known ? *wire.resolver : e.client.is_v4() ? request_.resolver_v4 : request_.resolver_v6;
    m.client_port = wire.port;
    m.id = wire.id;
    m.type = e.type;
    m.name = e.name;
    m.response = response;
    if (response) {
      m.rcode = *e.rcode;
      m.addresses = e.addresses;
      m.records = std::max(e.records.value_or(0), static_cast<std::uint16_t>(e.addresses.size()));
      m.size = e.size;
    }
    write_dns_frame(m, frame_);
    CaptureReport& report = done_.replay.report;
    judge_->take(clock_.stamp(e.stamp_ns, report.adjusted), frame_.frame(), frame_.wire_length,
                 response ? Direction::downstream : Direction::upstream, holding, e.client);
    ++report.judged;
    done_.queries += response ? 0 : 1;
  }

  void finish(const DnsLog& log) {
    CaptureReport& report = done_.replay.report;
    report.records = log.counts().records;
    for (const auto& [cause, count] : log.counts().skipped) report.skipped[cause] += count;
    report.link_type = "EN10MB";
    report.damage = log.counts().damage;
    done_.format = name_of(log.format());
    done_.unreadable = log.counts().unreadable;
  }

  const std::filesystem::path& path_;
  const DnsLogRequest& request_;
  const PrefixSet within_;
  DnsLogOptions options_;
  Survey survey_;
  std::optional<SubscriberReplay> judge_;
  DnsLogOrdering ordering_;
  DnsPairing pairing_;
  ReplayClock clock_;
  DnsFrame frame_;
  DnsLogReplay done_;
  std::uint64_t since_report_ = 0;
};

std::variant<DnsLogReplay, Problem> replay_as_capture(const std::filesystem::path& path, const DnsLogRequest& request,
                                                      const Policy& policy) {
  auto found = find_dns_clients(path, request.subscribers, request.ipv6_bits);
  if (auto* problem = std::get_if<Problem>(&found)) return std::move(*problem);
  const auto& dns = std::get<DnsInCapture>(found);
  const bool named = !request.subscribers.empty();
  if (!named && dns.clients.empty())
    return Problem{path.string() + ": nobody in this capture asks a DNS question over UDP port 53"};
  auto result =
      replay_capture(path, named ? request.subscribers : dns.clients, policy, request.ipv6_bits, request.feed);
  if (auto* problem = std::get_if<Problem>(&result)) return std::move(*problem);
  DnsLogReplay done;
  done.replay = std::get<CaptureReplay>(std::move(result));
  done.format = "capture";
  done.queries = dns.queries;
  done.answers_seen = dns.answers;
  done.names_decided = dns.names_decided;
  done.addresses_shown = dns.addresses_shown;
  return done;
}

}  // namespace

std::variant<DnsLogReplay, Problem> replay_dns_log(const std::filesystem::path& path, const DnsLogRequest& request,
                                                   const Policy& policy) {
  if (!request.log.format && is_capture(path)) return replay_as_capture(path, request, policy);
  return LogReplay(path, request).run(policy);
}

}  // namespace lazaret
