// A file's or an override's YAML into a Scenario, key by key, with the place of each: what load_scenario() is made of.
// Ownership: borrows the scenario that it fills. Threads: one.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario.hpp"

namespace YAML {
class Node;
}

namespace lazaret {

class Loading {
 public:
  /// `root` is the dotted prefix that the document's keys leave out: "" for a scenario, "policy" for a policy file.
  Loading(Scenario& scenario, std::string root) : scenario_(scenario), root_(std::move(root)) {}

  /// One document from a file.
  void file(const std::string& name, const std::string& text);
  /// One "key=value".
  void override_with(const std::string& assignment);
  /// Which keys contradict each other; call it when all are in. `whole_scenario` is false for a policy file.
  void check_combinations(bool whole_scenario);

  struct Place {
    std::string file;
    int line = 0, column = 0;
  };
  /// In file order, those of overrides last.
  [[nodiscard]] std::vector<ScenarioError> errors() const;

 private:
  void section(const YAML::Node&, const std::string& prefix);
  void infections(const YAML::Node&);
  void leaf(const YAML::Node&, const std::string& dotted);
  void unknown(const Place&, const std::string& prefix, const std::string& key);
  void add(const Place&, std::string message);
  [[nodiscard]] Place place_of(const YAML::Node&) const;
  /// Where the key was given, else where its section was, else the file's start.
  [[nodiscard]] Place given(std::string_view dotted) const;
  /// Of several keys, the place of the one that was given last.
  [[nodiscard]] Place last_given(const std::vector<std::string>& dotted) const;
  /// The name as this document writes it.
  [[nodiscard]] std::string spelled(const std::string& dotted) const;
  void check_scenario();
  void check_infections();
  void check_policy();
  void check_caps();

  Scenario& scenario_;
  std::string root_, file_;
  std::map<std::string, Place, std::less<>> places_;
  std::vector<ScenarioError> errors_;
};

}  // namespace lazaret
