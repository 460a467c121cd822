// Lines out of a byte stream, for SMTP, POP3 and SIP.
// Ownership: a value. Threads: none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lazaret {

class TextLines {
 public:
  void append(std::string_view octets) { pending_.append(octets); }
  /// The next whole line without its CRLF; lives until the next call that finds none.
  [[nodiscard]] std::optional<std::string_view> next() {
    const std::size_t end = pending_.find("\r\n", at_);
    if (end == std::string::npos) {
      pending_.erase(0, at_);
      at_ = 0;
      return std::nullopt;
    }
    const std::string_view line = std::string_view(pending_).substr(at_, end - at_);
    at_ = end + 2;
    return line;
  }

 private:
  std::string pending_;
  std::size_t at_ = 0;
};

/// Text of about that many octets, in lines, as a mail body is; no line is a lone dot.
[[nodiscard]] inline std::string body_text(std::size_t octets) {
  constexpr std::string_view kLine = "The quick brown fox jumps over the lazy dog, and the dog does not mind.\r\n";
  std::string text;
  while (text.size() < octets) text += kLine;
  return text;
}

}  // namespace lazaret
