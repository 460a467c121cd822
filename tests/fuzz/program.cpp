#include "tests/fuzz/program.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace lazaret::fuzz {
namespace {

using namespace frames;

constexpr std::uint16_t kPorts[] = {25, 23, 2323, 445, 80, 443, 110, 143, 587, 465, 53, 123, 5060, 993, 6881, 22};
constexpr std::string_view kReplies[] = {
    "220 mx ESMTP\r\n", "250 ok\r\n", "250-a\r\n250 b\r\n", "354 go\r\n", "550 no\r\n", "421 later\r\n",
    "221 bye\r\n",      "",           "HTTP/1.1 200\r\n",   "2"};
constexpr std::string_view kNames[] = {"a.example", "b.example", "mail.c.example", "A.EXAMPLE",
                                       "d.test",    "e.test",    "f.test",         ""};
constexpr Duration kWaits[] = {{0},           {1},           milliseconds(1), milliseconds(100),
                               seconds(1),    seconds(4),    seconds(11),     seconds(60),
                               seconds(1800), seconds(3600), seconds(86400),  seconds(14 * 86400)};

Prefix prefix(std::string_view text, unsigned length) { return {address(text), static_cast<std::uint8_t>(length)}; }
Prefix network(IpAddress a, unsigned length) { return {truncate(a, length), static_cast<std::uint8_t>(length)}; }

IpAddress home(std::uint32_t account, bool v6) {
  if (v6) return {0x2001'0db8'0001'0000ULL | account << 8, 1};
  return IpAddress::v4(0x0a00'0000U | account);
}
Access line_of(std::uint32_t account) { return {.s_vlan = 7, .c_vlan = static_cast<std::uint16_t>(account)}; }

Command make(CommandKind kind, std::uint32_t account, Choice choice = Choice::none) {
  Command c;
  c.kind = kind, c.account = {account}, c.choice = choice;
  return c;
}

/// What a flow has said so far, so that the next segment can fit.
struct Memory {
  Flow flow;
  std::uint32_t account = 1;
  std::uint32_t client_next = 0, server_next = 0;
};

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> input) : input_(input) {}

  Program read() {
    begin();
    while (!input_.empty() && program_.steps.size() < kStepsMax) operate(static_cast<Operation>(octet() % kOperations));
    program_.end = program_.steps.empty() ? now_ : now_ + kWaits[octet() % std::size(kWaits)];
    return std::move(program_);
  }

 private:
  std::uint8_t octet() {
    if (input_.empty()) return 0;
    const std::uint8_t value = input_.front();
    input_ = input_.subspan(1);
    return value;
  }
  std::uint32_t word() { return std::uint32_t{octet()} << 8 | octet(); }

  void begin() {
    Policy& p = program_.policy;
    p.services_resolvers.add(prefix("192.0.2.53", 128));
    p.services_relays.add(prefix("192.0.2.25", 128));
    p.services_voice.add(prefix("192.0.2.60", 128));
    p.services_remediation.add(prefix("192.0.2.80", 128));
    p.services_portal.add(prefix("192.0.2.99", 128));
    p.services_emergency.add(prefix("2001:db8:911::", 48));
    const std::uint8_t settings = octet(), sizes = octet();
    if (settings & 1) p.fuse_max_quarantines = settings >> 6;
    if (settings & 2) p.quarantine_profile = 0;
    if (settings & 4) p.quarantine_later_max = 1;
    if (settings & 8) p.evidence_certain = 4, p.evidence_quarantine = 0.9, p.evidence_probation_certain = 2;
    if (settings & 16) p.quarantine_max_s = 100, p.quarantine_remediation_s = 60, p.quarantine_later_s = 30;
    if (settings & 32) p.conductor_epoch_ms = 10;
    program_.limits = {.accounts = 16, .bindings = 64, .events = 1024};
    if (sizes & 1) program_.limits.accounts = 2, program_.roomy = false;
    if (sizes & 2) program_.limits.bindings = 3, program_.roomy = false;
    program_.seed = {word()};
    program_.cuts = word();
    now_ = sizes & 4 ? Timestamp{0} : Timestamp{1'167'609'600 * kNsPerSecond};
    if (sizes & 8) return;  // nobody is bound yet
    for (std::uint32_t account = 1; account <= 4; ++account)
      for (const bool v6 : {false, true}) {
        Command c = make(CommandKind::bind, account);
        c.prefix = network(home(account, v6), v6 ? 56 : 128);
        if (account % 2 != 0) c.line = make_line(7, static_cast<std::uint16_t>(account), 0);
        tell(c);
      }
  }

  void tell(Command c) {
    // The seam wants commands before the packets of the same instant.
    if (packet_at_now_) now_ = now_ + Duration{1}, packet_at_now_ = false;
    c.at = now_;
    program_.steps.push_back({.at = now_, .is_command = true, .command = c, .frame = {}});
  }

  void send(Octets frame, Direction direction) {
    packet_at_now_ = true;
    last_ = frame, last_direction_ = direction;
    program_.steps.push_back(
        {.at = now_, .is_command = false, .command = {}, .frame = std::move(frame), .direction = direction});
  }

  void wait(std::uint8_t how) {
    const Duration d = kWaits[how % std::size(kWaits)];
    if (d.ns != 0) packet_at_now_ = false;
    now_ = now_ + d;
  }

  std::uint32_t account(std::uint8_t value) { return 1 + value % kAccounts; }

  IpAddress far(std::uint8_t value, bool v6) {
    if (v6) return value < 4 ? address("2001:db8:911::1") : IpAddress{0x2001'0db8'ffff'0000ULL | (value >> 4), value};
    if (value < 6) return IpAddress::v4(0xc000'0200U | std::array{53U, 25U, 60U, 80U, 99U, 1U}[value]);
    return IpAddress::v4(0xc633'6400U | value);
  }

  Memory& remember(Memory m) {
    memory_[next_memory_ % memory_.size()] = m;
    return memory_[next_memory_++ % memory_.size()];
  }
  Memory& recall() { return memory_[octet() % memory_.size()]; }

  Memory& connect(std::uint32_t who, std::uint8_t to, std::uint16_t port, bool v6, bool foreign_line = false) {
    ++ports_used_;
    const Flow flow{home(who, v6), far(to, v6), static_cast<std::uint16_t>(40000 + ports_used_), port};
    const std::uint32_t isn = 1000U * ports_used_ + 0xffff'0000U;  // crosses zero early
    send(tcp_frame(flow, kSyn, isn, 0, {}, line_of(foreign_line ? who + 1 : who)), Direction::upstream);
    return remember({flow, who, isn + 1, 5000U * ports_used_});
  }

  void answer(Memory& m, std::uint8_t how) {
    const std::uint32_t isn = m.server_next++;
    const std::uint32_t acknowledged = how & 1 ? m.client_next + how : m.client_next;
    send(tcp_frame(m.flow.reversed(), kSyn | kAck, isn, acknowledged), Direction::downstream);
  }

  void server_says(Memory& m, std::string_view text, std::uint8_t how) {
    const std::uint8_t flags = static_cast<std::uint8_t>(kAck | (how & 1 ? kFin : 0) | (how & 2 ? kRst : 0));
    const std::uint32_t skew = how & 4 ? how : 0;
    send(tcp_frame(m.flow.reversed(), flags, m.server_next + skew, m.client_next + (how & 8 ? how : 0), text),
         Direction::downstream);
    m.server_next += static_cast<std::uint32_t>(text.size());
  }

  void client_says(Memory& m, std::string_view text, std::uint8_t how) {
    const std::uint8_t flags =
        static_cast<std::uint8_t>((how & 1 ? 0 : kAck) | (how & 2 ? kFin : 0) | (how & 4 ? kRst : 0));
    send(tcp_frame(m.flow, flags, m.client_next, m.server_next, text, line_of(m.account)), Direction::upstream);
    m.client_next += static_cast<std::uint32_t>(text.size()) + (how & 2 ? 1 : 0);
  }

  void spam(std::uint32_t who, std::uint8_t to, std::uint8_t how) {
    Memory& m = connect(who, to, 25, (how & 0x80) != 0);
    if (how & 1) return send(tcp_frame(m.flow.reversed(), kRst | kAck, 0, m.client_next), Direction::downstream);
    answer(m, 0);
    client_says(m, "", 0);
    server_says(m, "220 mx\r\n", 0);
    client_says(m, "EHLO a\r\nMAIL\r\nRCPT\r\n", 0);
    server_says(m, how & 2 ? "550 no\r\n" : "250 ok\r\n", 0);
    if (how & 2) return;
    client_says(m, "DATA\r\n", 0);
    server_says(m, "354 go\r\n", 0);
    client_says(m, "text\r\n.\r\n", 0);
    server_says(m, "250 queued\r\n", how & 4 ? 1 : 0);
  }

  void command() {
    constexpr CommandKind kKinds[] = {
        CommandKind::bind,   CommandKind::bind,     CommandKind::release,    CommandKind::operator_release,
        CommandKind::exempt, CommandKind::unexempt, CommandKind::reset_fuse, CommandKind::choose};
    const CommandKind kind = kKinds[octet() % std::size(kKinds)];
    const std::uint8_t who = octet(), how = octet();
    Command c = make(kind, who % (kAccounts + 1), static_cast<Choice>(how % 4));
    const bool v6 = (how & 4) != 0;
    constexpr unsigned kLengths4[] = {128, 128, 120, 127}, kLengths6[] = {56, 64, 48, 128};
    c.prefix =
        network(home(account(static_cast<std::uint8_t>(how >> 5)), v6), (v6 ? kLengths6 : kLengths4)[how >> 3 & 3]);
    if (how & 0x80) c.line = make_line(7, static_cast<std::uint16_t>(c.account.value), 0);
    if (how == 0xff) c.prefix.length = 0;
    tell(c);
  }

  /// A packet of one of the named services, in any direction, of any flow.
  void service() {
    const std::uint8_t who = octet(), to = octet(), how = octet();
    const bool v6 = (how & 0x40) != 0, use_udp = (how & 0x80) != 0;
    const Flow up{home(account(who), v6), far(to, v6), 40000, kPorts[how % 16]};
    const auto direction = static_cast<Direction>((how >> 4) % 3);
    const Flow& flow = direction == Direction::upstream ? up : up.reversed();
    const Access access = direction == Direction::upstream ? line_of(account(who)) : Access{};
    if (use_udp) return send(udp_frame(flow, octets("x"), access), direction);
    send(tcp_frame(flow, kAck | kPsh, 1, 1, "x", access), direction);
  }

  void fragment() {
    const std::uint8_t who = octet(), how = octet();
    const bool v6 = (how & 1) != 0;
    Ip header{.source = home(account(who), v6), .destination = far(how, v6)};
    const unsigned units = (how >> 4) & 3;
    header.fragment_units = units, header.more_fragments = (how & 2) != 0;
    if (v6) header.extensions = {fragment_header(units, header.more_fragments)};
    const Datagram whole =
        checksummed(header, tcp({.source_port = 40000, .destination_port = kPorts[how % 16], .flags = kSyn}));
    send(ethernet(ip(header, slice(whole, units * 8, how & 4 ? 8 : SIZE_MAX)), line_of(account(who))),
         Direction::upstream);
  }

  void raw() {
    const std::size_t size = std::min<std::size_t>(octet(), input_.size());
    const auto direction = static_cast<Direction>(octet() % 3);
    const std::size_t taken = std::min(size, input_.size());
    Octets frame(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(taken));
    input_ = input_.subspan(taken);
    send(std::move(frame), direction);
  }

  void mutate() {
    Octets frame = last_;
    const std::uint8_t how = octet();
    for (unsigned i = 0; i < 1U + how % 4; ++i) {
      const std::uint8_t at = octet(), value = octet();
      if (!frame.empty()) frame[at % frame.size()] = value;
    }
    if (how & 0x10) frame = cut(frame, octet());
    send(std::move(frame), how & 0x20 ? static_cast<Direction>(how >> 6) == Direction::upstream ? Direction::upstream
                                                                                                : Direction::downstream
                                      : last_direction_);
  }

  void operate(Operation operation) {
    switch (operation) {
      case Operation::wait:
        return wait(octet());
      case Operation::command:
        return command();
      case Operation::choose: {
        const std::uint8_t who = octet();
        return tell(make(CommandKind::choose, account(who & 0x3f), static_cast<Choice>(who >> 6)));
      }
      case Operation::connect: {
        const std::uint8_t who = octet(), to = octet(), how = octet();
        connect(account(who), to, kPorts[how % 16], (how & 0x40) != 0, (how & 0x80) != 0);
        return;
      }
      case Operation::answer: {
        Memory& m = recall();
        return answer(m, octet());
      }
      case Operation::refuse: {
        Memory& m = recall();
        const std::uint8_t how = octet();
        return send(tcp_frame(m.flow.reversed(), static_cast<std::uint8_t>(kRst | (how & 1 ? 0 : kAck)), 0,
                              m.client_next + (how >> 1)),
                    Direction::downstream);
      }
      case Operation::unreachable: {
        Memory& m = recall();
        const std::uint8_t how = octet();
        const IpAddress router = far(200, !m.flow.source.is_v4());
        return send(unreachable_frame(router, m.flow, m.client_next - 1 + (how >> 1)), Direction::downstream);
      }
      case Operation::scan: {
        const std::uint8_t who = octet(), from = octet(), how = octet();
        for (unsigned i = 0; i < 1U + how % 32; ++i)
          connect(account(who), static_cast<std::uint8_t>(from + i), kPorts[how >> 5], (who & 0x80) != 0);
        return;
      }
      case Operation::mail_session:
      case Operation::spam: {
        const std::uint8_t who = octet(), to = octet(), how = octet();
        const unsigned times = operation == Operation::spam ? 1U + (how >> 4) % 8 : 1U;
        for (unsigned i = 0; i < times; ++i) spam(account(who), static_cast<std::uint8_t>(to + 16 * i), how & 0x87);
        return;
      }
      case Operation::server_says: {
        Memory& m = recall();
        const std::uint8_t what = octet();
        return server_says(m, kReplies[what % std::size(kReplies)], octet());
      }
      case Operation::client_says: {
        Memory& m = recall();
        const std::uint8_t how = octet();
        return client_says(m, how & 0x80 ? "MAIL\r\n" : "", how);
      }
      case Operation::mx_question: {
        const std::uint8_t who = octet(), how = octet();
        const bool v6 = (how & 0x40) != 0;
        const Flow flow{home(account(who), v6), far(how & 0x20 ? 0 : 99, v6), 5353, 53};
        return send(udp_frame(flow,
                              dns({.name = kNames[how % 8],
                                   .type = static_cast<std::uint16_t>(how & 0x80 ? 1 : 15),
                                   .response = (how & 0x10) != 0}),
                              line_of(account(who))),
                    Direction::upstream);
      }
      case Operation::service:
        return service();
      case Operation::mutate:
        return mutate();
      case Operation::fragment:
        return fragment();
      case Operation::raw:
        return raw();
    }
  }

  std::span<const std::uint8_t> input_;
  Program program_;
  Timestamp now_;
  bool packet_at_now_ = false;
  std::array<Memory, 8> memory_ = [] {
    std::array<Memory, 8> m;
    m.fill({{home(1, false), IpAddress::v4(0xc633'6407U), 40000, 25}, 1, 1, 1});
    return m;
  }();
  std::size_t next_memory_ = 0;
  std::uint32_t ports_used_ = 0;
  Octets last_;
  Direction last_direction_ = Direction::upstream;
};

}  // namespace

Program read_program(std::span<const std::uint8_t> input) { return Reader(input).read(); }

}  // namespace lazaret::fuzz
