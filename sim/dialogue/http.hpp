// As much of HTTP/1.1 as pages and the portal need: one GET a connection, a response with Content-Length, then close.
// And an opaque exchange in its place on port 443: records framed like TLS, of the sizes of a handshake and a page,
// encrypted nowhere; what the core may see of it (addresses, ports, lengths) is as it would be.
// Ownership: values; the link belongs to its listener. Threads: the simulator's.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/dialogue/machine.hpp"

namespace lazaret {

struct HttpRequest {
  std::string path, host;
};

[[nodiscard]] std::string http_request(std::string_view host, std::string_view path);
[[nodiscard]] std::string http_response(std::string_view status, std::string_view body);
/// The head of a response with a body of so many octets.
[[nodiscard]] std::string http_head(std::string_view status, std::uint64_t body_octets);
/// Nothing until the whole head is there.
[[nodiscard]] std::optional<HttpRequest> parse_request(std::string_view octets);
struct HttpResponse {
  int status = 0;
  std::string_view body;  ///< of `octets`
};
/// Nothing until all of it is there.
[[nodiscard]] std::optional<HttpResponse> parse_response(std::string_view octets);

/// Reads a response piece by piece; of its body it keeps the beginning only.
class ResponseReader {
 public:
  void read(std::string_view octets);
  [[nodiscard]] bool whole() const { return head_read_ && missing_ == 0; }
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] std::string_view body() const { return std::string_view(text_).substr(head_octets_); }

 private:
  std::string text_;
  bool head_read_ = false;
  std::size_t head_octets_ = 0;
  std::uint64_t missing_ = 0;
  int status_ = 0;
};

/// What a server says: text, then filler.
struct HttpAnswer {
  std::string text;
  std::uint64_t filler = 0;
};
void serve_http(Link&, std::function<HttpAnswer(IpAddress peer, const HttpRequest&)>);

/// One record of `octets` octets in all that asks for an answer of `wanted`.
[[nodiscard]] std::string opaque_record(std::uint32_t octets, std::uint32_t wanted);
/// Complete records at the front of `octets` are taken off; their wishes are added up. Nothing for what is no record.
[[nodiscard]] std::optional<std::uint32_t> take_records(std::string& octets);
void serve_opaque(Link&);

}  // namespace lazaret
