#include "sim/world/truth_tag.hpp"

#include <ostream>

namespace lazaret {

ns3::TypeId TruthTag::GetTypeId() {
  static const ns3::TypeId id = ns3::TypeId("lazaret::TruthTag").SetParent<ns3::Tag>().AddConstructor<TruthTag>();
  return id;
}
ns3::TypeId TruthTag::GetInstanceTypeId() const { return GetTypeId(); }
std::uint32_t TruthTag::GetSerializedSize() const { return 5; }
void TruthTag::Serialize(ns3::TagBuffer buffer) const {
  buffer.WriteU32(truth_.account);
  buffer.WriteU8(static_cast<std::uint8_t>(truth_.behaviour));
}
void TruthTag::Deserialize(ns3::TagBuffer buffer) {
  truth_.account = buffer.ReadU32();
  truth_.behaviour = static_cast<Behaviour>(buffer.ReadU8());
}
void TruthTag::Print(std::ostream& out) const { out << truth_.account << ' ' << name_of(truth_.behaviour); }

}  // namespace lazaret
