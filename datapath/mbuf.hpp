// What this room writes into DPDK's packet buffers beside the octets: the nanosecond stamp (DPDK's own dynamic field)
// and, where a capture had cut the frame, its length on the wire. The one header here that includes DPDK's: for sources
// only. Ownership: none. Threads: a buffer belongs to one thread at a time.
#pragma once

#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>

#include <cstdint>
#include <optional>

#include "core/time.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret {

/// Where the dynamic fields lie; registered once by start_eal().
struct MbufMarks {
  int stamp = -1, wire_length = -1;
  std::uint64_t has_stamp = 0, has_wire_length = 0;
};
inline MbufMarks mbuf_marks;
[[nodiscard]] std::optional<Problem> register_mbuf_marks();

inline void set_stamp(rte_mbuf* m, Timestamp at) {
  *RTE_MBUF_DYNFIELD(m, mbuf_marks.stamp, rte_mbuf_timestamp_t*) = static_cast<rte_mbuf_timestamp_t>(at.ns);
  m->ol_flags |= mbuf_marks.has_stamp;
}
inline std::optional<Timestamp> stamp_of(const rte_mbuf* m) {
  if ((m->ol_flags & mbuf_marks.has_stamp) == 0) return std::nullopt;
  return Timestamp{static_cast<std::int64_t>(*RTE_MBUF_DYNFIELD(m, mbuf_marks.stamp, const rte_mbuf_timestamp_t*))};
}

inline void set_wire_length(rte_mbuf* m, std::uint32_t octets) {
  *RTE_MBUF_DYNFIELD(m, mbuf_marks.wire_length, std::uint32_t*) = octets;
  m->ol_flags |= mbuf_marks.has_wire_length;
}
inline std::uint32_t wire_length_of(const rte_mbuf* m) {
  if ((m->ol_flags & mbuf_marks.has_wire_length) == 0) return m->pkt_len;
  return *RTE_MBUF_DYNFIELD(m, mbuf_marks.wire_length, const std::uint32_t*);
}

/// What the thread sanitizer knows a port's queue by (datapath/handover.hpp).
constexpr unsigned kQueuesMax = 16;
inline char rx_tokens[RTE_MAX_ETHPORTS][kQueuesMax], tx_tokens[RTE_MAX_ETHPORTS][kQueuesMax];

}  // namespace lazaret
