// One end of a TCP connection without a stack: connects, resends with doubling patience, acknowledges, closes, breaks.
// What it does not do: it knows no congestion and no receiver's window. What one end says at once is a train of
// segments, paced by slow start's rounds and by the access line; thinning leaves out the inner segments of a train and
// their acknowledgments, and changes no time at which anything else happens.
// Ownership: held by whoever connects or listens, by its talk until the connection is over, and by its timer.
// Threads: the simulator's.
#pragma once

#include <cstdint>

#include "sim/wire/frame_net.hpp"
#include "sim/wire/outbox.hpp"

namespace lazaret {

class FrameLink : public Link {
 public:
  FrameLink(FrameNet&, End, std::uint32_t initial_sequence);

  void send(std::string_view) override;
  void send(std::string_view text, std::uint64_t filler, char with) override;
  void close() override;
  void drop() override;

  /// The near end: asks for the connection of this talk.
  void connect(std::uint32_t talk, IpAddress peer, std::uint16_t port, Handlers);
  /// The far end: a SYN came.
  void answer(std::uint32_t talk, IpAddress peer, std::uint16_t port, std::uint32_t their_sequence, Accept);
  void on_segment(const Segment&);
  void on_timer();
  /// The net lets go of a connection that nobody can end any more.
  void abandon();

  /// Of the octets from `offset` on those that are still kept and lie together, `most` at most.
  [[nodiscard]] std::string_view piece(std::uint64_t offset, std::uint64_t most) const;
  [[nodiscard]] bool over() const { return state_ == State::over; }
  /// Whether it will hear of its timer.
  [[nodiscard]] bool waits() const { return wakes_ > 0; }
  /// Nobody holds it any more, and it has nothing left to do.
  [[nodiscard]] bool idle() const { return over() || (dropped_ && wakes_ == 0); }
  [[nodiscard]] std::uint32_t talk() const { return talk_; }
  [[nodiscard]] End own() const { return own_; }
  void wake_is_set(Timestamp at) { ++wakes_, woken_at_ = at; }

 private:
  enum class State : std::uint8_t { fresh, asking, answering, open, over };
  [[nodiscard]] std::shared_ptr<FrameLink> self() { return std::static_pointer_cast<FrameLink>(shared_from_this()); }
  [[nodiscard]] std::uint64_t end_of_stream() const { return acked_ + out_.size(); }
  [[nodiscard]] std::uint32_t sequence_at(std::uint64_t offset) const;
  void post(std::uint8_t flags, std::uint64_t offset, std::uint64_t covers, std::uint32_t length, Timestamp departure);
  void post_now(std::uint8_t flags);
  void pump();
  /// Segments from sent_ to the end of the stream; only the first if `one`.
  void train(bool one);
  void arm(Timestamp last_departure);
  void ask_again();
  void on_open_segment(const Segment&);
  void acknowledged(std::uint32_t number);
  void take(const Segment&);
  /// Over, and whoever holds it hears how.
  void end(LinkEnd);
  void notify(LinkEnd);

  FrameNet& net_;
  Accept accept_;
  Outbox out_;               ///< what is not acknowledged, from acked_ on
  std::uint64_t acked_ = 0;  ///< stream offsets
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  std::int64_t free_ns_ = 0;  ///< when the last departure so far is over
  std::int64_t due_ns_ = 0;   ///< when patience ends
  Timestamp woken_at_;
  std::uint32_t talk_ = 0, own_start_, their_start_ = 0;
  std::uint32_t posted_ = 0;  ///< segments, to know whether something has carried an acknowledgment
  std::uint16_t wakes_ = 0;
  End own_, peer_end_ = End::far;
  State state_ = State::fresh;
  std::uint8_t tries_ = 0;
  bool closing_ = false, fin_sent_ = false, fin_acked_ = false, fin_received_ = false;
  bool dropped_ = false, ended_ = false, connected_ = false, odd_segment_ = false;
  std::uint8_t busy_ = 0;
};

}  // namespace lazaret
