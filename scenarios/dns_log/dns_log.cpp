#include "scenarios/dns_log/dns_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

namespace lazaret {
namespace {

constexpr std::size_t kShownMax = 5, kShownOctets = 120;

constexpr std::array<std::string_view, 5> kCaptureMagics = {"\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", "\x4d\x3c\xb2\xa1",
                                                            "\xa1\xb2\x3c\x4d", "\x0a\x0d\x0d\x0a"};
bool begins_a_capture(std::string_view text) {
  return std::any_of(kCaptureMagics.begin(), kCaptureMagics.end(), [&](auto m) { return text.starts_with(m); });
}

/// What a file is that is no text, and the remedy.
std::string_view foreign_format(std::string_view text) {
  if (begins_a_capture(text)) return "is a compressed capture; decompress it first";
  if (text.substr(0, 64).find("protobuf:dnstap.Dnstap") != std::string_view::npos)
    return "is a dnstap file; turn it into text first: dnstap-read -y FILE > FILE.yaml";
  if (text.starts_with("\x28\xb5\x2f\xfd")) return "is compressed by zstd; decompress it first: zstd -d FILE";
  if (text.starts_with("\xfd\x37zXZ")) return "is compressed by xz; decompress it first: xz -d FILE";
  if (text.starts_with("BZh")) return "is compressed by bzip2; decompress it first: bzip2 -d FILE";
  return {};
}

/// A line as a terminal may show it.
std::string shown(std::string_view line) {
  std::string text(line.substr(0, kShownOctets));
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '?';
  return line.size() > kShownOctets ? text + "..." : text;
}

std::uint64_t entries_read(DnsLogFormat format, std::string_view text, const DnsLogTime& time) {
  constexpr std::size_t kTried = 400;
  const auto parser = make_dns_log_parser(format, time);
  std::vector<DnsLogEntry> entries;
  for (std::size_t lines = 0; lines < kTried && !text.empty(); ++lines) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    (void)parser->read(line, entries);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  (void)parser->end(entries);
  return entries.size();
}

/// Nothing when none reads anything.
std::optional<DnsLogFormat> detect(std::string_view text, const DnsLogTime& time) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::optional<DnsLogFormat> best;
  std::uint64_t most = 0;
  for (const auto& [format, name] : kDnsLogFormats) {
    const std::uint64_t read = entries_read(format, text, time);
    if (read > most) best = format, most = read;
  }
  return best;
}

std::string no_format(std::string_view text) {
  std::string names;
  for (const auto& [format, name] : kDnsLogFormats) names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  return fmt::format(
      "no question or answer can be read in its first lines in any of the formats {} (its first line: '{}'). Logs need "
      "time stamps (BIND: print-time yes). If it begins with other things, name its format with --format; else write a "
      "table of it: time,client,qname,qtype,rcode",
      names, shown(text.substr(0, text.find('\n'))));
}

}  // namespace

bool is_capture(const std::filesystem::path& path) {
  std::array<char, 4> magic{};
  std::ifstream file(path, std::ios::binary);
  return file.read(magic.data(), magic.size()) && begins_a_capture({magic.data(), magic.size()});
}

std::variant<DnsLog, Problem> DnsLog::open(const std::filesystem::path& path, const DnsLogOptions& options) {
  auto opened = LogFile::open(path);
  if (auto* problem = std::get_if<Problem>(&opened)) return std::move(*problem);
  auto& file = std::get<LogFile>(opened);
  const auto refuse = [&](std::string_view why) { return Problem{fmt::format("{}: {}", path.string(), why)}; };
  const std::string_view text = file.beginning();
  if (text.empty()) return refuse(file.damage().empty() ? "holds nothing" : file.damage());
  if (const std::string_view foreign = foreign_format(text); !foreign.empty()) return refuse(foreign);
  const DnsLogTime time{options.utc_offset_s, options.year, file.written_s()};
  const auto format = options.format ? options.format : detect(text, time);
  if (!format) return refuse(no_format(text));
  auto parser = make_dns_log_parser(*format, time);
  return DnsLog(std::move(file), *format, std::move(parser));
}

void DnsLog::count(std::string_view what, std::string_view line) {
  if (what == dns_log_line::kPart) return;
  ++counts_.records;
  if (what == dns_log_line::kRead) {
    ++counts_.read;
    return;
  }
  ++counts_.skipped[std::string(what)];
  if (is_unreadable(what) && counts_.unreadable.size() < kShownMax)
    counts_.unreadable.push_back({file_.line_number(), std::string(what), shown(line)});
}

bool DnsLog::next(DnsLogEntry& entry) {
  while (taken_ == ready_.size()) {
    if (ended_) return false;
    ready_.clear();
    taken_ = 0;
    std::string_view line;
    bool whole = true;
    if (!file_.next(line, whole)) {
      ended_ = true;
      counts_.damage = file_.damage();
      count(parser_->end(ready_), {});
    } else if (!whole) {
      count(dns_log_line::kTooLong, line);
    } else if (!line.empty()) {
      count(parser_->read(line, ready_), line);
    }
  }
  entry = std::move(ready_[taken_++]);
  return true;
}

}  // namespace lazaret
