// Somebody's capture, record by record, as Ethernet frames with nanoseconds (libpcap inside).
// Ownership: owns the open file. A record's octets live until the next call. Threads: one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <variant>

#include "scenarios/run_directory.hpp"

namespace lazaret {

struct CaptureRecord {
  std::int64_t stamp_ns = 0;  ///< as in the file, far-off values clamped to +-2^61; may run backwards or be negative
  std::span<const std::uint8_t> frame;  ///< at most kJudgedMost
  std::uint32_t wire_length = 0;        ///< of the frame as Ethernet; >= frame.size()
  const char* skip = nullptr;           ///< why it is no frame (link_type, empty_frame, truncated_file, damaged_file)
};

class Capture {
 public:
  [[nodiscard]] static std::variant<Capture, Problem> open(const std::filesystem::path&);
  Capture(Capture&&) noexcept;
  ~Capture();

  /// False at the end. A record that the file ends in, or that is damaged, comes as a last one with `skip` and
  /// `damage()`.
  [[nodiscard]] bool next(CaptureRecord&);
  [[nodiscard]] const std::string& damage() const;
  [[nodiscard]] std::string link_type() const;

 private:
  struct Handle;
  explicit Capture(std::unique_ptr<Handle>);
  std::unique_ptr<Handle> handle_;
};

}  // namespace lazaret
