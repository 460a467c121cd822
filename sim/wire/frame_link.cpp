#include "sim/wire/frame_link.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace lazaret {
namespace {

// As the stacks of sim/world are configured: RFC 6298's first patience, six tries of everything, RFC 6928's window.
constexpr Duration kPatience = seconds(1);
constexpr unsigned kTries = 6;
constexpr std::uint32_t kSegmentOctets = 1420, kFrameOctets = kSegmentOctets + 62;
constexpr std::uint64_t kFirstRound = 10;

Duration patience(unsigned tries) { return {kPatience.ns << tries}; }

}  // namespace

FrameLink::FrameLink(FrameNet& net, End own, std::uint32_t initial_sequence)
    : net_(net), due_ns_(kNever.ns), own_start_(initial_sequence), own_(own) {}

std::uint32_t FrameLink::sequence_at(std::uint64_t offset) const {
  return own_start_ + 1 + static_cast<std::uint32_t>(offset);
}

std::string_view FrameLink::piece(std::uint64_t offset, std::uint64_t most) const {
  return offset < acked_ ? std::string_view() : out_.piece(offset - acked_, most);
}

void FrameLink::connect(std::uint32_t talk, IpAddress peer, std::uint16_t port, Handlers handlers) {
  talk_ = talk;
  peer_ = peer;
  peer_port_ = port;
  handlers_ = std::move(handlers);
  state_ = State::asking;
  ask_again();
}

void FrameLink::answer(std::uint32_t talk, IpAddress peer, std::uint16_t port, std::uint32_t their_sequence,
                       Accept accept) {
  talk_ = talk;
  peer_ = peer;
  peer_port_ = port;
  their_start_ = their_sequence;
  accept_ = std::move(accept);
  peer_end_ = End::near;
  state_ = State::answering;
  ask_again();
}

void FrameLink::ask_again() {
  if (tries_ == kTries) return end(LinkEnd::refused);
  post_now(state_ == State::asking ? kFlagSyn : kFlagSyn | kFlagAck);
  due_ns_ = (net_.clock().now() + patience(tries_++)).ns;
  net_.wake(self(), {due_ns_});
}

void FrameLink::post(std::uint8_t flags, std::uint64_t offset, std::uint64_t covers, std::uint32_t length,
                     Timestamp departure) {
  Segment s;
  s.talk = talk_;
  s.from = own_;
  s.to = own_ == End::near ? End::far : End::near;
  s.flags = flags;
  s.length = static_cast<std::uint16_t>(length);
  s.sequence = (flags & kFlagSyn) != 0 ? own_start_ : sequence_at(offset);
  if ((flags & kFlagAck) != 0)
    s.acknowledgment = their_start_ + 1 + static_cast<std::uint32_t>(received_) + (fin_received_ ? 1U : 0U);
  s.offset = offset;
  s.covers = covers;
  ++posted_;
  net_.send(s, departure);
}

void FrameLink::post_now(std::uint8_t flags) {
  const std::uint64_t offset = sent_ + (fin_sent_ ? 1 : 0);
  post(flags, offset, offset, 0, net_.clock().now());
}

void FrameLink::send(std::string_view text) { send(text, 0, 0); }

void FrameLink::send(std::string_view text, std::uint64_t filler, char with) {
  if (closing_ || ended_ || state_ == State::over) return;
  out_.say(text);
  out_.fill(filler, with);
  if (busy_ == 0) pump();
}

void FrameLink::close() {
  if (closing_ || state_ == State::over) return;
  closing_ = true;
  if (busy_ == 0) pump();
}

void FrameLink::drop() {
  if (dropped_) return;
  const auto keep = self();
  dropped_ = true;
  if (busy_ == 0) handlers_ = {};
  if (state_ == State::open) return close();
  if (state_ == State::asking) {
    post_now(kFlagRst);  // as ns-3's stack takes back what it asked for
    state_ = State::over;
  }
}

void FrameLink::pump() {
  if (state_ != State::open) return;
  if (sent_ < end_of_stream()) train(false);
  if (!closing_ || fin_sent_ || sent_ < end_of_stream()) return;
  const Timestamp departure{std::max(net_.clock().now().ns, free_ns_)};
  post(kFlagFin | kFlagAck, sent_, sent_, 0, departure);
  fin_sent_ = true;
  arm(departure);
}

void FrameLink::train(bool one) {
  const Lines& lines = net_.lines();
  const Duration far = own_ == End::portal || peer_end_ == End::portal ? lines.garden : lines.core;
  const std::int64_t round_ns = 2 * (lines.access.ns + far.ns);
  const double pace_ns = kFrameOctets * (own_ == End::near ? lines.up_ns_per_octet : lines.down_ns_per_octet);
  const std::uint64_t from = sent_, to = one ? std::min(end_of_stream(), from + kSegmentOctets) : end_of_stream();
  const std::uint64_t count = (to - from + kSegmentOctets - 1) / kSegmentOctets;
  const bool thin = net_.thins() && !net_.looked_at(net_.talk(talk_));
  const std::int64_t start = std::max(net_.clock().now().ns, free_ns_);
  std::uint64_t covered = from;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (thin && i == 2 && count > 3) i = count - 1;
    const std::uint64_t offset = from + i * kSegmentOctets;
    const auto length = static_cast<std::uint32_t>(std::min<std::uint64_t>(kSegmentOctets, to - offset));
    const auto rounds = static_cast<std::int64_t>(std::bit_width(i / kFirstRound + 1)) - 1;
    free_ns_ = start + rounds * round_ns + static_cast<std::int64_t>(static_cast<double>(i) * pace_ns);
    sent_ = offset + length;
    post(i + 1 == count ? kFlagAck | kFlagPsh : kFlagAck, offset, covered, length, {free_ns_});
    covered = offset + length;
  }
  arm({free_ns_});
}

