#include "sim/world/home_router.hpp"

#include <gtest/gtest.h>
#include <ns3/simulator.h>

#include "tests/sim/frames.hpp"

namespace lazaret {
namespace {

using namespace testing;

constexpr IpAddress kPc = IpAddress::v4(0xc0a8'010a), kCamera = IpAddress::v4(0xc0a8'010d);
constexpr IpAddress kPublic = IpAddress::v4(0xc612'0001), kServer = IpAddress::v4(0x0808'0808);
constexpr IpAddress kPc6{0x2001'0db8'8000'0100, 7}, kServer6{0x2001'0db8'0100'0000, 1};

struct HomeRouterTest : ::testing::Test {
  HomeRouterTest() {
    home.account = {5};
    home.ipv4 = kPublic;
    home.ipv6 = Prefix{{0x2001'0db8'8000'0100, 0}, 56};
    home.devices = {{DeviceKind::pc, kPc, kPc6}, {DeviceKind::camera, kCamera, {}}};
    router = std::make_unique<HomeRouter>(home, 1, line.a());
    router->add_device(0, pc.b(), 0xa1, 0xb1);
    router->add_device(1, camera.b(), 0xa2, 0xb2);
    line.b().attach(outside);
    pc.a().attach(pc_in);
    camera.a().attach(camera_in);
  }
  ~HomeRouterTest() override { ns3::Simulator::Destroy(); }

  static void settle() {
    ns3::Simulator::Stop(ns3::Seconds(1));
    ns3::Simulator::Run();
  }
  static void wait(double s) {
    ns3::Simulator::Stop(ns3::Seconds(s));
    ns3::Simulator::Run();
  }
  Frame goes_out(const WireEnd& from, const Frame& frame) {
    outside.frames.clear();
    from.send(frame.packet());
    settle();
    EXPECT_EQ(outside.frames.size(), 1U);
    return outside.frames.empty() ? frame : outside.frames.front();
  }

  HomePlan home;
  Wire line{{100, 1, 100000}, {100, 1, 100000}}, pc{{100, 1, 100000}, {100, 1, 100000}},
      camera{{100, 1, 100000}, {100, 1, 100000}};
  std::unique_ptr<HomeRouter> router;
  Keeper outside, pc_in, camera_in;
};

TEST_F(HomeRouterTest, TcpGoesOutUnderThePublicAddressAndComesBack) {
  Frame out = goes_out(pc.a(), tcp_frame({kPc, kServer, 40000, 80, 0x02, 1, 0, {}}));
  EXPECT_EQ(get32(ip_of(out), 12), kPublic.as_v4());
  EXPECT_EQ(get32(ip_of(out), 16), kServer.as_v4());
  EXPECT_EQ(get16(body_of(out), 2), 80);
  EXPECT_EQ(ip_of(out)[8], 63) << "a router lowers the TTL";
  EXPECT_TRUE(checksums_right(out));

  const std::uint16_t mapped = get16(body_of(out), 0);
  line.b().send(tcp_frame({kServer, kPublic, 80, mapped, 0x12, 9, 2, {}}).packet());
  settle();
  ASSERT_EQ(pc_in.frames.size(), 1U);
  Frame back = pc_in.frames[0];
  EXPECT_EQ(get32(ip_of(back), 16), kPc.as_v4());
  EXPECT_EQ(get16(body_of(back), 2), 40000);
  EXPECT_TRUE(checksums_right(back));
  EXPECT_TRUE(camera_in.frames.empty());
}

TEST_F(HomeRouterTest, UdpKeepsOneMappingForAllDestinations) {
  Frame first = goes_out(pc.a(), udp_frame({kPc, kServer, 5000, 53, 0, 0, 0, "abc"}));
  Frame second = goes_out(pc.a(), udp_frame({kPc, IpAddress::v4(0x0909'0909), 5000, 53, 0, 0, 0, "abcd"}));
  EXPECT_EQ(get16(body_of(first), 0), get16(body_of(second), 0));
  EXPECT_TRUE(checksums_right(first));
  EXPECT_TRUE(checksums_right(second));
  EXPECT_EQ(router->mappings(), 1U);
}

TEST_F(HomeRouterTest, TwoDevicesWithTheSamePortAreKeptApart) {
  Frame a = goes_out(pc.a(), udp_frame({kPc, kServer, 5000, 53, 0, 0, 0, "a"}));
  Frame b = goes_out(camera.a(), udp_frame({kCamera, kServer, 5000, 53, 0, 0, 0, "b"}));
  ASSERT_NE(get16(body_of(a), 0), get16(body_of(b), 0));
  line.b().send(udp_frame({kServer, kPublic, 53, get16(body_of(b), 0), 0, 0, 0, "x"}).packet());
  settle();
  EXPECT_TRUE(pc_in.frames.empty());
  ASSERT_EQ(camera_in.frames.size(), 1U);
}

TEST_F(HomeRouterTest, WhatNobodyAskedForIsDropped) {
  line.b().send(tcp_frame({kServer, kPublic, 80, 4444, 0x02, 1, 0, {}}).packet());
  line.b().send(udp_frame({kServer, kPublic, 53, 4444, 0, 0, 0, "x"}).packet());
  line.b().send(udp_frame({kServer, kPc, 53, 4444, 0, 0, 0, "x"}).packet());
  settle();
  EXPECT_TRUE(pc_in.frames.empty());
  EXPECT_EQ(router->dropped(), 3U);
}

TEST_F(HomeRouterTest, AnIdleMappingEndsAndABusyOneDoesNot) {
  Frame out = goes_out(pc.a(), udp_frame({kPc, kServer, 5000, 53, 0, 0, 0, "a"}));
  const std::uint16_t mapped = get16(body_of(out), 0);
  wait(290);
  goes_out(pc.a(), udp_frame({kPc, kServer, 5000, 53, 0, 0, 0, "a"}));
  wait(290);
  line.b().send(udp_frame({kServer, kPublic, 53, mapped, 0, 0, 0, "x"}).packet());
  settle();
  EXPECT_EQ(pc_in.frames.size(), 1U) << "used within the time-out";
  wait(301);
  line.b().send(udp_frame({kServer, kPublic, 53, mapped, 0, 0, 0, "x"}).packet());
  settle();
  EXPECT_EQ(pc_in.frames.size(), 1U) << "idle for longer than the time-out";
}

TEST_F(HomeRouterTest, AnIcmpErrorFindsTheDeviceItsQuotedPacketCameFrom) {
  Frame out = goes_out(pc.a(), udp_frame({kPc, kServer, 5000, 443, 0, 0, 0, "quic"}));
  Frame error = ip_frame(kServer, kPublic, kProtocolIcmp, 8 + 28);
  const Octets icmp = body_of(error);
  icmp[0] = 3;
  icmp[1] = 13;
  std::copy_n(ip_of(out).begin(), 28, icmp.begin() + 8);
  finish_transport(ip_of(error));
  line.b().send(error.packet());
  settle();
  ASSERT_EQ(pc_in.frames.size(), 1U);
  Frame in = pc_in.frames[0];
  EXPECT_TRUE(checksums_right(in));
  EXPECT_EQ(get32(ip_of(in), 16), kPc.as_v4());
  const Octets quoted = body_of(in).subspan(8);
  EXPECT_EQ(get32(quoted, 12), kPc.as_v4());
  EXPECT_EQ(get16(quoted, 20), 5000);
}

TEST_F(HomeRouterTest, Ipv6IsForwardedAsItIs) {
  Frame out = goes_out(pc.a(), tcp_frame({kPc6, kServer6, 40000, 80, 0x02, 1, 0, {}}));
  EXPECT_EQ(get_v6(ip_of(out), 8), kPc6);
  EXPECT_EQ(ip_of(out)[7], 63);
  line.b().send(tcp_frame({kServer6, kPc6, 80, 40000, 0x12, 1, 2, {}}).packet());
  settle();
  ASSERT_EQ(pc_in.frames.size(), 1U);
  EXPECT_TRUE(checksums_right(pc_in.frames[0]));
}

TEST_F(HomeRouterTest, TruthRidesThroughTheRewrite) {
  Frame frame = tcp_frame({kPc, kServer, 40000, 25, 0x02, 1, 0, {}});
  frame.truth = Truthful{5, Behaviour::spam_bot};
  const Frame out = goes_out(pc.a(), frame);
  EXPECT_EQ(out.truth, frame.truth);
}

TEST_F(HomeRouterTest, FragmentsAreDropped) {
  Frame frame = udp_frame({kPc, kServer, 5000, 53, 0, 0, 0, "a"});
  put16(ip_of(frame), 6, 0x2000);
  finish_ipv4_header(ip_of(frame));
  pc.a().send(frame.packet());
  settle();
  EXPECT_TRUE(outside.frames.empty());
  EXPECT_EQ(router->dropped(), 1U);
}

}  // namespace
}  // namespace lazaret
