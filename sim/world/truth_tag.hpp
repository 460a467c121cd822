// Ground truth that rides on a packet as an ns-3 packet tag: who sent it and as part of what. It is no octet of the
// frame, so neither the core nor any box on the way can read it; only the in-line device does, after the verdict.
// Ownership: a value. Threads: none.
#pragma once

#include <ns3/tag.h>

#include <cstdint>

#include "sim/population/truth.hpp"

namespace lazaret {

class TruthTag : public ns3::Tag {
 public:
  TruthTag() = default;
  explicit TruthTag(Truthful truth) : truth_(truth) {}
  [[nodiscard]] Truthful truth() const { return truth_; }

  static ns3::TypeId GetTypeId();
  [[nodiscard]] ns3::TypeId GetInstanceTypeId() const override;
  [[nodiscard]] std::uint32_t GetSerializedSize() const override;
  void Serialize(ns3::TagBuffer) const override;
  void Deserialize(ns3::TagBuffer) override;
  void Print(std::ostream&) const override;

 private:
  Truthful truth_;
};

}  // namespace lazaret
