#include "scenarios/journal_writer.hpp"

#include <fmt/format.h>

#include <string>

#include "core/packet/decode.hpp"
#include "scenarios/journal_format.hpp"

namespace lazaret {
namespace {

using namespace journal;

template <typename Number>
void put(std::string& block, Number value) {
  block.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_option(std::string& body, std::uint16_t code, std::string_view value) {
  put(body, code);
  put(body, static_cast<std::uint16_t>(value.size()));
  body.append(value);
  body.resize((body.size() + 3) & ~std::size_t{3}, '\0');
}

void put_block(OutputFile& file, std::uint32_t type, const std::string& body) {
  const auto length = static_cast<std::uint32_t>(body.size() + 12);
  std::string block;
  put(block, type);
  put(block, length);
  block += body;
  put(block, length);
  file.write(block);
}

}  // namespace

JournalWriter::JournalWriter(OutputFile& file) : file_(file) {
  std::string section;
  put(section, kByteOrder);
  put(section, kVersionMajor);
  put(section, kVersionMinor);
  put(section, std::int64_t{-1});  // section length: not given
  put_option(section, kOptionApplication, "lazaret");
  put_option(section, kOptionEnd, "");
  put_block(file_, kSectionHeader, section);
  for (const std::string_view name : kInterfaces) {
    std::string interface;
    put(interface, kLinkEthernet);
    put(interface, std::uint16_t{0});
    put(interface, static_cast<std::uint32_t>(kJudgedMost));
    put_option(interface, kOptionIfName, name);
    put_option(interface, kOptionTsResolution, std::string_view(reinterpret_cast<const char*>(&kNanoseconds), 1));
    put_option(interface, kOptionEnd, "");
    put_block(file_, kInterface, interface);
  }
}

std::optional<Problem> JournalWriter::packet(const PacketView& p) {
  if (p.at < last_ || p.wire_length < p.frame.size())
    return Problem{fmt::format(
        "a packet of {} octets ({} on the wire) at {} ns after one at {} ns cannot be journalled: a bug in the "
        "world that sent it",
        p.frame.size(), p.wire_length, p.at.ns, last_.ns)};
  last_ = p.at;
  const auto captured = static_cast<std::uint32_t>(judged_octets(p.frame));
  const std::uint32_t length = kPacketOverhead + padded(captured);
  const auto stamp = static_cast<std::uint64_t>(p.at.ns);
  const PacketHead head{kEnhancedPacket,
                        length,
                        static_cast<std::uint32_t>(p.direction),
                        static_cast<std::uint32_t>(stamp >> 32),
                        static_cast<std::uint32_t>(stamp),
                        captured,
                        p.wire_length};
  file_.write(&head, sizeof head);
  file_.write(p.frame.data(), captured);
  file_.write("\0\0\0", padded(captured) - captured);
  file_.write(&length, sizeof length);
  return std::nullopt;
}

}  // namespace lazaret
