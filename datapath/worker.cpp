#include "datapath/worker.hpp"

#include <rte_ethdev.h>
#include <rte_pause.h>
#include <rte_prefetch.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "datapath/handover.hpp"
#include "datapath/mbuf.hpp"
#include "datapath/reject.hpp"

namespace lazaret {
namespace {

static_assert(kBurst <= kBatchMax);

void give_back(rte_mbuf* m) {
  hand_over(m->pool);
  rte_pktmbuf_free(m);
}

/// Packets on their way to one port.
class Outlet {
 public:
  Outlet(PortQueue to, bool silent) : to_(to), silent_(silent) {}
  [[nodiscard]] std::uint16_t port() const { return to_.port; }

  void add(rte_mbuf* m) { staged_[count_++] = m; }
  /// How many of what was added the port did not take.
  std::uint16_t flush() {
    if (count_ == 0) return 0;
    if (silent_) {
      for (std::uint16_t i = 0; i < count_; ++i) give_back(staged_[i]);
      count_ = 0;
      return 0;
    }
    hand_over(&tx_tokens[to_.port][to_.queue]);
    const std::uint16_t sent = rte_eth_tx_burst(to_.port, to_.queue, staged_.data(), count_);
    for (std::uint16_t i = sent; i < count_; ++i) give_back(staged_[i]);
    const auto refused = static_cast<std::uint16_t>(count_ - sent);
    count_ = 0;
    return refused;
  }

 private:
  PortQueue to_;
  bool silent_;  ///< counts as sent, and goes nowhere
  std::array<rte_mbuf*, kBurst> staged_{};
  std::uint16_t count_ = 0;
};

}  // namespace

Carried& Carried::operator+=(const Carried& o) {
  received += o.received, passed += o.passed, gardened += o.gardened, dropped += o.dropped, answered += o.answered;
  unanswered += o.unanswered, not_sent += o.not_sent, strange_port += o.strange_port;
  notices_lost += o.notices_lost, verdicts_lost += o.verdicts_lost;
  return *this;
}

class Worker::Loop {
 public:
  Loop(Engine engine, const Wiring& wiring, ControlLink& link, std::optional<TscClock> clock)
      : engine_(std::move(engine)),
        inlets_(wiring.inlets),
        access_(wiring.access, wiring.observes),
        core_(wiring.core, wiring.observes),
        garden_(wiring.garden, wiring.observes),
        next_hop_(wiring.garden_next_hop),
        link_(link),
        clock_(clock) {
    orders_.reserve(kBatchMax);
  }

  bool poll() noexcept {
    send_owed();
    take_orders();
    const bool waiting = barrier_.has_value() || look_ != nullptr || !orders_.empty();
    bool received = false;
    for (const PortQueue& inlet : inlets_) {
      std::array<rte_mbuf*, kBurst> burst;
      const std::uint16_t count = rte_eth_rx_burst(inlet.port, inlet.queue, burst.data(), kBurst);
      if (count == 0) continue;
      take_over(&rx_tokens[inlet.port][inlet.queue]);
      received = true;
      judge({burst.data(), count});
    }
    // All inlets were empty after `waiting` was seen, so nothing that came before those orders is still under way.
    if (!received && waiting) carry_out_orders();
    return received || waiting;
  }

  [[nodiscard]] bool stopping() const {
    return stopping_ && orders_.empty() && !barrier_ && look_ == nullptr && !owed_;
  }
  [[nodiscard]] const Carried& carried() const { return carried_; }
  [[nodiscard]] const Engine& engine() const { return engine_; }

 private:
  // Orders ----------------------------------------------------------------------------------------------------------

  /// Commands up to the next barrier, as many as one batch holds.
  void take_orders() {
    Order order;
    while (!barrier_ && look_ == nullptr && !owed_ && orders_.size() < kBatchMax && link_.receive_order(order)) {
      if (order.kind == Order::Kind::command) orders_.push_back(order.command);
      if (order.kind == Order::Kind::barrier) barrier_ = order.boundary;
      if (order.kind == Order::Kind::look) look_ = order.look;
      if (order.kind == Order::Kind::stop) stopping_ = true;
    }
  }

  /// Of one moment between two bursts.
  void look() {
    Look& l = *look_;
    if (l.account != kNobody) l.status = engine_.status(l.account, last_);
    if (l.policy != nullptr) engine_.adopt(*l.policy);
    if (l.load) {
      engine_.load(l.feed);
      feed_.swap(l.feed);
    }
    l.carried = carried_;
    l.counters = engine_.counters();
    if (l.snapshot) l.octets = engine_.snapshot();
    hand_over(look_);
    look_ = nullptr;
    owed_ = Notice{Notice::Kind::looked, {}, {}, kNever};
    send_owed();
  }

