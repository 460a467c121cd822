#include "tests/tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <regex>
#include <set>

namespace lazaret::tidy {
namespace {

const std::map<std::string, std::set<std::string, std::less<>>, std::less<>>& arrows() {
  static const std::map<std::string, std::set<std::string, std::less<>>, std::less<>> kArrows = {
      {"core", {"core"}},
      {"scenarios", {"core", "scenarios"}},
      {"sim", {"core", "scenarios", "sim"}},
      {"datapath", {"core", "scenarios", "datapath"}},
      {"analysis", {"core", "scenarios", "analysis"}},
      {"cli", {"core", "scenarios", "sim", "datapath", "analysis", "cli"}},
      {"tests", {"core", "scenarios", "sim", "datapath", "analysis", "cli", "tests"}},
  };
  return kArrows;
}

bool starts_with_any(std::string_view path, std::initializer_list<std::string_view> rooms) {
  return std::any_of(rooms.begin(), rooms.end(), [&](std::string_view room) { return path.starts_with(room); });
}

bool may_see_ns3(const SourceFile& file) { return starts_with_any(file.path, {"sim/", "tests/sim/"}); }
bool may_see_dpdk(const SourceFile& file) { return starts_with_any(file.path, {"datapath/", "tests/datapath/"}); }

std::string first_directory(std::string_view include) { return std::string(include.substr(0, include.find('/'))); }

void check_cmake_arrows(const SourceFile& file, std::vector<Finding>& found) {
  static const std::regex kNs3(R"(ns3::|find_package\(ns3)"), kDpdk(R"(libdpdk|DPDK::|PkgConfig::DPDK)");
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string code = file.lines[i].substr(0, file.lines[i].find('#'));
    if (code.find("option(") != std::string::npos) continue;  // options are described by what they need
    if (!may_see_ns3(file) && std::regex_search(code, kNs3))
      found.push_back({file.path, i + 1, "ns-3 outside of sim/"});
    if (!may_see_dpdk(file) && std::regex_search(code, kDpdk)) {
      found.push_back({file.path, i + 1, "DPDK outside of datapath/"});
    }
  }
}

}  // namespace

std::string to_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.file + ":" + std::to_string(finding.line) + ": " + finding.what + "\n";
  }
  return text;
}

std::vector<Finding> check_arrows(const SourceFile& file) {
  std::vector<Finding> found;
  if (file.is_cmake()) check_cmake_arrows(file, found);
  const auto allowed = arrows().find(file.room());
  if (!file.is_cpp() || allowed == arrows().end()) return found;

  static const std::regex kInclude(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  bool saw_sim = false, saw_datapath = false;
  const std::vector<std::string> lines = code_only(file);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::smatch match;
    if (!std::regex_search(lines[i], match, kInclude)) continue;
    const std::string path = match[2];
    const std::string from = first_directory(path);
    if (from == "ns3" && !may_see_ns3(file)) found.push_back({file.path, i + 1, "ns-3 outside of sim/: " + path});
    if (path.starts_with("rte_") && !may_see_dpdk(file)) {
      found.push_back({file.path, i + 1, "DPDK outside of datapath/: " + path});
    }
    if (arrows().contains(from)) {
      if (!allowed->second.contains(from))
        found.push_back({file.path, i + 1, allowed->first + "/ may not see " + path});
      saw_sim |= from == "sim";
      saw_datapath |= from == "datapath";
    } else if (match[1] == "\"" && from != "ns3") {
      found.push_back({file.path, i + 1, "an include path starts at the repository root: " + path});
    }
  }
  if (saw_sim && saw_datapath) found.push_back({file.path, 0, "sim/ and datapath/ never meet"});
  return found;
}

std::vector<Finding> check_purity(const SourceFile& file) {
  std::vector<Finding> found;
  if (file.room() != "core" || !file.is_cpp()) return found;
  static const std::set<std::string> kBannedHeaders = {"thread",    "mutex",   "shared_mutex", "condition_variable",
                                                       "future",    "atomic",  "stop_token",   "semaphore",
                                                       "latch",     "barrier", "chrono",       "ctime",
                                                       "time.h",    "random",  "iostream",     "fstream",
                                                       "cstdio",    "stdio.h", "filesystem",   "syncstream",
                                                       "unistd.h",  "fcntl.h", "sys/time.h",   "sys/mman.h",
                                                       "regex",     "locale",  "signal.h",     "csignal",
                                                       "pthread.h", "netdb.h", "sys/socket.h", "functional"};
  struct Ban {
    std::regex pattern;
    const char* what;
  };
  // A name after '.', '->' or another scope is somebody's member, not the C library's function.
  static const std::string kFree = R"((^|[^\w.>:]|[^:\w]::|std::))";
  static const std::array<Ban, 7> kBans = {{
      {std::regex(R"(\b[fs]?n?printf\s*\(|\bstd::(cout|cerr|clog|cin)\b|\bputs\s*\()"), "input and output"},
      {std::regex(R"(\b(secure_)?getenv\s*\()"), "the environment"},
      {std::regex(kFree + R"((time|clock|localtime|gmtime|nanosleep|sleep|usleep)\s*\()"), "the wall clock"},
      {std::regex(R"(\b(gettimeofday|clock_gettime|system_clock|steady_clock|high_resolution_clock|__rdtsc|rdtsc)\b)"),
       "the wall clock"},
      {std::regex(kFree + R"((rand|srand|random|drand48|getrandom)\s*\(|\brandom_device\b|\bmt19937)"), "randomness"},
      {std::regex(R"(\bthread_local\b|\bstd::(thread|jthread|mutex|atomic)\b|\bpthread_)"), "threads"},
      {std::regex(R"(\bstd::function\b|\bdynamic_cast\b|\btypeid\b|\bvirtual\b)"), "dispatch at run time"},
  }};
  static const std::regex kInclude(R"(^\s*#\s*include\s*<([^>]+)>)");
  const std::vector<std::string> lines = code_only(file);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::smatch match;
    if (std::regex_search(lines[i], match, kInclude)) {
      if (kBannedHeaders.contains(match[1]))
        found.push_back({file.path, i + 1, "banned in core/: <" + match[1].str() + ">"});
      continue;
    }
    for (const Ban& ban : kBans) {
      if (std::regex_search(lines[i], ban.pattern)) {
        found.push_back({file.path, i + 1, std::string("banned in core/, ") + ban.what + ": " + file.lines[i]});
      }
    }
  }
  return found;
}

