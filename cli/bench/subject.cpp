#include "cli/bench/subject.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

#include "core/packet/decode.hpp"

namespace lazaret::bench {
namespace {

constexpr std::size_t kScannersAtOnce = kBurst / 2;
/// Far more first contacts than any policy needs: an account that is still free after them will stay so.
constexpr unsigned kContactsMax = 256;

constexpr Remote kVictims{112U << 24, 0, 0xff'ffff};
constexpr FrameSpec kTelnet{.direction = Direction::upstream, .tcp_flags = kSyn, .remote_port = 23, .remote = kVictims};
constexpr FrameSpec kRefusal{
    .direction = Direction::downstream, .tcp_flags = kRst | kAck, .remote_port = 23, .remote = kVictims};

constexpr AccountId id_of(std::uint32_t account) { return {account + 1}; }

/// True for `percent` in a hundred accounts, spread evenly; whoever is chosen for 1 is chosen for 20 too.
constexpr bool chosen(std::uint32_t account, unsigned percent) { return account * 61ULL % 100 < percent; }

Command command(Timestamp at, CommandKind kind, std::uint32_t account) {
  Command c;
  c.at = at;
  c.kind = kind;
  c.account = id_of(account);
  return c;
}

}  // namespace

Subject::Subject(std::uint32_t accounts)
    : accounts_(accounts),
      engine_(bench_policy(), {.accounts = accounts, .bindings = accounts, .events = 1024}, Seed{1}) {
  bind_all();
}

void Subject::bind_all() {
  std::vector<Command> commands;
  const auto give = [&] {
    static_cast<void>(engine_.process({now_, {}, commands}));
    commands.clear();
  };
  commands.reserve(kBatchMax);
  for (std::uint32_t account = 0; account < accounts_; ++account) {
    Command c = command(now_, CommandKind::bind, account);
    c.prefix = {IpAddress::v4(kPoolV4 + account), 128};
    commands.push_back(c);
    if (account < accounts_ / 2) {
      c.prefix = {{kPoolV6 | std::uint64_t{account} << 8, 0}, 56};
      commands.push_back(c);
    }
    if (commands.size() + 2 > kBatchMax) give();
  }
  give();
  if (const auto refused = engine_.counters().bindings_refused; refused > 0)
    throw std::runtime_error(fmt::format("the engine refused {} bindings of {} accounts", refused, accounts_));
}

void Subject::quarantine(unsigned percent) {
  rest();
  std::vector<std::uint32_t> scanners;
  for (std::uint32_t account = 0; account < accounts_; ++account) {
    if (!chosen(account, percent) || engine_.status(id_of(account), now_).state == State::quarantined) continue;
    scanners.push_back(account);
    if (scanners.size() < kScannersAtOnce) continue;
    scan_until_quarantined(scanners);
    scanners.clear();
  }
  if (!scanners.empty()) scan_until_quarantined(scanners);
  rest();  // web sessions of before have drained
}

void Subject::scan_until_quarantined(std::span<const std::uint32_t> accounts) {
  static const Frame kSynFrame = make_frame(kTelnet), kRstFrame = make_frame(kRefusal);
  std::vector<Command> approvals;
  std::vector<Command> next;
  std::array<PacketView, kBurst> packets;
  std::size_t done = 0;
  for (unsigned round = 0; round < kContactsMax && done < accounts.size(); ++round) {
    std::size_t count = 0;
    for (const Frame* frame : {&kSynFrame, &kRstFrame}) {
      for (const std::uint32_t account : accounts) {
        std::uint8_t* buffer = port_.buffer();
        copy_frame(*frame, account, draw(std::uint64_t{round} * kAccountsMax + account), buffer);
        packets[count++] = {now_, {buffer, frame->held}, frame->wire_length, frame->direction};
      }
    }
    const Outcome outcome = engine_.process({now_, std::span(packets).first(count), approvals});
    now_ = now_ + milliseconds(1);
    next.clear();
    for (const Event& e : outcome.events) {
      if (e.kind == EventKind::quarantined) ++done;
      if (e.kind != EventKind::quarantine_proposed) continue;
      next.push_back(command(now_, CommandKind::approve, e.account.value - 1));
      next.back().issuer = Issuer::conductor;
    }
    approvals.swap(next);
  }
  if (done < accounts.size())
    throw std::runtime_error(fmt::format("{} of {} scanners were not quarantined after {} refused contacts each",
                                         accounts.size() - done, accounts.size(), kContactsMax));
  quarantined_ += static_cast<std::uint32_t>(done);
}

void Subject::rest() {
  now_ = now_ + seconds(600);
  static_cast<void>(engine_.process({now_, {}, {}}));
}

}  // namespace lazaret::bench