  void carry_out_orders() {
    if (orders_.empty() && !barrier_) return look();
    if (barrier_) {
      pass_barrier({});
    } else if (!clock_ || orders_.back().at <= clock_->now()) {
      // With a clock, a command may be stamped ahead of it; then it waits for its time.
      process({}, orders_.back().at, orders_.size());
    }
    if (clock_) last_ = std::max(last_, clock_->now());
  }

  /// Judges `packets`, which came before the barrier, lets happen what is due before it, and says so.
  void pass_barrier(std::span<const PacketView> packets) {
    process(packets, *barrier_ - Duration{1}, orders_.size());
    owed_ = Notice{Notice::Kind::passed, {}, *barrier_, engine_.next_due()};
    barrier_.reset();
    send_owed();
  }

  void send_owed() {
    if (owed_ && link_.report(*owed_)) owed_.reset();
  }

  // Packets ---------------------------------------------------------------------------------------------------------

  void judge(std::span<rte_mbuf*> burst) {
    const std::size_t count = look_at(burst);
    std::size_t done = 0;
    const auto before = [&](Timestamp t) {  // how many of the rest are stamped before t
      const auto end =
          std::find_if(views_.begin() + done, views_.begin() + count, [&](const PacketView& v) { return v.at >= t; });
      return static_cast<std::size_t>(end - views_.begin()) - done;
    };
    while (done < count) {
      take_orders();
      if (look_ != nullptr && orders_.empty() && done == 0) look();
      const Timestamp last = views_[count - 1].at;
      if (barrier_ && *barrier_ <= last) {
        const std::size_t n = before(*barrier_);
        pass_barrier({views_.data() + done, n});
        carry_out(done, n);
        done += n;
      } else if (orders_.size() == kBatchMax && orders_.back().at <= last) {
        // More commands of the same moment may be in the ring: packets of that moment come after all of them.
        const std::size_t n = before(orders_.back().at);
        process({views_.data() + done, n}, orders_.back().at, orders_.size());
        carry_out(done, n);
        done += n;
      } else {
        const auto later = std::find_if(orders_.begin(), orders_.end(), [&](const Command& c) { return c.at > last; });
        process({views_.data() + done, count - done}, last, static_cast<std::size_t>(later - orders_.begin()));
        carry_out(done, count - done);
        done = count;
      }
    }
    carried_.not_sent += access_.flush() + core_.flush() + garden_.flush();
  }

  /// Fills buffers_ and views_; gives back what came from no port that it knows.
  std::size_t look_at(std::span<rte_mbuf*> burst) {
    for (rte_mbuf* m : burst) rte_prefetch0(rte_pktmbuf_mtod(m, void*));
    carried_.received += burst.size();
    std::optional<Timestamp> now;
    std::size_t count = 0;
    for (rte_mbuf* m : burst) {
      const std::optional<Direction> side = side_of(m->port);
      if (!side) {
        ++carried_.strange_port;
        give_back(m);
        continue;
      }
      std::optional<Timestamp> at = stamp_of(m);
      if (!at) {
        if (!now) now = clock_ ? clock_->now() : last_;
        at = now;
      }
      last_ = std::max(last_, *at);  // ports may disagree by a little; the engine's time never steps back
      buffers_[count] = m;
      views_[count] = {last_, octets_of(m, count), wire_length_of(m), *side};
      ++count;
    }
    return count;
  }

  [[nodiscard]] std::optional<Direction> side_of(std::uint16_t port) const {
    if (port == access_.port()) return Direction::upstream;
    if (port == core_.port()) return Direction::downstream;
    if (port == garden_.port()) return Direction::from_garden;
    return std::nullopt;
  }

  /// What the core looks at, in one piece: copied only where a driver scattered the headers over several buffers.
  std::span<const std::uint8_t> octets_of(const rte_mbuf* m, std::size_t index) {
    const std::size_t wanted = std::min<std::size_t>(m->pkt_len, kJudgedMost);
    if (m->data_len >= wanted) return {rte_pktmbuf_mtod(m, const std::uint8_t*), wanted};
    const void* octets = rte_pktmbuf_read(m, 0, static_cast<std::uint32_t>(wanted), gathered_[index].data());
    return {static_cast<const std::uint8_t*>(octets), wanted};
  }

