// The portal's pages, as HTML: what a line's standing, the texts and the template make together.
// Ownership: owns the template; borrows the configuration. Threads: one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "datapath/portal/config.hpp"
#include "datapath/portal/line.hpp"
#include "datapath/portal/texts.hpp"
#include "datapath/portal/token.hpp"

namespace lazaret::portal {

/// What makes a choice count.
struct HumanStep {
  std::string token;
  Question question;
};

class Pages {
 public:
  explicit Pages(const Config&);

  /// The page of a line: the warning with its choices, or why there is nothing to choose. `note` is the key of a text
  /// that stands above all, or empty.
  [[nodiscard]] std::string of_line(const Language&, const Line&, const std::optional<HumanStep>&,
                                    const std::string& note) const;
  /// A page of a title and a sentence: texts `topic`.title and `topic`.lead. `home`: with the way to the start page.
  [[nodiscard]] std::string of_topic(const Language&, const std::string& topic, bool home) const;
  /// The Content-Security-Policy under which the pages work: nothing but their own style, and forms to themselves.
  [[nodiscard]] const std::string& security_policy() const { return security_policy_; }

 private:
  const Config& config_;
  std::string security_policy_;
};

/// Of texts `device`: which device a channel hints at.
[[nodiscard]] std::string_view device_key(Channel);
/// Of texts `choice`.
[[nodiscard]] bool offers(const Line&, Choice);

}  // namespace lazaret::portal
