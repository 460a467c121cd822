// The one door to cpp-httplib: a whole request in, a whole response out, no socket between. The library reads the request
// and writes the response; sockets and their limits are garden_server.*.
// Ownership: owns the library's object. Threads: one.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "datapath/portal/message.hpp"

namespace lazaret::portal {

using Handler = std::function<Response(const Request&)>;

class HttpLibrary {
 public:
  explicit HttpLibrary(Handler);
  ~HttpLibrary();
  /// REQUIRES `request` was let through by read_envelope(). The response's octets; the connection ends after them.
  [[nodiscard]] std::string answer(const std::string& request, IpAddress peer);
  /// The response to what read_envelope() refused.
  [[nodiscard]] static std::string refusal(int status);

 private:
  class Door;
  std::unique_ptr<Door> door_;
};

}  // namespace lazaret::portal