  /// The engine's turn; the first `commands` of orders_ go with it. Verdicts stand in verdicts_ until the next.
  void process(std::span<const PacketView> packets, Timestamp now, std::size_t commands) {
    const Outcome outcome = engine_.process({now, packets, {orders_.data(), commands}});
    verdicts_ = outcome.verdicts;
    for (const Event& event : outcome.events) {
      if (!link_.report({Notice::Kind::event, event, {}, kNever})) ++carried_.notices_lost;
    }
    orders_.erase(orders_.begin(), orders_.begin() + static_cast<std::ptrdiff_t>(commands));
    if (packets.empty() || !link_.records_verdicts()) return;
    carried_.verdicts_lost += verdicts_.size() - link_.judged(verdicts_);
  }

  void carry_out(std::size_t first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      rte_mbuf* const m = buffers_[first + i];
      const PacketView& view = views_[first + i];
      switch (verdicts_[i].action) {
        case Action::pass:
          ++carried_.passed;
          (view.direction == Direction::upstream ? core_ : access_).add(m);
          break;
        case Action::garden:
          ++carried_.gardened;
          if (next_hop_) std::memcpy(rte_pktmbuf_mtod(m, void*), next_hop_->data(), next_hop_->size());
          garden_.add(m);
          break;
        case Action::drop:
          ++carried_.dropped;
          give_back(m);
          break;
        case Action::reject:
          reject(m, view);
          break;
      }
    }
  }

  /// The answer is written over the packet, which needs no further buffer.
  void reject(rte_mbuf* m, const PacketView& view) {
    const std::size_t octets = build_answer(view.frame.first(std::min(view.frame.size(), kJudgedOctets)), answer_);
    const std::size_t room = m->buf_len - std::min<std::size_t>(m->buf_len, RTE_PKTMBUF_HEADROOM);
    if (octets == 0 || octets > room || rte_mbuf_refcnt_read(m) != 1 || !RTE_MBUF_DIRECT(m)) {
      ++carried_.unanswered;
      give_back(m);
      return;
    }
    ++carried_.answered;
    if (m->next != nullptr) give_back(m->next);
    m->next = nullptr;
    m->nb_segs = 1;
    m->ol_flags = 0;
    m->data_off = RTE_PKTMBUF_HEADROOM;
    m->data_len = static_cast<std::uint16_t>(octets);
    m->pkt_len = static_cast<std::uint32_t>(octets);
    std::memcpy(rte_pktmbuf_mtod(m, void*), answer_.data(), octets);
    Outlet& back = view.direction == Direction::upstream     ? access_
                   : view.direction == Direction::downstream ? core_
                                                             : garden_;
    back.add(m);
  }

  Engine engine_;
  std::vector<PortQueue> inlets_;
  Outlet access_, core_, garden_;
  std::optional<std::array<std::uint8_t, 6>> next_hop_;
  ControlLink& link_;
  std::optional<TscClock> clock_;

  std::vector<Command> orders_;       ///< seen and not yet carried out; never more than kBatchMax
  std::optional<Timestamp> barrier_;  ///< comes after all of orders_
  Look* look_ = nullptr;              ///< likewise
  std::shared_ptr<const Feed> feed_;  ///< the engine's
  std::optional<Notice> owed_;        ///< found the lane up full
  bool stopping_ = false;

  Timestamp last_;
  std::array<rte_mbuf*, kBurst> buffers_{};
  std::array<PacketView, kBurst> views_{};
  std::span<const Verdict> verdicts_;
  std::array<std::array<std::uint8_t, kJudgedMost>, kBurst> gathered_{};
  std::array<std::uint8_t, kAnswerMax> answer_{};
  Carried carried_;
};

Worker::Worker(const Policy& policy, const Limits& limits, Seed seed, const Wiring& wiring, ControlLink& link,
               std::optional<TscClock> clock)
    : Worker(Engine(policy, limits, seed), wiring, link, clock) {}
Worker::Worker(Engine engine, const Wiring& wiring, ControlLink& link, std::optional<TscClock> clock)
    : loop_(std::make_unique<Loop>(std::move(engine), wiring, link, clock)) {}
Worker::~Worker() = default;

bool Worker::poll() noexcept { return loop_->poll(); }

void Worker::run(bool share_cpu) noexcept {
  constexpr unsigned kPatience = 64;  // idle turns before the CPU is given away
  for (unsigned idle = 0; !loop_->stopping();) {
    if (loop_->poll()) {
      idle = 0;
    } else if (++idle < kPatience || !share_cpu) {
      rte_pause();
    } else {
      sched_yield();
    }
  }
}

const Carried& Worker::carried() const noexcept { return loop_->carried(); }
const Engine& Worker::engine() const noexcept { return loop_->engine(); }

}  // namespace lazaret