std::vector<Finding> check_header(const SourceFile& file) {
  std::vector<Finding> found;
  if (!file.is_header()) return found;
  if (file.lines.empty() || !file.lines[0].starts_with("// ")) {
    found.push_back({file.path, 1, "a header opens with a comment: purpose, ownership, threads"});
  }
  // In the opening comment, or above the class that it is about.
  static const std::regex kOwnership(R"(//.*\b(ownership|owns|owned)\b)", std::regex::icase),
      kThreads(R"(//.*\bthreads?\b)", std::regex::icase);
  const auto says = [&](const std::regex& word) {
    return std::any_of(file.lines.begin(), file.lines.end(),
                       [&](const std::string& line) { return std::regex_search(line, word); });
  };
  const bool of_a_test = file.room() == "tests";  // owned by its test, which is one thread
  if (!of_a_test && !says(kOwnership))
    found.push_back({file.path, 1, "no comment says who owns what ('Ownership: ...')"});
  if (!of_a_test && !says(kThreads))
    found.push_back({file.path, 1, "no comment says which threads may use it ('Threads: ...')"});
  if (std::find(file.lines.begin(), file.lines.end(), "#pragma once") == file.lines.end()) {
    found.push_back({file.path, 1, "no #pragma once"});
  }
  return found;
}

std::vector<Finding> check_text(const SourceFile& file) {
  std::vector<Finding> found;
  // Put together here, so that this file does not find itself.
  static const std::array<std::string, 4> kMachine = {std::string("/wo") + "rk/", std::string("/ho") + "me/",
                                                      std::string("/ro") + "ot/", std::string("/t") + "mp/"};
  static const std::regex kUnfinished(std::string("\\b(TO") + "DO|FIX" + "ME|XX" + "X)\\b");
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string& line = file.lines[i];
    if (!line.empty() && (line.back() == ' ' || line.back() == '\t'))
      found.push_back({file.path, i + 1, "trailing white space"});
    if (line.ends_with('\r')) found.push_back({file.path, i + 1, "a carriage return"});
    if (file.is_cpp() && line.find('\t') != std::string::npos) found.push_back({file.path, i + 1, "a tab"});
    if (std::regex_search(line, kUnfinished)) found.push_back({file.path, i + 1, "unfinished work: " + line});
    for (const std::string& path : kMachine) {
      if (line.find(path) != std::string::npos) found.push_back({file.path, i + 1, "a path of one machine: " + line});
    }
  }
  if (!file.ends_with_newline) found.push_back({file.path, file.lines.size(), "no newline at the end"});
  return found;
}

std::vector<Finding> check_room_name(const SourceFile& file) {
  static const std::regex kNameless(R"((^|/)(utils?|common|misc|helpers?|include|src|lib)/)");
  if (!std::regex_search(file.path, kNameless)) return {};
  return {{file.path, 0, "a room is named after what it holds"}};
}

std::vector<Finding> check_sizes(const std::vector<SourceFile>& files,
                                 const std::map<std::string, std::size_t>& exceptions) {
  std::vector<Finding> found;
  std::set<std::string> seen;
  for (const SourceFile& file : files) {
    if (!file.is_cpp()) continue;
    const std::size_t limit = file.is_header() ? kHeaderLines : kSourceLines, lines = file.lines.size();
    const auto listed = exceptions.find(file.path);
    if (listed == exceptions.end()) {
      if (lines > limit) {
        found.push_back({file.path, 0, std::to_string(lines) + " lines; the limit is " + std::to_string(limit)});
      }
      continue;
    }
    seen.insert(file.path);
    if (lines <= limit) {
      found.push_back({file.path, 0, "is small enough now: take it off the list of exceptions"});
    } else if (lines != listed->second) {
      found.push_back({file.path, 0,
                       std::to_string(lines) + " lines; the list of exceptions says " + std::to_string(listed->second) +
                           (lines < listed->second ? ": write the smaller number there" : ": it may only shrink")});
    }
  }
  for (const auto& [path, lines] : exceptions) {
    if (!seen.contains(path)) found.push_back({path, 0, "is on the list of exceptions and not in the tree"});
  }
  return found;
}

std::map<std::string, std::size_t> parse_exceptions(const SourceFile& file) {
  std::map<std::string, std::size_t> exceptions;
  for (const std::string& line : file.lines) {
    const auto space = line.find(' ');
    if (line.starts_with("#") || space == std::string::npos) continue;
    std::size_t lines = 0;
    std::from_chars(line.data() + space + 1, line.data() + line.size(), lines);
    exceptions[line.substr(0, space)] = lines;
  }
  return exceptions;
}

}  // namespace lazaret::tidy
