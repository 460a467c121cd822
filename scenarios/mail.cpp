#include "scenarios/mail.hpp"

#include <mimetic/mimetic.h>

#include <algorithm>
#include <exception>
#include <iterator>

#include "scenarios/feed_words.hpp"

namespace lazaret {
namespace {

/// The library walks parts within parts by recursion; no report is deeper, a hostile mail may be.
constexpr std::size_t kNestedMax = 32;

std::size_t occurrences(const std::string& text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

template <class Codec>
std::string decoded(const std::string& body, Codec codec) {
  std::string text;
  mimetic::decode(body.begin(), body.end(), codec, std::back_inserter(text));
  return text;
}

void leaves(const mimetic::MimeEntity& entity, std::vector<MailPart>& parts) {
  const mimetic::ContentType& type = entity.header().contentType();
  const std::string kind = lower_case(type.type()), name = kind + "/" + lower_case(type.subtype());
  if (kind == "multipart") {
    for (const mimetic::MimeEntity* part : entity.body().parts()) leaves(*part, parts);
    return;
  }
  if (name == "message/rfc822") return;
  MailPart part;
  part.type = name == "/" ? "text/plain" : name;
  part.name = type.param("name");
  if (part.name.empty()) part.name = entity.header().contentDisposition().param("filename");
  const std::string encoding = lower_case(trimmed(entity.header().contentTransferEncoding().mechanism()));
  if (encoding == "base64")
    part.body = decoded(entity.body(), mimetic::Base64::Decoder());
  else if (encoding == "quoted-printable")
    part.body = decoded(entity.body(), mimetic::QP::Decoder());
  else
    part.body = entity.body();
  parts.push_back(std::move(part));
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return lower;
}

std::string_view Mail::field(std::string_view name) const {
  for (const auto& [key, value] : fields)
    if (key == name) return value;
  return {};
}

std::vector<std::pair<std::string, std::string>> mail_fields(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line = text.substr(start, end - start);
    start = end + 1;
    const bool folded = !line.empty() && (line[0] == ' ' || line[0] == '\t');
    const std::size_t colon = line.find(':');
    if (folded && !fields.empty())
      fields.back().second.append(" ").append(trimmed(line));
    else if (!folded && colon != std::string_view::npos)
      fields.emplace_back(lower_case(trimmed(line.substr(0, colon))), trimmed(line.substr(colon + 1)));
  }
  return fields;
}

std::variant<Mail, std::string> parse_mail(const std::string& text) {
  const std::string lower = lower_case(text);
  if (occurrences(lower, "boundary") > kNestedMax || occurrences(lower, "message/rfc822") > kNestedMax)
    return "has more parts within parts than any report";
  Mail mail;
  // The header ends at the first empty line.
  const std::size_t end = std::min(text.find("\n\n"), text.find("\n\r\n"));
  mail.fields = mail_fields(std::string_view(text).substr(0, end));
  if (mail.fields.empty()) return "is no mail: it does not begin with header fields";
  try {
    // Made first and filled then: its constructor, when it throws, leaves the parts that it has found to nobody.
    mimetic::MimeEntity entity;
    entity.load(text.begin(), text.end());
    leaves(entity, mail.parts);
  } catch (const std::exception& e) {
    return std::string("is no readable mail: ") + e.what();
  }
  return mail;
}

std::string domain_of_from(const std::string& from) {
  try {
    const mimetic::MailboxList boxes(from);
    return boxes.size() == 1 ? lower_case(trimmed(boxes.begin()->domain())) : std::string();
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace lazaret
