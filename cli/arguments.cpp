#include "cli/arguments.hpp"

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <type_traits>

namespace lazaret {

Argument Argument::required() const { return Argument(option_->required()); }
Argument Argument::one_of(const std::vector<std::string>& words) const {
  return Argument(option_->check(CLI::IsMember(words)));
}
Argument Argument::within(int low, int high) const { return Argument(option_->check(CLI::Range(low, high))); }
Argument Argument::within(unsigned low, unsigned high) const { return Argument(option_->check(CLI::Range(low, high))); }
Argument Argument::within(double low, double high) const { return Argument(option_->check(CLI::Range(low, high))); }
Argument Argument::separated_by_commas() const { return Argument(option_->delimiter(',')); }
Argument Argument::repeatable(bool dots) const {
  return Argument(dots ? option_->allow_extra_args(false) : option_->expected(1)->take_all());
}
Argument Argument::with_default_in_help() const { return Argument(option_->capture_default_str()); }
Argument Argument::needs(Argument other) const { return Argument(option_->needs(other.option_)); }
Argument Argument::excludes(Argument other) const { return Argument(option_->excludes(other.option_)); }
bool Argument::given() const { return !option_->empty(); }

Arguments::Arguments(const std::string& name, const std::string& does, const std::string& footer)
    : app_(std::make_shared<CLI::App>(does, name)) {
  app_->footer(footer);
}

Argument Arguments::option(const std::string& name, ValuePlace value, const std::string& help) {
  return std::visit(
      [&](auto* place) {
        CLI::Option* option = app_->add_option(name, *place, help);
        // CLI11 reads -1 as the largest number.
        using Value = std::remove_pointer_t<decltype(place)>;
        constexpr bool natural = std::is_same_v<Value, unsigned> || std::is_same_v<Value, std::vector<unsigned>> ||
                                 std::is_same_v<Value, std::optional<std::uint64_t>>;
        if constexpr (natural)
          option->check([](const std::string& text) {
            return text.find('-') == std::string::npos ? std::string()
                                                       : "'" + text + "' is below 0: a whole number from 0 on";
          });
        return Argument(option);
      },
      value);
}

void Arguments::flag(const std::string& name, bool* value, const std::string& help) {
  app_->add_flag(name, *value, help);
}

Arguments Arguments::word(const std::string& name, const std::string& does) {
  app_->require_subcommand(1);
  return Arguments(app_->get_subcommand_ptr(app_->add_subcommand(name, does)));
}

bool Arguments::given() const { return app_->parsed(); }

int Arguments::run(int count, char** values, const std::function<int()>& work) {
  try {
    app_->parse(count, values);
  } catch (const CLI::ParseError& error) {
    return app_->exit(error) == 0 ? kDone : kBadInput;
  }
  try {
    return work();
  } catch (const std::exception& error) {
    std::cerr << app_->get_name() << ": failed inside: " << error.what() << "\n";
    return kFailedInside;
  }
}

int Arguments::missing(const std::string& what) const {
  app_->exit(CLI::RequiredError(what));
  return kBadInput;
}

}  // namespace lazaret
