// lazaret scenario: the catalogue of scenarios, and what a scenario file may say.
#include "scenarios/scenario.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/arguments.hpp"
#include "scenarios/reference.hpp"

namespace {

using namespace lazaret;
namespace fs = std::filesystem;

/// Where scenarios lie: beside the caller, in the source tree around this build, or where a package puts them.
std::vector<fs::path> catalogue_directories() {
  std::vector<fs::path> directories = {"scenarios"};
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error).parent_path();
  if (!error) {
    directories.push_back(self.parent_path() / "share" / "lazaret" / "scenarios");
    for (fs::path up = self; up.has_relative_path(); up = up.parent_path())
      if (fs::exists(up / "CMakePresets.json", error)) directories.push_back(up / "scenarios");
  }
  return directories;
}

/// All scenario files, each name once, in order of name.
std::vector<fs::path> catalogue(const std::string& given) {
  std::vector<fs::path> files;
  for (const fs::path& directory : given.empty() ? catalogue_directories() : std::vector<fs::path>{given}) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error))
      if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    if (!files.empty()) break;
  }
  std::sort(files.begin(), files.end());
  return files;
}

int refused(const std::vector<ScenarioError>& errors) {
  for (const ScenarioError& e : errors) std::cerr << e.text() << "\n";
  return kBadInput;
}

/// What the comment at the head of a file asks: from "# Question: " to the question mark.
std::string question_of(const fs::path& file) {
  constexpr std::string_view kMark = "# Question: ";
  std::ifstream in(file);
  std::string question;
  for (std::string line; std::getline(in, line) && line.starts_with("#");) {
    if (line.starts_with(kMark))
      question = line.substr(kMark.size());
    else if (!question.empty())
      question += ' ' + line.substr(std::min<std::size_t>(2, line.size()));
    if (const auto end = question.find('?'); end != std::string::npos) return question.substr(0, end + 1);
  }
  return {};
}

int list(const std::string& directory, bool json) {
  const auto files = catalogue(directory);
  if (files.empty()) {
    std::cerr << "lazaret scenario: no scenarios found" << (directory.empty() ? "" : " in " + directory)
              << "; name a directory with --catalogue\n";
    return kBadInput;
  }
  auto document = nlohmann::ordered_json::array();
  int code = kDone;
  for (const fs::path& file : files) {
    auto loaded = load_scenario(file);
    if (const auto* errors = std::get_if<1>(&loaded)) {
      code = refused(*errors);
      continue;
    }
    const auto& s = std::get<Scenario>(loaded);
    std::int64_t infected = 0;
    for (const InfectionPlan& plan : s.infections) infected += plan.homes;
    document.push_back({{"name", s.name},
                        {"file", file.string()},
                        {"title", s.title},
                        {"question", question_of(file)},
                        {"homes", s.isp.homes},
                        {"infected", infected},
                        {"duration_s", s.duration_s}});
    if (json) continue;
    std::cout << fmt::format("{:<20} {:>6} homes {:>5} infected {:>8} s   {}\n", s.name, s.isp.homes, infected,
                             s.duration_s, s.title);
    if (const std::string question = question_of(file); !question.empty()) std::cout << "    " << question << "\n";
  }
  if (json) std::cout << document.dump(2) << "\n";
  return code;
}

/// A file, or a name of the catalogue.
std::optional<fs::path> found(const std::string& what, const std::string& directory) {
  std::error_code error;
  if (fs::exists(what, error) || what.find('/') != std::string::npos || what.ends_with(".yaml")) return what;
  for (const fs::path& file : catalogue(directory))
    if (file.stem() == what) return file;
  std::cerr << "lazaret scenario: no scenario '" << what << "'; `lazaret scenario list` shows the catalogue\n";
  return std::nullopt;
}

int show(const std::string& what, const std::string& directory, const std::vector<std::string>& sets) {
  const auto file = found(what, directory);
  if (!file) return kBadInput;
  auto loaded = load_scenario(*file, sets);
  if (const auto* errors = std::get_if<1>(&loaded)) return refused(*errors);
  std::cout << to_yaml(std::get<Scenario>(loaded));
  return kDone;
}

int check(const std::vector<std::string>& files, const std::vector<std::string>& sets) {
  int code = kDone;
  for (const std::string& file : files) {
    auto loaded = load_scenario(file, sets);
    if (const auto* errors = std::get_if<1>(&loaded)) {
      code = refused(*errors);
    } else {
      std::cout << file << ": good\n";
    }
  }
  return code;
}

int make(const std::string& file) {
  const std::string name = file.empty() ? "my_scenario" : fs::path(file).stem().string();
  const std::string text = commented_scenario(name);
  if (file.empty()) {
    std::cout << text;
    return kDone;
  }
  // Nobody's file is overwritten.
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  bool written = descriptor >= 0;
  for (std::size_t done = 0; written && done < text.size();) {
    const ssize_t n = ::write(descriptor, text.data() + done, text.size() - done);
    written = n > 0;
    done += written ? static_cast<std::size_t>(n) : 0;
  }
  if (!written || ::close(descriptor) != 0) {
    std::cerr << "lazaret scenario: " << file << ": cannot be written: " << std::generic_category().message(errno)
              << "\n";
    return kBadInput;
  }
  std::cout << file << ": written; change what you need, then: lazaret scenario check " << file << "\n";
  return kDone;
}

}  // namespace

int main(int count, char** values) {
  Arguments arguments(
      "lazaret scenario", "The catalogue of scenarios, and what a scenario file may say.",
      "Examples:\n"
      "  lazaret scenario list\n"
      "  lazaret scenario show cipp_2007 --set isp.homes=50\n"
      "  lazaret scenario new mine.yaml && lazaret scenario check mine.yaml\n"
      "  lazaret scenario parameters > docs/parameters.md\n"
      "  lazaret scenario detectors > docs/detectors.md\n\n"
      "Exit codes: 0 done; 2 bad input (file, line, column, remedy on standard error); 3 failed inside");
  std::string directory, what, new_file;
  std::vector<std::string> sets, files;
  bool json = false;
  const auto with_catalogue = [&](Arguments& word) {
    word.option("--catalogue", &directory, "directory of scenario files");
  };
  const auto with_sets = [&](Arguments& word) {
    word.option("--set", &sets, "KEY=VALUE with a dotted name; may be repeated").repeatable(false);
  };
  auto list_word = arguments.word("list", "the scenarios that come along");
  with_catalogue(list_word);
  list_word.flag("--json", &json, "one JSON document");
  auto show_word = arguments.word("show", "a scenario with every key spelled out");
  show_word.option("scenario", &what, "a name from the catalogue, or a file").required();
  with_catalogue(show_word);
  with_sets(show_word);
  auto check_word = arguments.word("check", "is the file good? all its errors, with line and column");
  check_word.option("file", &files, "scenario files").required();
  with_sets(check_word);
  auto new_word = arguments.word("new", "a commented file with every key (to standard output if no file is named)");
  new_word.option("file", &new_file, "a file that does not exist yet");
  const auto parameters_word = arguments.word("parameters", "the reference of all parameters, as Markdown");
  const auto detectors_word = arguments.word("detectors", "what each detector sees, adds and cannot see, as Markdown");
  return arguments.run(count, values, [&] {
    if (list_word.given()) return list(directory, json);
    if (show_word.given()) return show(what, directory, sets);
    if (check_word.given()) return check(files, sets);
    if (new_word.given()) return make(new_file);
    if (parameters_word.given()) std::cout << parameter_reference();
    if (detectors_word.given()) std::cout << detector_reference();
    return kDone;
  });
}
