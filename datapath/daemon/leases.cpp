#include "datapath/daemon/leases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>
#include <string>

namespace lazaret::daemon {
namespace {

constexpr std::uint16_t kLastVlan = 4094;  // IEEE 802.1Q

template <typename T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<std::uint16_t> vlan(std::string_view text) {
  const auto id = number<std::uint16_t>(text);
  return id && *id >= 1 && *id <= kLastVlan ? id : std::nullopt;
}

/// Or what is wrong with the line.
std::variant<Lease, std::string> lease_of(const std::vector<std::string>& words) {
  if (words.size() < 2 || words.size() > 3)
    return fmt::format("'PREFIX ACCOUNT [LINE]' is wanted, such as '203.0.113.7 17 100.7'; there are {} words",
                       words.size());
  Lease lease;
  const auto prefix = parse_prefix(words[0]);
  if (!prefix || prefix->length == 0) return fmt::format("'{}' is no address or prefix", words[0]);
  lease.prefix = {truncate(prefix->address, prefix->length), prefix->length};
  const auto account = number<std::uint32_t>(words[1]);
  if (!account || *account == 0)
    return fmt::format("'{}' is no account: a number from 1 to 4294967295 is wanted", words[1]);
  lease.account = {*account};
  if (words.size() < 3) return lease;
  const auto line = parse_line(words[2]);
  if (!line)
    return fmt::format("'{}' is no access line: S-VLAN.C-VLAN or one VLAN is wanted, from 1 to 4094", words[2]);
  lease.line = *line;
  return lease;
}

}  // namespace

std::optional<LineId> parse_line(std::string_view text) {
  const std::size_t dot = text.find('.');
  const auto inner = vlan(dot == text.npos ? text : text.substr(dot + 1));
  const auto outer = dot == text.npos ? std::optional<std::uint16_t>(0) : vlan(text.substr(0, dot));
  return inner && outer ? std::optional(make_line(*outer, *inner, 0)) : std::nullopt;
}

std::variant<std::vector<Lease>, Problem> read_leases(const std::string& text, const std::string& file,
                                                      const Limits& limits) {
  std::vector<Lease> leases;
  std::istringstream lines(text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::istringstream rest(line.substr(0, line.find('#')));
    std::vector<std::string> words;
    for (std::string word; rest >> word;) words.push_back(word);
    if (words.empty()) continue;
    const auto lease = lease_of(words);
    if (const auto* wrong = std::get_if<std::string>(&lease))
      return Problem{fmt::format("{}:{}: {}", file, number, *wrong)};
    leases.push_back(std::get<Lease>(lease));
  }
  std::sort(leases.begin(), leases.end());
  const auto twice = std::adjacent_find(leases.begin(), leases.end(),
                                        [](const Lease& a, const Lease& b) { return a.prefix == b.prefix; });
  if (twice != leases.end())
    return Problem{fmt::format("{}: {} stands there twice; keep one", file, to_text(twice->prefix))};
  std::set<AccountId> accounts;
  for (const Lease& l : leases) accounts.insert(l.account);
  if (leases.size() > limits.bindings || accounts.size() > limits.accounts)
    return Problem{
        fmt::format("{}: {} leases of {} accounts; 'bindings' and 'accounts' of the configuration leave room "
                    "for {} and {}",
                    file, leases.size(), accounts.size(), limits.bindings, limits.accounts)};
  return leases;
}

}  // namespace lazaret::daemon
