#include "datapath/portal/library.hpp"

#include <httplib.h>

#include <algorithm>

namespace lazaret::portal {
namespace {

/// A request that is all there, and a response that is kept.
class Octets : public httplib::Stream {
 public:
  explicit Octets(const std::string& in) : in_(in) {}
  [[nodiscard]] bool is_readable() const override { return read_ < in_.size(); }
  [[nodiscard]] bool is_writable() const override { return true; }
  ssize_t read(char* to, std::size_t size) override {
    const std::size_t n = std::min(size, in_.size() - read_);
    std::copy_n(in_.data() + read_, n, to);
    read_ += n;
    return static_cast<ssize_t>(n);
  }
  ssize_t write(const char* from, std::size_t size) override {
    out.append(from, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  [[nodiscard]] socket_t socket() const override { return 0; }

  std::string out;

 private:
  const std::string& in_;
  std::size_t read_ = 0;
};

constexpr const char* kForm = "application/x-www-form-urlencoded";

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string reason_of(int status) {
  switch (status) {
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Bad Request";
  }
}

}  // namespace

class HttpLibrary::Door : public httplib::Server {
 public:
  explicit Door(portal::Handler handler) : handler_(std::move(handler)) {
    const auto any = [this](const httplib::Request& from, httplib::Response& to) { handle(from, to); };
    const std::string everything = R"([\s\S]*)";
    Get(everything, any).Post(everything, any).Put(everything, any).Patch(everything, any);
    Delete(everything, any).Options(everything, any);
    set_payload_max_length(4096);
    set_keep_alive_max_count(1);
  }
  std::string answer(const std::string& request, IpAddress peer) {
    Octets octets(request);
    bool closed = false;
    peer_ = peer;
    process_request(octets, true, closed, [](httplib::Request&) {});
    return std::move(octets.out);
  }

 private:
  void handle(const httplib::Request& from, httplib::Response& to) {
    Request request;
    request.peer = peer_;
    request.method = from.method;
    request.path = from.path;
    for (const auto& [name, value] : from.headers) request.headers.emplace(lower(name), value);
    // The library puts a form's fields among the query's; what the target names itself is the query's.
    const bool form = from.method == "POST";
    for (const auto& [name, value] : from.params) (form ? request.form : request.query).emplace(name, value);
    if (!from.has_header("Content-Type") || !from.get_header_value("Content-Type").starts_with(kForm))
      request.body = from.body;
    const Response response = handler_(request);
    to.status = response.status;
    for (const auto& [name, value] : response.headers) to.set_header(name, value);
    to.set_content(response.body, response.type);
  }

  portal::Handler handler_;
  IpAddress peer_;
};

HttpLibrary::HttpLibrary(Handler handler) : door_(std::make_unique<Door>(std::move(handler))) {}
HttpLibrary::~HttpLibrary() = default;

std::string HttpLibrary::answer(const std::string& request, IpAddress peer) {
  std::string octets = door_->answer(request, peer);
  return octets.empty() ? refusal(400) : octets;
}

std::string HttpLibrary::refusal(int status) {
  const std::string reason = reason_of(status);
  const std::string body = std::to_string(status) + " " + reason + "\n";
  return "HTTP/1.1 " + std::to_string(status) + " " + reason +
         "\r\nConnection: close\r\nCache-Control: no-store\r\nContent-Type: text/plain; charset=utf-8\r\n"
         "X-Content-Type-Options: nosniff\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace lazaret::portal
