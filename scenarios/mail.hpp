// A mail as its leaves: each part that is not itself made of parts, decoded, in order (MIME: mimetic inside).
// Ownership: values. Threads: any.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace lazaret {

struct MailPart {
  std::string type;  ///< "text/plain", in lower case
  std::string name;  ///< of the file, where it has one
  std::string body;  ///< without its transfer encoding
};

struct Mail {
  std::vector<std::pair<std::string, std::string>> fields;  ///< name in lower case, value unfolded
  std::vector<MailPart> parts;

  /// Of the first such field; empty when there is none. `name` in lower case.
  [[nodiscard]] std::string_view field(std::string_view name) const;
};

/// Or what is wrong with it. A mail inside a mail is left out: it is evidence, not the report.
[[nodiscard]] std::variant<Mail, std::string> parse_mail(const std::string& text);

/// "name: value" lines, folded ones joined; names in lower case. Lines without a colon are left out.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> mail_fields(std::string_view text);

[[nodiscard]] std::string lower_case(std::string_view);
/// The domain of the one mailbox in a From field, in lower case; empty when there are none or several.
[[nodiscard]] std::string domain_of_from(const std::string& from);

}  // namespace lazaret
