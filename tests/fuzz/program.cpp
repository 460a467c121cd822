#include "tests/fuzz/program.hpp"

#include <algorithm>
#include <array>

#include "tests/fuzz/reader.hpp"

namespace lazaret::fuzz {
namespace {

using namespace frames;

constexpr std::string_view kReplies[] = {
    "220 mx ESMTP\r\n", "250 ok\r\n", "250-a\r\n250 b\r\n", "354 go\r\n", "550 no\r\n", "421 later\r\n",
    "221 bye\r\n",      "",           "HTTP/1.1 200\r\n",   "2"};
constexpr std::string_view kNames[] = {"a.example", "b.example", "mail.c.example", "A.EXAMPLE",
                                       "d.test",    "e.test",    "f.test",         ""};

}  // namespace

Program read_program(std::span<const std::uint8_t> input) { return Reader(input).read(); }

void Reader::operate(Operation operation) {
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
      connect(account(who), to, kPorts[how % 16], (how & 0x40) != 0, (how & 0x80) != 0, (how & 0x20) != 0);
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
    case Operation::ask:
      return ask();
    case Operation::dns_answer:
      return dns_answer();
    case Operation::login: {
      const std::uint8_t who = octet(), to = octet();
      return login(account(who), to, octet());
    }
    case Operation::udp_burst:
      return udp_burst();
    case Operation::syn_burst: {
      const std::uint8_t who = octet(), to = octet(), how = octet();
      for (unsigned i = 0; i < 1U + how % 32; ++i) connect(account(who), to, kPorts[how >> 5], (who & 0x80) != 0);
      return;
    }
    case Operation::beacon: {
      const std::uint8_t who = octet(), to = octet(), how = octet();
      for (unsigned i = 0; i < 1U + how % 32; ++i) {
        connect(account(who), to, kPorts[4 + (how >> 5) % 2], false);
        packet_at_now_ = false;
        now_ = now_ + seconds(2 + (how >> 6));
      }
      return;
    }
    case Operation::hello: {
      Memory& m = recall();
      return hello(m, octet());
    }
    case Operation::spoof:
      return spoof();
    case Operation::classify: {
      const std::uint8_t who = octet();
      Command c = make(CommandKind::classify, account(who & 0x3f));
      c.account_class = static_cast<AccountClass>(who >> 6);
      return tell(c);
    }
    case Operation::operator_word:
      return operator_word();
  }
}

void Reader::spam(std::uint32_t who, std::uint8_t to, std::uint8_t how) {
  Memory& m = connect(who, to, 25, (how & 0x80) != 0);
  if (how & 1) return send(tcp_frame(m.flow.reversed(), kRst | kAck, 0, m.client_next), Direction::downstream);
  answer(m, 0);
  client_says(m, "", 0);
  server_says(m, "220 mx\r\n", 0);
  client_says(m, "EHLO a\r\nMAIL\r\nRCPT\r\n", 0);
  server_says(m, how & 2 ? "550 no\r\n" : "250 ok\r\n", 0);
  if (how & 2) return client_says(m, "", 2);
  client_says(m, "DATA\r\n", 0);
  server_says(m, "354 go\r\n", 0);
  client_says(m, "text\r\n.\r\n", 0);
  server_says(m, "250 queued\r\n", how & 4 ? 1 : 0);
}

void Reader::command() {
  constexpr CommandKind kKinds[] = {
      CommandKind::bind,   CommandKind::bind,    CommandKind::release,    CommandKind::operator_release,
      CommandKind::appeal, CommandKind::approve, CommandKind::reset_fuse, CommandKind::choose};
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

void Reader::service() {
  const std::uint8_t who = octet(), to = octet(), how = octet();
  const bool v6 = (how & 0x40) != 0, use_udp = (how & 0x80) != 0;
  const Flow up{home(account(who), v6), far(to, v6), 40000, kPorts[how % 16]};
  const auto direction = static_cast<Direction>((how >> 4) % 3);
  const Flow& flow = direction == Direction::upstream ? up : up.reversed();
  const Access access = direction == Direction::upstream ? line_of(account(who)) : Access{};
  if (use_udp) return send(udp_frame(flow, octets("x"), access), direction);
  send(tcp_frame(flow, kAck | kPsh, 1, 1, "x", access), direction);
}

void Reader::fragment() {
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

void Reader::raw() {
  const std::size_t size = std::min<std::size_t>(octet(), input_.size());
  const auto direction = static_cast<Direction>(octet() % 3);
  const std::size_t taken = std::min(size, input_.size());
  Octets frame(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(taken));
  input_ = input_.subspan(taken);
  send(std::move(frame), direction);
}

void Reader::mutate() {
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

}  // namespace lazaret::fuzz
