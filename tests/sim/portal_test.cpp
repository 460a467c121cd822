#include "sim/dialogue/portal.hpp"

#include <gmock/gmock.h>
#include <ns3/simulator.h>

#include "sim/dialogue/http.hpp"
#include "sim/population/intent.hpp"
#include "sim/world/portal_link.hpp"
#include "sim/world/stack_machine.hpp"
#include "sim/world/tcp_link.hpp"

namespace lazaret {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Plan one_home() {
  Plan plan;
  HomePlan home;
  home.account = {9};
  home.ipv4 = IpAddress::v4(0xc612'0009);
  home.ipv6 = Prefix{{0x2001'0db8'8000'0900, 0}, 56};
  home.s_vlan = 100;
  home.c_vlan = 10;
  plan.homes.push_back(home);
  return plan;
}

constexpr IpAddress kClient6{0x2001'0db8'8000'0900, 5};

// A subscriber's host on one side, the portal on the other, and nothing but the portal's link between them.
struct PortalTest : ::testing::Test {
  PortalTest()
      : lines(plan),
        portal_host(
            make_host({IpAddress::v4(0xc000'02c8), IpAddress{0x2001'0db8'0001'0000, 200}, true}, garden.b(), 3, 4)),
        client(make_host({plan.homes[0].ipv4, kClient6, false}, access.a(), 1, 2)),
        link(lines, garden.a(), 3, [this](const FramePtr& frame) { back(frame); }),
        machine(portal_host),
        portal(machine,
               PortalDesk{[this](IpAddress a) {
                            const SubscriberLine* line = lines.find(a);
                            return line != nullptr ? line->account : kNobody;
                          },
                          [this](AccountId) { return status; },
                          [this](AccountId a, Choice c) { chosen.emplace_back(a.value, c); }},
               Policy{}) {
    configure_stacks();
    towards.test = this;
    access.b().attach(towards);
    status.state = State::quarantined;
    status.later_left = 2;
  }
  ~PortalTest() override { ns3::Simulator::Destroy(); }

  struct Towards : FrameSink {
    PortalTest* test = nullptr;
    void receive(FramePtr packet) override {
      Frame frame = *Frame::take(packet);
      push_tags(frame, 100, 10);
      test->link.receive(frame.packet());
    }
  };
  void back(const FramePtr& packet) {
    Frame frame = *Frame::take(packet);
    std::uint16_t s = 0, c = 0;
    ASSERT_TRUE(pop_tags(frame, s, c));
    EXPECT_EQ(s, 100);
    EXPECT_EQ(c, 10);
    access.b().send(frame.packet());
  }
  std::string get(IpAddress from_whatever_server, const std::string& path) {
    std::string received;
    std::shared_ptr<Link> tcp;
    tcp = TcpLink::connect(client, next_port++, from_whatever_server, 80, {9, Behaviour::web},
                           {[&] { tcp->send(http_request("www.example", path)); },
                            [&](std::string_view octets) { received += octets; }, [&](LinkEnd) { tcp->close(); }});
    ns3::Simulator::Stop(ns3::Seconds(20));
    ns3::Simulator::Run();
    tcp->drop();
    return received;
  }

  Plan plan = one_home();
  Wire access{{100, 1, 100000}, {100, 1, 100000}}, garden{{100, 1, 100000}, {100, 1, 100000}};
  SubscriberLines lines;
  Host portal_host, client;
  PortalLink link;
  AccountStatus status;
  std::vector<std::pair<std::uint32_t, Choice>> chosen;
  StackMachine machine;
  Portal portal;
  Towards towards;
  std::uint16_t next_port = 40000;
};

TEST_F(PortalTest, ItAnswersForAnyAddressOfBothFamilies) {
  for (const IpAddress server :
       {IpAddress::v4(0x0102'0304), IpAddress::v4(0xcb00'7105), IpAddress{0x2a00'0000'0000'0001, 2}}) {
    const std::string answer = get(server, "/whatever");
    const auto response = parse_response(answer);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
    for (const Choice choice : {Choice::now, Choice::later, Choice::already})
      EXPECT_THAT(answer, HasSubstr("href=\"" + choice_path(choice) + '"'));
  }
}

TEST_F(PortalTest, AChoiceReachesTheDeskWithTheAccountOfTheLine) {
  EXPECT_THAT(get(IpAddress::v4(0x0102'0304), "/choose/later"), HasSubstr("200 OK"));
  EXPECT_THAT(get({0x2a00'0000'0000'0001, 2}, "/choose/now"), HasSubstr("200 OK"));
  EXPECT_THAT(chosen, ElementsAre(std::pair(9U, Choice::later), std::pair(9U, Choice::now)));
}

TEST_F(PortalTest, LaterIsNoLongerOfferedOnceItRanOut) {
  status.later_left = 0;
  EXPECT_THAT(portal.answer({9}, "/"), Not(HasSubstr("/choose/later")));
  EXPECT_THAT(portal.answer({9}, "/choose/later"), HasSubstr("409"));
  EXPECT_TRUE(chosen.empty());
}

TEST_F(PortalTest, AlreadyIsNoLongerOfferedAfterManyQuarantines) {
  status.history = static_cast<std::uint8_t>(Policy{}.quarantine_self_releases);
  EXPECT_THAT(portal.answer({9}, "/"), HasSubstr("/choose/already"));
  ++status.history;
  EXPECT_THAT(portal.answer({9}, "/"), AllOf(Not(HasSubstr("/choose/already")), HasSubstr("/choose/now")));
  EXPECT_THAT(portal.answer({9}, "/choose/already"), HasSubstr("409"));
  status.state = State::remediating;
  status.later_left = 0;
  EXPECT_THAT(portal.answer({9}, "/"), AllOf(HasSubstr("503"), HasSubstr("call us")))
      << "restricted, nothing to choose";
  EXPECT_TRUE(chosen.empty());
}

TEST_F(PortalTest, WhoIsNotRestrictedHasNothingToChoose) {
  status.state = State::clear;
  EXPECT_THAT(portal.answer({9}, "/"), Not(HasSubstr("/choose/")));
  EXPECT_THAT(portal.answer({9}, "/choose/now"), HasSubstr("409"));
  status.state = State::quarantined;
  EXPECT_THAT(portal.answer(kNobody, "/choose/now"), HasSubstr("409"));
  EXPECT_TRUE(chosen.empty());
}

}  // namespace
}  // namespace lazaret
