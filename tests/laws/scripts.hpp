// The episodes of a stream: what one line and its correspondents send each other, written as frames with stamps.
// Ownership: writes into a Stream that outlives it. Threads: one at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tests/core/brief_messages.hpp"
#include "tests/laws/streams.hpp"

namespace lazaret::laws {

/// How the world answers a SYN.
enum class Answer : std::uint8_t { accepted, reset, unreachable, silence, late, forged, forged_then_accepted };

class Scripts {
 public:
  Scripts(Stream& stream, Dice& dice) : stream_(stream), dice_(dice) {}

  Timestamp now;  ///< when the next episode begins

  /// One episode of a subject, by its number or by weight; numbers lie below kEpisodes.
  static constexpr unsigned kEpisodes = 32;
  void episode(const Subject&, unsigned number);
  void episode(const Subject&);

  // scripts.cpp: first contacts, and what is not one
  void connect(const Subject&, IpAddress to, std::uint16_t port, Answer, std::optional<std::uint32_t> isn = {});
  void scan(const Subject&, unsigned hosts, unsigned failing_percent);
  void scan_ports_of(const Subject&, unsigned ports);
  /// Ever new telnet hosts; some of the SYNs tell by their number which worm sent them.
  void telnet_worm(const Subject&, unsigned hosts);
  void beacon(const Subject&, unsigned times);
  void fragments(const Subject&);
  void garbage(const Subject&);
  void garden(const Subject&);
  // open_scripts.cpp: what a restricted account may and may not do
  void web(const Subject&);
  /// A session over web ports, or an odd one, that outlives whatever happens to the account meanwhile.
  void long_session(const Subject&);
  void sacred(const Subject&);
  void learned(const Subject&);  ///< connections to what remediation names stand for
  // mail_scripts.cpp, login_scripts.cpp
  void mail(const Subject&);
  void mail_burst(const Subject&, unsigned sessions);
  void relay(const Subject&, unsigned connections);
  void login(const Subject&);
  void login_burst(const Subject&, unsigned sessions);
  // name_scripts.cpp
  /// Names of every sort, each answered in some way; `failing_percent` of the answers say that there is no such name.
  void questions(const Subject&, unsigned count, unsigned failing_percent);
  void tunnel(const Subject&, unsigned questions);
  void listed(const Subject&);  ///< addresses, names and clients that a feed may hold
  // rate_scripts.cpp
  void syn_flood(const Subject&);
  void udp_flood(const Subject&);
  void amplify(const Subject&);
  /// As many packets within one second as a meter can count, and a few more.
  void torrent(const Subject&);
  void call(const Subject&);
  // hostile_scripts.cpp
  void spoof(const Subject& sender, const Subject& victim);
  /// Sources of every kind that are not the sender's: of nobody, private, link-local, of others.
  void spoof_widely(const Subject& sender, unsigned packets);
  /// Downstream packets that answer nothing, numbers at random: SYN-ACKs, resets, ICMP errors, replies, DNS answers.
  void forge(const Subject& victim);
  /// A packet from outside that answers nothing.
  void greet(const Subject&);
  /// Replies to a packet that the account sent: the right addresses and ports, the numbers guessed.
  void guess(const Meaning&);
  /// Many packets in one second towards an account that asked for none of them.
  void storm(const Subject& victim, unsigned packets);
  /// Requests of every kind to ever new places, and unasked replies.
  void flood(const Subject&, unsigned packets);

 private:
  /// Both ends' next sequence numbers, and the time that their conversation has come to.
  struct Wire {
    frames::Flow flow;
    std::uint32_t isn, ours, theirs;
    Timestamp at;
  };
  /// A SYN and what comes of it, with what may go wrong on the way; nothing unless the connection stands.
  [[nodiscard]] std::optional<Wire> open(const Subject&, IpAddress to, std::uint16_t port, unsigned failing_percent);
  void say(const Subject&, Wire&, std::string_view text, std::uint8_t flags = kAck | kPsh);
  void hear(const Subject&, Wire&, std::string_view text, std::uint8_t flags = kAck | kPsh);
  void part(const Subject&, Wire&);  ///< one way or another
  void mail_dialogue(const Subject&, Wire&);
  void ftp_dialogue(const Subject&, Wire&);
  void telnet_dialogue(const Subject&, Wire&);
  void opaque_dialogue(const Subject&, Wire&);
  void coincide(const Subject&, const Wire&);  ///< a contact that fails in the second in which the session runs out
  struct Question;
  void ask(const Subject&, const Question&);
  void reply(const Subject&, const Question&, const frames::Flow&, std::uint16_t id);

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
  /// An address of this list, or some host's where it has none of the family.
  [[nodiscard]] IpAddress service_of(const PrefixList&, IpAddress own);
  /// An address that remediation names stand for; or, not `honest`, one that only others say they do.
  [[nodiscard]] IpAddress cleaner_like(IpAddress own, bool honest = true);
  [[nodiscard]] IpAddress listed_like(IpAddress own);  ///< an address that a feed may hold
  [[nodiscard]] Answer answer(unsigned failing_percent);
  [[nodiscard]] unsigned few(unsigned most);                       ///< 1..most
  [[nodiscard]] Timestamp after(Timestamp, std::int64_t most_ms);  ///< a random while later, on the grid; maybe at once
  [[nodiscard]] Timestamp on_grid(Timestamp) const;

  Stream& stream_;
  Dice& dice_;
};

}  // namespace lazaret::laws
