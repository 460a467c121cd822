#include "sim/world/wire.hpp"

#include <gtest/gtest.h>
#include <ns3/simulator.h>

#include <vector>

namespace lazaret {
namespace {

struct Arrivals : FrameSink {
  void receive(FramePtr frame) override {
    at_ns.push_back(ns3::Simulator::Now().GetNanoSeconds());
    sizes.push_back(frame->GetSize());
  }
  std::vector<std::int64_t> at_ns;
  std::vector<std::uint32_t> sizes;
};

struct WireTest : ::testing::Test {
  ~WireTest() override { ns3::Simulator::Destroy(); }
  static void run() { ns3::Simulator::Run(); }
};

TEST_F(WireTest, AFrameTakesItsSerializationAndTheDelay) {
  Wire wire({8, 2, 10000}, {80, 1, 10000});
  Arrivals a, b;
  wire.a().attach(a);
  wire.b().attach(b);
  wire.a().send(ns3::Create<ns3::Packet>(976));  // with framing 1000 octets: 1 ms at 8 Mbit/s
  wire.b().send(ns3::Create<ns3::Packet>(976));  // 0.1 ms at 80 Mbit/s
  run();
  EXPECT_EQ(b.at_ns, (std::vector<std::int64_t>{3'000'000}));
  EXPECT_EQ(a.at_ns, (std::vector<std::int64_t>{1'100'000}));
}

TEST_F(WireTest, FramesQueueInOrderOneBehindTheOther) {
  Wire wire({8, 0, 100000}, {8, 0, 100000});
  Arrivals b;
  wire.b().attach(b);
  for (const std::uint32_t size : {976U, 476U, 226U}) wire.a().send(ns3::Create<ns3::Packet>(size));
  run();
  EXPECT_EQ(b.at_ns, (std::vector<std::int64_t>{1'000'000, 1'500'000, 1'750'000}));
  EXPECT_EQ(b.sizes, (std::vector<std::uint32_t>{976, 476, 226}));
}

TEST_F(WireTest, WhatDoesNotFitTheQueueIsLostAndCounted) {
  Wire wire({8, 0, 2500}, {8, 0, 2500});
  Arrivals b;
  wire.b().attach(b);
  for (int i = 0; i < 10; ++i) wire.a().send(ns3::Create<ns3::Packet>(976));
  run();
  EXPECT_EQ(b.at_ns.size(), 3U);
  EXPECT_EQ(wire.lost(), 7U);
}

TEST_F(WireTest, AWireThatNobodyHearsLosesFrames) {
  Wire wire({8, 0, 2500}, {8, 0, 2500});
  wire.a().send(ns3::Create<ns3::Packet>(100));
  run();
  EXPECT_EQ(wire.lost(), 1U);
}

}  // namespace
}  // namespace lazaret
