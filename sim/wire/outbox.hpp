// What one end of a connection has said and nobody has acknowledged yet: texts, and filler, which is counted instead of
// kept. Offsets are from the first octet still kept.
// Ownership: a value. Threads: one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lazaret {

class Outbox {
 public:
  void say(std::string_view text);
  void fill(std::uint64_t octets, char with);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// The first `octets` are acknowledged.
  void forget(std::uint64_t octets);
  /// Octets from `offset` on that lie together, `most` at most; empty where nothing is kept.
  [[nodiscard]] std::string_view piece(std::uint64_t offset, std::uint64_t most) const;

 private:
  struct Piece {
    std::uint64_t octets = 0;
    char with = 0;
    bool filler = false;
  };
  std::vector<Piece> pieces_;
  std::string texts_;
  std::uint64_t size_ = 0;
};

}  // namespace lazaret
