#include "sim/dialogue/servers.hpp"

#include <algorithm>
#include <charconv>

#include "sim/dialogue/dns_message.hpp"
#include "sim/dialogue/http.hpp"
#include "sim/dialogue/text_lines.hpp"
#include "sim/population/random.hpp"

namespace lazaret {
namespace {

constexpr std::size_t kPageMax = 16U << 20;

bool starts(std::string_view line, std::string_view word) { return line.substr(0, word.size()) == word; }

struct WebServer : Server {
  explicit WebServer(Machine& host)
      : http(host.listen(
            80, [](Link& link) { serve_http(link, [](IpAddress, const HttpRequest& r) { return page(r); }); })),
        https(host.listen(443, [](Link& link) { serve_opaque(link); })) {}

  static HttpAnswer page(const HttpRequest& request) {
    constexpr std::string_view kPages = "/page/";
    std::size_t octets = 0;
    if (starts(request.path, kPages))
      std::from_chars(request.path.data() + kPages.size(), request.path.data() + request.path.size(), octets);
    if (octets == 0 || octets > kPageMax)
      return {http_response("404 Not Found", "<!DOCTYPE html><title>Not found</title>"), 0};
    return {http_head("200 OK", octets), octets};
  }
  std::unique_ptr<Listener> http, https;
};

struct CloudServer : Server {
  CloudServer(Machine& host, Clock& clock, Outage outage) : web(make_web_server(host)) {
    if (outage.from == kNever) return;
    clock.after({outage.from.ns}, [this] { web.reset(); });
    clock.after({outage.until.ns}, [this, &host] { web = make_web_server(host); });
  }
  std::unique_ptr<Server> web;
};

struct Pop3Server : Server {
  Pop3Server(Machine& host, std::uint64_t seed)
      : listener(host.listen(110, [seed](Link& link) { serve(link, seed); })) {}

  static void serve(Link& link, std::uint64_t seed) {
    Link* const raw = &link;
    auto lines = std::make_shared<TextLines>();
    Stream draw(seed, Purpose::mailbox, link.peer().low, link.peer_port());
    std::vector<std::size_t> mails(static_cast<std::size_t>(draw.integer(0, 2)));
    for (std::size_t& mail : mails) mail = static_cast<std::size_t>(draw.integer(1500, 12000));
    link.on({{},
             [raw, lines, mails](std::string_view octets) {
               lines->append(octets);
               while (const auto line = lines->next()) raw->send(answer(*line, mails, *raw));
             },
             [raw](LinkEnd) { raw->drop(); }});
    link.send("+OK POP3 ready\r\n");
  }

  static std::string answer(std::string_view line, const std::vector<std::size_t>& mails, Link& link) {
    if (starts(line, "USER") || starts(line, "PASS")) return "+OK\r\n";
    if (starts(line, "STAT")) {
      std::size_t sum = 0;
      for (const std::size_t mail : mails) sum += mail;
      return "+OK " + std::to_string(mails.size()) + ' ' + std::to_string(sum) + "\r\n";
    }
    if (starts(line, "RETR ")) {
      std::size_t n = 0;
      std::from_chars(line.data() + 5, line.data() + line.size(), n);
      if (n == 0 || n > mails.size()) return "-ERR no such message\r\n";
      return "+OK\r\n" + body_text(mails[n - 1]) + ".\r\n";
    }
    if (starts(line, "QUIT")) {
      link.send("+OK bye\r\n");
      link.close();
      return {};
    }
    return "-ERR\r\n";
  }
  std::unique_ptr<Listener> listener;
};

struct SmtpSession {
  TextLines lines;
  Reception reception = Reception::accept;
  bool in_data = false;
};

struct MailServer : Server {
  MailServer(Machine& host, Receptionist receptionist, Received told)
      : receive(std::move(receptionist)),
        received(std::move(told)),
        smtp(host.listen(25, [this](Link& l) { serve(l); })),
        submission(host.listen(587, [this](Link& l) { serve(l); })) {}

  void serve(Link& link) const {
    Link* const raw = &link;
    auto session = std::make_shared<SmtpSession>();
    session->reception = receive(link.peer(), link.peer_port());
    link.on({{},
             [this, raw, session](std::string_view octets) {
               session->lines.append(octets);
               while (const auto line = session->lines.next()) answer(*raw, *session, *line);
             },
             [raw](LinkEnd) { raw->drop(); }});
    if (session->reception == Reception::banner) {
      link.send("554 No SMTP service for your address\r\n");
      link.close();
    } else {
      link.send("220 ESMTP ready\r\n");
    }
  }

  void answer(Link& link, SmtpSession& session, std::string_view line) const {
    if (session.in_data) {
      if (line != ".") return;
      session.in_data = false;
      if (received) received(link.peer());
      link.send("250 2.0.0 Queued\r\n");
    } else if (starts(line, "EHLO")) {
      link.send("250-pleased to meet you\r\n250 SIZE 10485760\r\n");
    } else if (starts(line, "RCPT") && session.reception == Reception::recipient) {
      link.send("550 5.1.1 No such user\r\n");
    } else if (starts(line, "RCPT") && session.reception == Reception::later) {
      link.send("450 4.7.1 Greylisted, try again later\r\n");
    } else if (starts(line, "MAIL") || starts(line, "RCPT")) {
      link.send("250 2.1.0 Ok\r\n");
    } else if (starts(line, "DATA")) {
      session.in_data = true;
      link.send("354 End data with <CR><LF>.<CR><LF>\r\n");
    } else if (starts(line, "QUIT")) {
      link.send("221 2.0.0 Bye\r\n");
      link.close();
    } else {
      link.send("500 5.5.2 Unknown command\r\n");
    }
  }

  Receptionist receive;
  Received received;
  std::unique_ptr<Listener> smtp, submission;
};

struct ResolverServer : Server {
  ResolverServer(Machine& host, const Plan& world, Clock& clock, Outage outage)
      : plan(world),
        port(host.open(53, {}, [this, &clock, outage](IpAddress from, std::uint16_t from_port, std::string_view o) {
          if (outage.covers(clock.now())) return;
          if (const auto query = read_query(o)) port->send(from, from_port, to_octets(*query, answer(*query)));
        })) {}

  WrittenAnswer answer(const DnsQuery& query) const {
    WrittenAnswer a;
    const auto it = plan.names.find(query.name);
    if (it == plan.names.end()) {
      a.rcode = 3;
      return a;
    }
    if (query.type == DnsType::a) a.address = it->second.ipv4;
    if (query.type == DnsType::aaaa) a.address = it->second.ipv6;
    if (query.type == DnsType::mx) a.exchanger = it->second.exchanger;
    return a;
  }
  const Plan& plan;
  std::unique_ptr<DatagramPort> port;
};

}  // namespace

std::unique_ptr<Server> make_web_server(Machine& host) { return std::make_unique<WebServer>(host); }
std::unique_ptr<Server> make_pop3_server(Machine& host, std::uint64_t seed) {
  return std::make_unique<Pop3Server>(host, seed);
}
std::unique_ptr<Server> make_mail_server(Machine& host, Receptionist receptionist, Received received) {
  return std::make_unique<MailServer>(host, std::move(receptionist), std::move(received));
}
std::unique_ptr<Server> make_cloud_server(Machine& host, Clock& clock, Outage outage) {
  return std::make_unique<CloudServer>(host, clock, outage);
}
std::unique_ptr<Server> make_resolver(Machine& host, const Plan& plan, Clock& clock, Outage outage) {
  return std::make_unique<ResolverServer>(host, plan, clock, outage);
}

}  // namespace lazaret
