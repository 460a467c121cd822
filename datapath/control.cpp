#include "datapath/control.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "core/routing.hpp"

namespace lazaret {

Control::Control(const Policy& policy, const Limits& limits, Seed seed, std::vector<ControlLink*> links, Chores chores)
    : policy_(policy),
      steering_(together(limits, static_cast<unsigned>(links.size())), seed, static_cast<unsigned>(links.size())),
      conductor_(policy, together(limits, static_cast<unsigned>(links.size()))),
      chores_(std::move(chores)),
      boundary_(epoch_end(policy, Timestamp{0})) {
  for (ControlLink* link : links) lanes_.push_back({link});
}

void Control::advance(Timestamp stamp) {
  while (stamp >= boundary_) {
    const bool busy = !open_.empty() || conductor_told_ ||
                      std::any_of(lanes_.begin(), lanes_.end(), [](const Lane& l) { return l.busy; });
    if (!busy && next_due() >= boundary_) {  // nothing happens before the next timer or stamp: go there at once
      boundary_ = epoch_end(policy_, std::min(stamp, next_due()));
      continue;
    }
    barrier(boundary_);
    release_events();
    const Conductor::Answer answer = conductor_.step(boundary_, closed_);
    conductor_told_ = false;
    open_.assign(answer.events.begin(), answer.events.end());
    decided_.insert(decided_.end(), answer.commands.begin(), answer.commands.end());
    for (const Command& command : answer.commands) tell(command);
    boundary_ = epoch_end(policy_, boundary_);
  }
}

void Control::obey(const Command& command) {
  if (conductor_.apply(command)) conductor_told_ = true;
  tell(command);
}

void Control::tell(const Command& command) {
  route(steering_, static_cast<unsigned>(lanes_.size()), command, [this](unsigned worker, const Command& told) {
    send(lanes_[worker], {Order::Kind::command, told, {}});
  });
}

unsigned Control::assign(const PacketView& packet) {
  const unsigned worker = lanes_.size() == 1 ? 0 : steering_.owner(packet);
  lanes_[worker].busy = true;
  return worker;
}

void Control::send(Lane& lane, const Order& order) {
  // What was fed before comes before: a worker carries an order out once it has found its inlets empty after seeing it.
  chores_.push();
  while (!lane.link->send(order)) chores_.meanwhile();
  lane.busy = true;
}

void Control::barrier(Timestamp boundary) {
  chores_.push();
  for (Lane& lane : lanes_) {
    if (!lane.busy && lane.next_due >= boundary) continue;
    send(lane, {Order::Kind::barrier, {}, boundary});
    lane.waiting = true;
  }
  while (std::any_of(lanes_.begin(), lanes_.end(), [](const Lane& l) { return l.waiting; })) chores_.meanwhile();
}

std::size_t Control::listen() {
  std::array<Notice, 64> notices;
  std::size_t heard = 0;
  for (Lane& lane : lanes_) {
    while (const std::size_t count = lane.link->receive_notices(notices)) {
      heard += count;
      for (const Notice& notice : std::span(notices).first(count)) {
        if (notice.kind == Notice::Kind::event) {
          open_.push_back(notice.event);
        } else if (notice.kind == Notice::Kind::passed) {
          lane.waiting = false;
          lane.busy = false;
          lane.next_due = notice.next_due;
        }
      }
    }
  }
  return heard;
}

void Control::finish(Timestamp end) {
  advance(end);
  barrier(end + Duration{1});
  release_events();
  for (Lane& lane : lanes_) send(lane, {Order::Kind::stop, {}, {}});
}

void Control::release_events() {
  std::sort(open_.begin(), open_.end(), in_canonical_order);
  events_.insert(events_.end(), open_.begin(), open_.end());
  closed_.clear();
  std::copy_if(open_.begin(), open_.end(), std::back_inserter(closed_),
               [](const Event& e) { return e.account != kNobody; });
  open_.clear();
}

Timestamp Control::next_due() const {
  Timestamp due = kNever;
  for (const Lane& lane : lanes_) due = std::min(due, lane.next_due);
  return due;
}

}  // namespace lazaret
