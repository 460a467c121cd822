#include "tests/scenarios/dns_logs.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <random>

#include "core/time.hpp"
#include "scenarios/dns_log/fields.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret {
namespace {

constexpr std::int64_t kYearBegins = 1767225600;  // 2026-01-01 UTC
constexpr std::array<std::uint16_t, 6> kTypes = {1, 28, 15, 16, 65, 999};
constexpr std::array<std::string_view, 6> kTypeNames = {"A", "AAAA", "MX", "TXT", "HTTPS", "TYPE999"};
constexpr std::array<std::string_view, 6> kCodes = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"};

std::string_view type_name(std::uint16_t type) {
  for (std::size_t i = 0; i < kTypes.size(); ++i)
    if (kTypes[i] == type) return kTypeNames[i];
  return "";
}

std::string date(std::int64_t ns, const char* format) {
  return fmt::format(fmt::runtime("{:" + std::string(format) + "}"), fmt::gmtime(std::time_t{ns / kNsPerSecond}));
}
std::string milliseconds_of(std::int64_t ns) { return fmt::format(".{:03}", ns % kNsPerSecond / 1'000'000); }

void cut_stamp(DnsLogEntry& e, std::int64_t unit) { e.stamp_ns -= e.stamp_ns % unit; }

std::string bind_line(const DnsLogEntry& e) {
  const std::string name = dotted_name(e.name);
  const std::string head = fmt::format(
      "{}{} {}: info: client @0x7fb8a9c6d098 {}#{} ({}): ", date(e.stamp_ns, "%d-%b-%Y %H:%M:%S"),
      milliseconds_of(e.stamp_ns), e.response ? "responses" : "queries", to_text(e.client), e.client_port, name);
  const std::string resolver = to_text(*e.resolver);
  if (!e.response) return fmt::format("{}query: {} IN {} +E(0)K ({})\n", head, name, type_name(e.type), resolver);
  return fmt::format("{}response: {} IN {} {} {} 0 1 +E(0)K ({})\n", head, name, type_name(e.type), kCodes[*e.rcode],
                     *e.records, resolver);
}

std::string unbound_line(const DnsLogEntry& e) {
  const std::string question = fmt::format("[{}] unbound[15737:0] info: {} {}. {} IN", e.stamp_ns / kNsPerSecond,
                                           to_text(e.client), dotted_name(e.name), type_name(e.type));
  return e.response ? fmt::format("{} {} 0.000000 1 {}\n", question, kCodes[*e.rcode], e.size) : question + "\n";
}

std::string dnsmasq_line(const DnsLogEntry& e, std::size_t serial) {
  const std::string head = fmt::format("{} dnsmasq[16129]: {} {}/{} ", date(e.stamp_ns, "%b %e %H:%M:%S"), serial,
                                       to_text(e.client), e.client_port);
  const std::string name = dotted_name(e.name);
  const std::string type = e.type == 999 ? std::string("type=999") : std::string(type_name(e.type));
  if (!e.response) return fmt::format("{}query[{}] {} from {}\n", head, type, name, to_text(e.client));
  const std::string value = *e.rcode != 0          ? std::string(kCodes[*e.rcode])
                            : !e.addresses.empty() ? to_text(e.addresses[0])
                                                   : std::string("NODATA");
  return fmt::format("{}forwarded {} to 192.0.2.1\n{}reply {} is {}\n", head, name, head, name, value);
}

std::string dnstap_line(const DnsLogEntry& e) {
  return fmt::format("{}{} {} {}:{} {} {}:53 UDP {}b {}/IN/{}\n", date(e.stamp_ns, "%d-%b-%Y %H:%M:%S"),
                     milliseconds_of(e.stamp_ns), e.response ? "CR" : "CQ", to_text(e.client), e.client_port,
                     e.response ? "<-" : "->", to_text(*e.resolver), e.response ? e.size : 40, dotted_name(e.name),
                     type_name(e.type));
}

std::string yaml_document(const DnsLogEntry& e) {
  const char* const kind = e.response ? "response" : "query";
  std::string text = fmt::format(
      "type: MESSAGE\nidentity: resolver\nmessage:\n  type: CLIENT_{}\n  {}_time: !!timestamp {}\n"
      "  message_size: {}b\n  query_address: \"{}\"\n  response_address: \"{}\"\n  query_port: {}\n"
      "  response_port: 53\n  {}_message_data:\n    opcode: QUERY\n    status: {}\n    id: {}\n    ANSWER: {}\n"
      "    QUESTION_SECTION:\n      - '{}. IN {}'\n",
      e.response ? "RESPONSE" : "QUERY", kind, date(e.stamp_ns, "%Y-%m-%dT%H:%M:%SZ"), e.response ? e.size : 40,
      to_text(e.client), to_text(*e.resolver), e.client_port, kind, e.response ? kCodes[*e.rcode] : "NOERROR", *e.id,
      e.records.value_or(0), dotted_name(e.name), type_name(e.type));
  if (!e.addresses.empty()) text += "    ANSWER_SECTION:\n";
  for (const IpAddress a : e.addresses)
    text += fmt::format("      - '{}. 300 IN {} {}'\n", dotted_name(e.name), a.is_v4() ? "A" : "AAAA", to_text(a));
  return text + fmt::format("  {}_message: |\n    ;; QUESTION SECTION:\n    id: 1\n---\n", kind);
}

std::string table_row(const DnsLogEntry& q, const DnsLogEntry& a) {
  std::string addresses;
  for (const IpAddress x : a.addresses) addresses += (addresses.empty() ? "" : " ") + to_text(x);
  return fmt::format("{}.{:09}Z,{},{},{},{},{},{}\n", date(q.stamp_ns, "%Y-%m-%dT%H:%M:%S"), q.stamp_ns % kNsPerSecond,
                     to_text(q.client), dotted_name(q.name), type_name(q.type), kCodes[*a.rcode], q.client_port,
                     addresses);
}

}  // namespace

