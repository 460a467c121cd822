// How octets become a program: a Reader takes operation after operation from the input, and remembers what it wrote, so
// that most of what comes later fits.
// Ownership: borrows the input; a program leaves by read(). Threads: one at a time.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "tests/fuzz/program.hpp"

namespace lazaret::fuzz {

constexpr std::uint16_t kPorts[] = {25, 23, 2323, 445, 80, 443, 110, 143, 587, 465, 53, 123, 5060, 993, 6881, 22};

inline Prefix network(IpAddress a, unsigned length) { return {truncate(a, length), static_cast<std::uint8_t>(length)}; }
inline Prefix prefix(std::string_view text, unsigned length) {
  return {frames::address(text), static_cast<std::uint8_t>(length)};
}
inline IpAddress home(std::uint32_t account, bool v6) {
  if (v6) return {0x2001'0db8'0001'0000ULL | account << 8, 1};
  return IpAddress::v4(0x0a00'0000U | account);
}
inline frames::Access line_of(std::uint32_t account) {
  return {.s_vlan = 7, .c_vlan = static_cast<std::uint16_t>(account)};
}
[[nodiscard]] Command make(CommandKind, std::uint32_t account, Choice = Choice::none);

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> input) : input_(input) {}
  [[nodiscard]] Program read();

 private:
  /// What a flow has said so far, so that the next segment can fit.
  struct Memory {
    frames::Flow flow;
    std::uint32_t account = 1;
    std::uint32_t client_next = 0, server_next = 0;
  };
  struct Question {
    frames::Flow flow;
    std::string name = "a.example";
    std::uint16_t type = 1, id = 1;
  };

  std::uint8_t octet() {
    if (input_.empty()) return 0;
    const std::uint8_t value = input_.front();
    input_ = input_.subspan(1);
    return value;
  }
  std::uint32_t word() { return std::uint32_t{octet()} << 8 | octet(); }
  std::uint32_t account(std::uint8_t value) { return 1 + value % kAccounts; }
  Memory& remember(Memory m) {
    memory_[next_memory_ % memory_.size()] = m;
    return memory_[next_memory_++ % memory_.size()];
  }
  Memory& recall() { return memory_[octet() % memory_.size()]; }

  // reader.cpp: the world at the beginning, time, and the sentences that operations are made of
  void begin();
  /// Little evidence is enough, and little time.
  static void be_quick(Policy& p);
  void tell(Command c);
  void send(frames::Octets frame, Direction direction);
  void wait(std::uint8_t how);
  IpAddress far(std::uint8_t value, bool v6);
  /// `worm`: the sequence number is the destination's address.
  Memory& connect(std::uint32_t who, std::uint8_t to, std::uint16_t port, bool v6, bool foreign_line = false,
                  bool worm = false);
  void answer(Memory& m, std::uint8_t how);
  void server_says(Memory& m, std::string_view text, std::uint8_t how);
  void client_says(Memory& m, std::string_view text, std::uint8_t how);
  // program.cpp: operations, most of them one sentence each
  void operate(Operation operation);
  void spam(std::uint32_t who, std::uint8_t to, std::uint8_t how);
  void command();
  /// A packet of one of the named services, in any direction, of any flow.
  void service();
  void fragment();
  void raw();
  void mutate();
  // dialogues.cpp: names, logins, floods, hellos, and words of operators
  void ask();
  void dns_answer();
  void login(std::uint32_t who, std::uint8_t to, std::uint8_t how);
  void udp_burst();
  void hello(Memory& m, std::uint8_t how);
  void spoof();
  void operator_word();

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
  std::array<Question, 4> questions_ = [] {
    std::array<Question, 4> q;
    q.fill({.flow = {home(1, false), IpAddress::v4(0xc000'0235U), 40000, 53}});
    return q;
  }();
  std::size_t next_question_ = 0;
  std::uint32_t ports_used_ = 0;
  frames::Octets last_;
  Direction last_direction_ = Direction::upstream;
};

}  // namespace lazaret::fuzz
