// The episodes of a stream: what one line and its correspondents send each other, written as frames with stamps.
// Ownership: writes into a Stream that outlives it. Threads: one at a time.
#pragma once

#include <string>
#include <string_view>

#include "tests/laws/streams.hpp"

namespace lazaret::laws {

/// How the world answers a SYN.
enum class Answer : std::uint8_t { accepted, reset, unreachable, silence, late, forged, forged_then_accepted };

class Scripts {
 public:
  Scripts(Stream& stream, Dice& dice) : stream_(stream), dice_(dice) {}

  Timestamp now;  ///< when the next episode begins

  /// One episode, chosen by weight, of a subject.
  void episode(const Subject&);

  void connect(const Subject&, IpAddress to, std::uint16_t port, Answer);
  void scan(const Subject&, unsigned hosts, unsigned failing_percent);
  void scan_ports_of(const Subject&, unsigned ports);
  void mail(const Subject&);
  void mail_burst(const Subject&, unsigned sessions);
  void questions(const Subject&, unsigned count, std::string_view pool);
  void web(const Subject&);
  void sacred(const Subject&);
  void fragments(const Subject&);
  void garbage(const Subject&);
  void spoof(const Subject& sender, const Subject& victim);
  /// Downstream packets that answer nothing, numbers at random: SYN-ACKs, resets, ICMP errors, mail replies.
  void forge(const Subject& victim);
  void garden(const Subject&);
  /// A packet from outside that answers nothing.
  void greet(const Subject&);
  /// Replies to a TCP packet that the account sent: the right addresses and ports, the numbers guessed.
  void guess(const Meaning&);
  /// Requests of every kind to ever new places, and unasked replies.
  void flood(const Subject&, unsigned packets);

 private:
  struct MailWire;
  struct Wire;  ///< one TCP connection's numbers
  void mail_dialogue(const Subject&, Wire&, Timestamp);
  void write(Timestamp, Direction, frames::Octets, const Meaning& = {});
  void tcp(Timestamp, Direction, const Subject&, const frames::Flow&, std::uint8_t flags, std::uint32_t sequence,
           std::uint32_t acknowledgment, std::string_view payload = {});
  void udp(Timestamp, Direction, const Subject&, const frames::Flow&, const frames::Octets& payload);
  void unreachable(Timestamp, const frames::Flow&, std::uint32_t sequence);
  /// The same, sent to another address than the one whose packet it quotes.
  void misdirected(Timestamp, const frames::Flow&, std::uint32_t sequence, IpAddress to);
  [[nodiscard]] IpAddress own(const Subject&);       ///< one of its addresses
  [[nodiscard]] IpAddress host_like(IpAddress own);  ///< some host of the same family
  [[nodiscard]] IpAddress mail_server_like(IpAddress own);
  [[nodiscard]] IpAddress service_like(IpAddress own);  ///< an address of some services list, or near one
  [[nodiscard]] Answer answer(unsigned failing_percent);
  [[nodiscard]] Timestamp after(Timestamp, std::int64_t most_ms);  ///< a random while later, on the grid; maybe at once
  [[nodiscard]] Timestamp on_grid(Timestamp) const;

  Stream& stream_;
  Dice& dice_;
};

}  // namespace lazaret::laws
