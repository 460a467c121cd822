#include "sim/wire/outbox.hpp"

#include <algorithm>
#include <vector>

namespace lazaret {
namespace {

constexpr std::size_t kFillerOctets = 16384;

std::string_view filler(char with, std::uint64_t octets) {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> made;
    for (unsigned c = 0; c < 128; ++c) made.emplace_back(kFillerOctets, static_cast<char>(c));
    return made;
  }();
  return std::string_view(all[static_cast<unsigned char>(with) % 128]).substr(0, octets);
}

}  // namespace

void Outbox::say(std::string_view text) {
  if (text.empty()) return;
  texts_ += text;
  size_ += text.size();
  if (!pieces_.empty() && !pieces_.back().filler)
    pieces_.back().octets += text.size();
  else
    pieces_.push_back({text.size(), 0, false});
}

void Outbox::fill(std::uint64_t octets, char with) {
  if (octets == 0) return;
  pieces_.push_back({octets, with, true});
  size_ += octets;
}

void Outbox::forget(std::uint64_t octets) {
  size_ -= octets;
  std::size_t gone = 0, texts = 0;
  for (; gone < pieces_.size() && octets > 0; ++gone) {
    Piece& piece = pieces_[gone];
    const std::uint64_t part = std::min(octets, piece.octets);
    if (!piece.filler) texts += part;
    octets -= part;
    piece.octets -= part;
    if (piece.octets > 0) break;
  }
  pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(gone));
  texts_.erase(0, texts);
}

std::string_view Outbox::piece(std::uint64_t offset, std::uint64_t most) const {
  std::uint64_t text = 0;
  for (const Piece& p : pieces_) {
    if (offset < p.octets) {
      const std::uint64_t octets = std::min(most, p.octets - offset);
      return p.filler ? filler(p.with, octets) : std::string_view(texts_).substr(text + offset, octets);
    }
    offset -= p.octets;
    if (!p.filler) text += p.octets;
  }
  return {};
}

}  // namespace lazaret