std::string name_on_the_wire(std::string_view dotted) {
  const auto name = read_name(dotted);
  if (!name) std::abort();
  return *name;
}

std::string dotted_name(const std::string& wire) {
  std::string text;
  for (std::size_t at = 0; wire[at] != 0;) {
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(wire[at++]));
    if (!text.empty()) text += '.';
    for (const char c : wire.substr(at, length)) {
      const bool plain =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
      text += plain ? std::string(1, c) : fmt::format("\\{:03}", static_cast<unsigned char>(c));
    }
    at += length;
  }
  return text;
}

std::vector<DnsLogEntry> random_dns_entries(std::uint64_t seed, std::size_t pairs, bool plain) {
  std::mt19937_64 dice(seed);
  const auto below = [&](std::uint64_t n) { return dice() % n; };
  std::vector<DnsLogEntry> entries;
  std::int64_t stamp = (kYearBegins + static_cast<std::int64_t>(below(300 * 86400))) * kNsPerSecond;
  for (std::size_t i = 0; i < pairs; ++i) {
    DnsLogEntry e;
    const bool v4 = below(2) == 0;
    stamp += static_cast<std::int64_t>(below(20)) * kNsPerSecond + static_cast<std::int64_t>(below(kNsPerSecond));
    e.stamp_ns = stamp;
    e.client = v4 ? IpAddress::v4(0xc000'0200U | static_cast<std::uint32_t>(below(256)))
                  : IpAddress{0x2001'0db8'0000'0000ULL | below(1000), dice()};
    e.resolver = v4 ? IpAddress::v4(0xc633'6435) : IpAddress{0x2001'0db8'ffff'0000, 0x53};
    e.client_port = static_cast<std::uint16_t>(1 + below(65535));
    e.id = static_cast<std::uint16_t>(dice());
    e.type = kTypes[below(kTypes.size())];
    for (std::uint64_t labels = 1 + below(4); labels > 0; --labels) {
      const std::uint64_t length = below(5) == 0 ? 40 + below(21) : 1 + below(12);
      e.name.push_back(static_cast<char>(length));
      for (std::uint64_t n = 0; n < length; ++n)
        e.name.push_back(plain ? "abcdefghijklmnopqrstuvwxyzABC0123-_"[below(35)] : static_cast<char>(dice()));
    }
    e.name.push_back('\0');
    DnsLogEntry answer = e;
    answer.response = true;
    answer.stamp_ns += static_cast<std::int64_t>(below(kNsPerSecond));
    stamp = answer.stamp_ns;
    answer.rcode = static_cast<std::uint8_t>(below(2) == 0 ? 0 : below(6));
    if (*answer.rcode == 0 && (e.type == 1 || e.type == 28))
      for (std::uint64_t n = below(3); n > 0; --n)
        answer.addresses.push_back(e.type == 1 ? IpAddress::v4(static_cast<std::uint32_t>(dice()))
                                               : IpAddress{0x2001'0db8'0000'0000, dice()});
    answer.records = static_cast<std::uint16_t>(answer.addresses.size());
    answer.size = static_cast<std::uint16_t>(60 + below(1000));
    entries.push_back(std::move(e));
    entries.push_back(std::move(answer));
  }
  return entries;
}

std::string write_dns_log(DnsLogFormat format, std::vector<DnsLogEntry>& pairs) {
  std::string text = format == DnsLogFormat::table ? "time,client,qname,qtype,rcode,port,answer\n" : "";
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    DnsLogEntry& e = pairs[i];
    switch (format) {
      case DnsLogFormat::bind:
        cut_stamp(e, 1'000'000);
        e.id.reset(), e.addresses.clear();
        e.size = 0;
        text += bind_line(e);
        break;
      case DnsLogFormat::unbound:
        cut_stamp(e, kNsPerSecond);
        e.id.reset(), e.addresses.clear(), e.records.reset(), e.resolver.reset();
        e.client_port = 0;
        text += unbound_line(e);
        break;
      case DnsLogFormat::dnsmasq:
        cut_stamp(e, kNsPerSecond);
        e.id.reset(), e.resolver.reset();
        e.size = 0;
        if (e.response && *e.rcode != 0 && *e.rcode != 2 && *e.rcode != 3) e.rcode = 5;  // it names no other
        if (e.addresses.size() > 1) e.addresses.resize(1);  // the first one is the answer's line
        if (e.response) e.records = static_cast<std::uint16_t>(e.addresses.size());
        text += dnsmasq_line(e, i / 2 + 1);
        break;
      case DnsLogFormat::dnstap:
        cut_stamp(e, 1'000'000);
        e.id.reset(), e.addresses.clear(), e.records.reset(), e.rcode.reset();
        text += dnstap_line(e);
        break;
      case DnsLogFormat::dnstap_yaml:
        cut_stamp(e, kNsPerSecond);
        text += yaml_document(e);
        break;
      case DnsLogFormat::table:
        e.id.reset(), e.resolver.reset();
        e.size = 0;
        if (!e.response) break;
        e.stamp_ns = pairs[i - 1].stamp_ns;
        if (e.addresses.empty()) e.records.reset();
        text += table_row(pairs[i - 1], e);
        break;
    }
  }
  return text;
}

std::string dns_log_sample(DnsLogFormat format) {
  switch (format) {
    case DnsLogFormat::bind:  // named 9.18.49, print-category yes, print-severity yes
      return "24-Nov-2026 06:34:26.746 queries: info: client @0x7fb8a5517098 192.0.2.7#52057 (example.com): query: "
             "example.com IN MX +E(0)K (192.0.2.53)\n"
             "24-Nov-2026 06:34:26.914 queries: info: client @0x7fb8a5517098 192.0.2.7#46075 (other.example): query: "
             "other.example IN A +E(0)K (192.0.2.53)\n"
             "24-Nov-2026 06:34:26.914 query-errors: info: client @0x7fb8a5517098 192.0.2.7#46075 (other.example): "
             "query failed (REFUSED) for other.example/IN/A at query.c:5708\n"
             "24-Nov-2026 06:34:29.146 queries: info: client @0x7fb8a9c6d098 2001:db8::7#43206 (www.example.com): "
             "query: www.example.com IN A +E(0)K (2001:db8::53) [ECS 192.0.2.0/24/0]\n";
    case DnsLogFormat::unbound:  // unbound 1.17.1, log-queries, log-replies
      return "[1795502122] unbound[15737:0] info: start of service (unbound 1.17.1).\n"
             "[1795502123] unbound[15737:0] info: 192.0.2.7 nope.example.com. A IN\n"
             "[1795502123] unbound[15737:0] info: 192.0.2.7 nope.example.com. A IN NXDOMAIN 0.000000 1 45\n"
             "[1795502123] unbound[15737:0] info: 192.0.2.7 version.bind. TXT CH NOERROR 0.000000 1 68\n"
             "[1795502127] unbound[15737:0] info: average recursion processing time 0.000000 sec\n";
    case DnsLogFormat::dnsmasq:  // dnsmasq 2.90, log-queries
      return "Nov 24 06:35:54 dnsmasq[16040]: started, version 2.90 cachesize 150\n"
             "Nov 24 06:35:55 dnsmasq[16040]: query[A] nope.example.com from 192.0.2.7\n"
             "Nov 24 06:35:55 dnsmasq[16040]: forwarded nope.example.com to 192.0.2.1\n"
             "Nov 24 06:35:55 dnsmasq[16040]: reply nope.example.com is NXDOMAIN\n"
             "Nov 24 06:35:55 dnsmasq[16040]: query[A] alias.example.com from 192.0.2.7\n"
             "Nov 24 06:35:55 dnsmasq[16040]: forwarded alias.example.com to 192.0.2.1\n"
             "Nov 24 06:35:55 dnsmasq[16040]: reply alias.example.com is <CNAME>\n"
             "Nov 24 06:35:55 dnsmasq[16040]: reply www.example.com is 192.0.2.80\n"
             "Nov 24 06:35:56 dnsmasq[16040]: query[A] other.example from 192.0.2.7\n"
             "Nov 24 06:35:56 dnsmasq[16040]: config error is REFUSED (EDE: not ready)\n"
             "Nov 24 06:35:56 dnsmasq[16040]: query[PTR] 25.2.0.192.in-addr.arpa from 192.0.2.7\n"
             "Nov 24 06:35:56 dnsmasq[16040]: config 192.0.2.25 is mail.example.com\n";
    case DnsLogFormat::dnstap:  // dnstap-read 9.18.49
      return "24-Nov-2026 06:34:26.746 CR 192.0.2.7:52057 <- 192.0.2.53:53 UDP 105b example.com/IN/MX\n"
             "24-Nov-2026 06:34:28.410 CR 2001:db8::7:59104 <- 2001:db8::53:53 UDP 116b www.example.com/IN/TYPE999\n";
    case DnsLogFormat::dnstap_yaml:  // dnstap-read -y 9.18.49
      return "type: MESSAGE\nidentity: vm\nversion: BIND 9.18.49-1~deb12u3-Debian\nmessage:\n"
             "  type: CLIENT_RESPONSE\n  response_time: !!timestamp 2026-11-24T06:34:26Z\n  message_size: 100b\n"
             "  socket_family: INET\n  socket_protocol: UDP\n  query_address: \"192.0.2.7\"\n"
             "  response_address: \"192.0.2.53\"\n  query_port: 54962\n  response_port: 53\n"
             "  response_message_data:\n    opcode: QUERY\n    status: NOERROR\n    id: 1034\n"
             "    flags: qr aa rd\n    QUESTION: 1\n    ANSWER: 1\n    AUTHORITY: 0\n    ADDITIONAL: 1\n"
             "    OPT_PSEUDOSECTION:\n      EDNS:\n        version: 0\n        flags:\n        udp: 1232\n"
             "    QUESTION_SECTION:\n      - 'www.example.com. IN AAAA'\n"
             "    ANSWER_SECTION:\n      - 'www.example.com. 300 IN AAAA 2001:db8::80'\n"
             "  response_message: |\n    ;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id:   1034\n"
             "    ;www.example.com.\t\tIN\tAAAA\n    \n---\n";
    case DnsLogFormat::table:
      return "2026-11-24T06:34:26.350Z,192.0.2.7,www.example.com,A,NOERROR\n"
             "1795502066.9,192.0.2.7,nosuch.example.com,MX,NXDOMAIN\n"
             "2026-11-24 06:34:27,2001:db8::7,www.example.com,28,\n";
  }
  return {};
}

std::string dns_entry_text(const DnsLogEntry& e) {
  std::string text =
      fmt::format("{} {} {}#{} id {} {} type {}", e.stamp_ns, e.response ? "answer" : "question", to_text(e.client),
                  e.client_port, e.id ? static_cast<int>(*e.id) : -1, dotted_name(e.name), e.type);
  if (e.resolver) text += " of " + to_text(*e.resolver);
  if (e.rcode) text += fmt::format(" code {}", *e.rcode);
  if (e.records) text += fmt::format(" records {}", *e.records);
  if (e.size != 0) text += fmt::format(" size {}", e.size);
  for (const IpAddress a : e.addresses) text += " " + to_text(a);
  return text;
}

}  // namespace lazaret
