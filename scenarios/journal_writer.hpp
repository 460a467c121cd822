// The wire of a run as pcapng. No host name, no date: the same run gives the same octets.
// Ownership: borrows the file. Threads: one.
#pragma once

#include <optional>

#include "core/packet/view.hpp"
#include "scenarios/output_file.hpp"

namespace lazaret {

class JournalWriter {
 public:
  /// Writes the section and its interfaces.
  explicit JournalWriter(OutputFile& file);
  /// REQUIRES stamps that never decrease and wire_length >= frame.size(). What a world does otherwise is a bug in it:
  /// the packet is not written, and the problem is returned.
  [[nodiscard]] std::optional<Problem> packet(const PacketView&);

 private:
  OutputFile& file_;
  Timestamp last_{0};
};

}  // namespace lazaret