void FrameLink::arm(Timestamp last_departure) {
  due_ns_ = (last_departure + patience(tries_)).ns;
  if (wakes_ == 0 || woken_at_.ns > due_ns_) net_.wake(self(), {due_ns_});
}

void FrameLink::on_timer() {
  --wakes_;
  const Timestamp now = net_.clock().now();
  if (state_ == State::over || due_ns_ == kNever.ns) return;
  if (now.ns < due_ns_) {
    if (wakes_ == 0) net_.wake(self(), {due_ns_});
    return;
  }
  if (state_ != State::open) return ask_again();
  if (tries_ == kTries) return end(LinkEnd::reset);
  ++tries_;
  sent_ = acked_;
  if (sent_ < end_of_stream()) {
    fin_sent_ = false;
    train(true);
  } else {
    post(kFlagFin | kFlagAck, sent_, sent_, 0, now);
    arm(now);
  }
}

void FrameLink::on_segment(const Segment& s) {
  const auto keep = self();
  if (state_ == State::over) return;
  if ((s.flags & kFlagRst) != 0) return end(connected_ ? LinkEnd::closed : LinkEnd::refused);
  const bool asks = (s.flags & kFlagSyn) != 0, answers = (s.flags & kFlagAck) != 0;
  if (state_ == State::asking) {
    if (!asks || !answers || s.acknowledgment != own_start_ + 1) return;
    their_start_ = s.sequence;
    peer_end_ = s.from;
    state_ = State::open;
    due_ns_ = kNever.ns;
    tries_ = 0;
    connected_ = true;
    post_now(kFlagAck);
    ++busy_;
    if (handlers_.connected && !dropped_) handlers_.connected();
    if (--busy_ == 0 && dropped_) handlers_ = {};
    return pump();
  }
  if (s.from != peer_end_) return;
  if (asks) {
    if (state_ == State::answering)
      post_now(kFlagSyn | kFlagAck);
    else if (answers)
      post_now(kFlagAck);
    return;
  }
  if (state_ == State::answering) {
    if (!answers || s.acknowledgment != own_start_ + 1) return;
    state_ = State::open;
    due_ns_ = kNever.ns;
    tries_ = 0;
    connected_ = true;
    ++busy_;
    if (accept_) accept_(*this);
    --busy_;
    accept_ = {};
    pump();
  }
  on_open_segment(s);
}

void FrameLink::on_open_segment(const Segment& s) {
  if ((s.flags & kFlagAck) != 0) acknowledged(s.acknowledgment);
  if (s.length > 0) take(s);
  if ((s.flags & kFlagFin) != 0 && state_ == State::open) {
    const std::uint32_t before = posted_;
    if (s.offset + s.length == received_ && !fin_received_) {
      fin_received_ = true;
      notify(LinkEnd::closed);
    }
    if (posted_ == before) post_now(kFlagAck);
  }
  if (fin_acked_ && fin_received_ && state_ == State::open) {
    state_ = State::over;
    if (busy_ == 0) handlers_ = {};
  }
}

void FrameLink::acknowledged(std::uint32_t number) {
  const std::uint32_t news = number - sequence_at(acked_);
  if (news == 0 || news > out_.size() + 1) return;
  const std::uint64_t octets = std::min<std::uint64_t>(news, out_.size());
  if (news > out_.size()) {
    if (!fin_sent_) return;
    fin_acked_ = true;
  }
  out_.forget(octets);
  acked_ += octets;
  sent_ = std::max(sent_, acked_);
  tries_ = 0;
  if (sent_ < end_of_stream()) return pump();
  if (out_.empty() && (!fin_sent_ || fin_acked_))
    due_ns_ = kNever.ns;
  else
    arm({std::max(net_.clock().now().ns, free_ns_)});
}

void FrameLink::take(const Segment& s) {
  const std::uint64_t to = s.offset + s.length;
  const auto& peer = net_.talk(talk_).ends[static_cast<unsigned>(s.from)];
  const std::uint32_t before = posted_;
  bool news = false;
  ++busy_;
  while (peer && s.covers <= received_ && received_ < to) {
    const std::string_view octets = peer->piece(received_, to - received_);
    if (octets.empty()) break;
    news = true;
    received_ += octets.size();
    if (handlers_.data && !dropped_) handlers_.data(octets);
  }
  if (--busy_ == 0 && dropped_) handlers_ = {};
  if (!news) return post_now(kFlagAck);  // known already, or something before it is missing
  pump();
  if (posted_ != before || state_ != State::open) return;
  odd_segment_ = !odd_segment_;
  if ((s.flags & kFlagPsh) == 0 && odd_segment_) return;
  odd_segment_ = false;
  post_now(kFlagAck);
}

void FrameLink::end(LinkEnd how) {
  state_ = State::over;
  due_ns_ = kNever.ns;
  if (!std::exchange(ended_, true)) notify(how);
}

void FrameLink::notify(LinkEnd how) {
  if (dropped_) return;
  ++busy_;
  if (handlers_.ended) handlers_.ended(how);
  if (--busy_ == 0 && dropped_) handlers_ = {};
  pump();
}

void FrameLink::abandon() {
  state_ = State::over;
  due_ns_ = kNever.ns;
  if (busy_ == 0) handlers_ = {};
}

}  // namespace lazaret
