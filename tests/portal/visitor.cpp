#include "tests/portal/visitor.hpp"

#include <stdexcept>
#include <vector>

#include "datapath/portal/texts.hpp"
#include "scenarios/run_directory.hpp"

namespace lazaret::portal {

Config test_config() {
  Config c;
  c.host = kHost;
  c.url = std::string("http://") + kHost + "/";
  c.isp = "Example & Sons Internet";
  c.phone = "0800 000000";
  c.links = {{"A scanner", "https://www.scanner.example/free"}, {"Elsewhere", "https://elsewhere.example/"}};
  c.listen = {{"127.0.0.1", 0, false}};
  return c;
}

std::string between(const std::string& page, const std::string& after, const std::string& before) {
  const std::size_t from = page.find(after);
  if (from == std::string::npos) return {};
  const std::size_t to = page.find(before, from + after.size());
  return page.substr(from + after.size(), to - from - after.size());
}

namespace {

/// By place: whether the word there is of the kind that the page asks for.
std::vector<bool> fits(const std::string& page) {
  const Language& english = languages()[0];
  const std::string asked = between(page, "<p id=\"ask\">", "</p>");
  std::vector<std::string> kind;
  for (int k = 0; k < 4; ++k)
    if (english.text("question.ask_" + std::to_string(k)) == asked)
      kind = english.list("words.kind_" + std::to_string(k));
  std::vector<bool> fit;
  for (int place = 0;; ++place) {
    const std::string word =
        between(page, "name=\"answer\" value=\"" + std::to_string(place) + "\" required><span>", "</span>");
    if (word.empty()) return fit;
    fit.push_back(std::find(kind.begin(), kind.end(), word) != kind.end());
  }
}

}  // namespace

std::string right_answer(const std::string& page) {
  const std::vector<bool> fit = fits(page);
  const auto right = std::find(fit.begin(), fit.end(), true);
  if (right == fit.end()) throw std::runtime_error("the page has no question that can be answered");
  return std::to_string(right - fit.begin());
}

std::string wrong_answer(const std::string& page) {
  const std::vector<bool> fit = fits(page);
  return std::to_string(std::find(fit.begin(), fit.end(), false) - fit.begin());
}

Request get(const std::string& peer, const std::string& path, const std::string& host) {
  Request r;
  r.peer = parse_prefix(peer)->address;
  r.method = "GET";
  r.path = path;
  r.headers["host"] = host;
  return r;
}

Request post(const std::string& peer, const std::string& page, const std::string& choice) {
  Request r = get(peer, "/choose");
  r.method = "POST";
  r.headers["origin"] = std::string("http://") + kHost;
  r.form = {
      {"token", between(page, "name=\"token\" value=\"", "\"")}, {"choice", choice}, {"answer", right_answer(page)}};
  return r;
}

}  // namespace lazaret::portal
