// Datagrams and lone SYNs: what crosses the gateway without a connection.
#include "sim/wire/frame_machine.hpp"
#include "sim/world/octets.hpp"

namespace lazaret {
void FrameNet::open(const Address& address, FramePort& port) { ports_[address] = &port; }
void FrameNet::close(const Address& address) { ports_.erase(address); }

void FrameNet::send_datagram(const HomePlan* home, const Address& from, const Address& to, std::string_view octets,
                             Truthful truth) {
  PostedDatagram datagram{home, home != nullptr, from, to, truth, std::string(octets)};
  Timestamp at = clock_.now();
  if (home != nullptr) {
    at = at + up(static_cast<std::uint32_t>(octets.size()) + 50);
  } else {
    // A server answers with the truth of what it answers.
    datagram.home = plan_.home_at(to.address);
    if (datagram.home == nullptr) return;
    const auto it = ports_.find(to);
    datagram.truth = it != ports_.end() ? it->second->truth() : Truthful{datagram.home->account.value, {}};
    at = at + lines_.core;
  }
  clock_.at(at, kDatagram, datagrams_.add(std::move(datagram)));
}

void FrameNet::post(std::uint32_t index) {
  const PostedDatagram& d = datagrams_[index];
  FrameHead head;
  head.account = d.home->account.value;
  head.line = d.home->line();
  head.upstream = d.upstream;
  head.protocol = kProtocolUdp;
  head.from = d.from.address;
  head.to = d.to.address;
  head.from_port = d.from.port;
  head.to_port = d.to.port;
  head.id = static_cast<std::uint16_t>(mix(static_cast<std::uint64_t>(clock_.now().ns) ^ d.from.port));
  const auto length = static_cast<std::uint32_t>(d.octets.size());
  const PacketView view =
      writer_.write(clock_.now(), d.upstream ? Direction::upstream : Direction::downstream, head, d.octets, length);
  if (core_.judge(view, d.truth).action != Action::pass) return void(datagrams_.take(index));
  clock_.at(clock_.now() + (d.upstream ? lines_.core : down(view.wire_length)), kDelivery, index);
}

void FrameNet::deliver(std::uint32_t index) {
  const PostedDatagram d = datagrams_.take(index);
  const auto it = ports_.find(d.to);
  if (it != ports_.end()) it->second->receive(d.from, d.octets);
}

void FrameNet::send_syn(FrameMachine& scanner, std::uint16_t outside_port, const Machine::Syn& syn, Truthful truth) {
  LoneSyn lone;
  lone.scanner = &scanner;
  lone.syn = syn;
  lone.outside_port = outside_port;
  lone.truth = truth;
  clock_.at(clock_.now() + up(62), kSyn, syns_.add(lone));
}

Action FrameNet::judge_syn(const LoneSyn& lone, Direction direction, std::uint8_t flags) {
  const HomePlan& home = lone.scanner->home();
  const bool upstream = direction == Direction::upstream;
  FrameHead head;
  head.account = home.account.value;
  head.line = home.line();
  head.upstream = upstream;
  head.protocol = kProtocolTcp;
  head.from = upstream ? home.ipv4 : lone.syn.to;
  head.to = upstream ? lone.syn.to : home.ipv4;
  head.from_port = upstream ? lone.outside_port : lone.syn.to_port;
  head.to_port = upstream ? lone.syn.to_port : lone.outside_port;
  head.flags = flags;
  if (upstream) {
    head.id = lone.syn.id;
    head.window = lone.syn.window;
    head.sequence = flags == kFlagSyn ? lone.syn.sequence : lone.syn.sequence + 1;
  } else {
    head.hops = lone.hops;
    head.id = static_cast<std::uint16_t>(lone.sequence);
    head.sequence = flags == (kFlagSyn | kFlagAck) ? lone.sequence : 0;
    head.acknowledgment = lone.syn.sequence + 1;
  }
  return core_.judge(writer_.write(clock_.now(), direction, head, {}, 0), lone.truth).action;
}

void FrameNet::step(std::uint32_t index) {
  LoneSyn& lone = syns_[index];
  const Timestamp now = clock_.now();
  const auto next = [&](LoneSyn::Stage stage, Duration wait) {
    lone.stage = stage;
    clock_.at(now + wait, kSyn, index);
  };
  switch (lone.stage) {
    case LoneSyn::asks: {
      const Action action = judge_syn(lone, Direction::upstream, kFlagSyn);
      if (action == Action::pass) return next(LoneSyn::arrives, lines_.core);
      lone.refused = true;
      if (action == Action::reject) return next(LoneSyn::heard, down(62));
      break;
    }
    case LoneSyn::arrives: {
      if (const FrameMachine* machine = server(lone.syn.to)) {
        lone.refused = machine->listener(lone.syn.to_port) == nullptr;
        lone.sequence = static_cast<std::uint32_t>(mix(lone.syn.to.low));
        return next(LoneSyn::answers, lines_.core);
      }
      const Strangers::Reply reply = strangers_.reply_to_syn(lone.syn.to, lone.syn.to_port);
      if (reply.answer == Strangers::Answer::silence) break;
      lone.refused = reply.answer == Strangers::Answer::refusal;
      lone.hops = static_cast<std::uint8_t>(reply.hops - 1);
      lone.sequence = reply.sequence;
      return next(LoneSyn::answers, lines_.core);
    }
    case LoneSyn::answers: {
      const std::uint8_t flags = lone.refused ? kFlagRst | kFlagAck : kFlagSyn | kFlagAck;
      if (judge_syn(lone, Direction::downstream, flags) == Action::pass) return next(LoneSyn::heard, down(62));
      break;
    }
    case LoneSyn::heard:
      lone.scanner->hear(lone.syn.to, lone.syn.to_port, lone.refused);
      if (!lone.refused) return next(LoneSyn::resets, up(62));
      break;
    case LoneSyn::resets:
      static_cast<void>(judge_syn(lone, Direction::upstream, kFlagRst));
      break;
  }
  static_cast<void>(syns_.take(index));
}

}  // namespace lazaret
