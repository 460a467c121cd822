// Which of several engines hear of a command.
#include "core/routing.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/leases.hpp"

namespace lazaret {
namespace {

/// Who was told, in order: "2" an engine, "0f" one that was told as of a foreign bind.
struct Switchboard {
  explicit Switchboard(unsigned n) : engines(n), steering(kEach, Seed{1}, n) {}
  std::string told(const Command& c) {
    std::string list;
    route(steering, engines, c, [&](unsigned engine, const Command& as) {
      if (!list.empty()) list += ' ';
      list += std::to_string(engine) + (as.foreign ? "f" : "");
      EXPECT_TRUE(as.kind == c.kind && as.account == c.account && as.line == c.line && as.prefix == c.prefix);
    });
    return list;
  }
  unsigned engines;
  Steering steering;
};

TEST(Routing, ACommandGoesToTheEngineOfItsAccount) {
  Switchboard s(3);
  EXPECT_EQ(s.told(of_kind(CommandKind::choose, 4)), "1");
  EXPECT_EQ(s.told(of_kind(CommandKind::report, 5)), "2");
  EXPECT_EQ(s.told(of_kind(CommandKind::choose, 0)), "0");
  EXPECT_EQ(s.told(bind(4, "192.0.2.1", kLine)), "1");
}

TEST(Routing, WhatConcernsAllGoesToAll) {
  Switchboard s(3);
  for (const CommandKind k :
       {CommandKind::popular, CommandKind::reset_fuse, CommandKind::stop_enforcement, CommandKind::resume_enforcement})
    EXPECT_EQ(s.told(of_kind(k)), "0 1 2");
}

TEST(Routing, ABindIsForeignToTheEnginesThatLoseByIt) {
  Switchboard s(3);
  EXPECT_EQ(s.told(bind(1, "192.0.2.1", kLine)), "1");
  EXPECT_EQ(s.told(bind(1, "192.0.2.1", kLine)), "1") << "its own";
  EXPECT_EQ(s.told(bind(4, "192.0.2.1", kLine)), "1") << "another account of the same engine";
  EXPECT_EQ(s.told(bind(2, "192.0.2.1", make_line(7, 2, 0))), "1f 2") << "the prefix moves";
  EXPECT_EQ(s.told(bind(3, "192.0.2.3", kLine)), "1f 0") << "the line moves";
  EXPECT_EQ(s.told(bind(5, "192.0.2.3", kLine)), "0f 2") << "both, from one engine: told once";
  EXPECT_EQ(s.told(bind(6, "192.0.2.6", make_line(7, 6, 0))), "0");
  EXPECT_EQ(s.told(bind(4, "192.0.2.6", kLine)), "0f 2f 1") << "the prefix from one engine, the line from another";
  EXPECT_EQ(s.told(bind(5, "192.0.2.5", {})), "2") << "nobody owns line 0";
  EXPECT_EQ(s.told(bind(7, "192.0.2.7", {})), "1");
}

TEST(Routing, AReleaseGoesToTheHoldersEngineWhateverAccountItNames) {
  Switchboard s(3);
  s.told(bind(2, "192.0.2.1", kLine));
  Command c = bind(4, "192.0.2.1");
  c.kind = CommandKind::release;
  EXPECT_EQ(s.told(c), "2");
  EXPECT_EQ(s.told(c), "0") << "held by nobody now";
  EXPECT_EQ(s.told(bind(4, "192.0.2.1")), "1");
}

TEST(Routing, ABindThatIsIgnoredTakesNothing) {
  Switchboard s(3);
  s.told(bind(1, "192.0.2.1", kLine));
  EXPECT_EQ(s.told(bind(0, "192.0.2.1", kLine)), "0");
  EXPECT_EQ(s.told(bind(2, "192.0.2.1", kLine, 0)), "2");
  EXPECT_EQ(s.told(bind(2, "192.0.2.1", kLine, 129)), "2");
  EXPECT_EQ(s.steering.holder(kLine), AccountId{1});
}

TEST(Routing, ThereIsRoomForAllEnginesTogether) {
  constexpr Limits each{.accounts = 4, .bindings = 8, .other_prefixes = 2, .events = 100};
  Steering steering(together(each, 3), Seed{1}, 3);
  for (std::uint32_t a = 1; a <= 12; ++a) {
    route(steering, 3, bind(a, "192.0.2." + std::to_string(a), make_line(7, static_cast<std::uint16_t>(a), 0)),
          [](unsigned, const Command&) {});
    EXPECT_EQ(steering.holder(make_line(7, static_cast<std::uint16_t>(a), 0)), AccountId{a});
  }
}

}  // namespace
}  // namespace lazaret
