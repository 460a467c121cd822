#include "sim/dialogue/http.hpp"

#include <algorithm>
#include <charconv>

namespace lazaret {
namespace {

constexpr std::size_t kHeadMax = 8192, kBodyKept = 16384;
constexpr std::size_t kRecordHeader = 5;  // type, version, length
constexpr std::size_t kRecordMax = 16384;

std::string_view after(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  return at == std::string_view::npos ? std::string_view() : text.substr(at + mark.size());
}

}  // namespace

std::string http_request(std::string_view host, std::string_view path) {
  std::string text = "GET ";
  text.append(path).append(" HTTP/1.1\r\nHost: ").append(host);
  text += "\r\nUser-Agent: Mozilla/5.0\r\nAccept: text/html\r\nConnection: close\r\n\r\n";
  return text;
}

std::string http_head(std::string_view status, std::uint64_t body_octets) {
  std::string text = "HTTP/1.1 ";
  text.append(status).append(
      "\r\nContent-Type: text/html\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: ");
  return text.append(std::to_string(body_octets)).append("\r\n\r\n");
}

std::string http_response(std::string_view status, std::string_view body) {
  return http_head(status, body.size()).append(body);
}

std::optional<HttpRequest> parse_request(std::string_view octets) {
  const std::size_t end = octets.find("\r\n\r\n");
  if (end == std::string_view::npos || octets.substr(0, 4) != "GET ") return std::nullopt;
  const std::string_view head = octets.substr(0, end + 2);
  HttpRequest request;
  request.path = head.substr(4, std::min(head.find(' ', 4), head.size()) - 4);
  const std::string_view host = after(head, "\r\nHost: ");
  request.host = host.substr(0, host.find('\r'));
  return request;
}

std::optional<HttpResponse> parse_response(std::string_view octets) {
  const std::size_t end = octets.find("\r\n\r\n");
  if (end == std::string_view::npos || octets.substr(0, 9) != "HTTP/1.1 " || end < 12) return std::nullopt;
  HttpResponse response;
  std::from_chars(octets.data() + 9, octets.data() + 12, response.status);
  const std::string_view length = after(octets.substr(0, end), "Content-Length: ");
  std::size_t n = 0;
  std::from_chars(length.data(), length.data() + length.size(), n);
  response.body = octets.substr(end + 4);
  if (response.body.size() < n) return std::nullopt;
  return response;
}

void ResponseReader::read(std::string_view octets) {
  if (head_read_) {
    missing_ -= std::min<std::uint64_t>(missing_, octets.size());
    if (text_.size() < kBodyKept) text_ += octets.substr(0, kBodyKept - text_.size());
    return;
  }
  text_ += octets;
  const std::size_t end = text_.find("\r\n\r\n");
  if (end == std::string::npos || end < 12 || !std::string_view(text_).starts_with("HTTP/1.1 ")) return;
  head_read_ = true;
  head_octets_ = end + 4;
  std::from_chars(text_.data() + 9, text_.data() + 12, status_);
  const std::string_view length = after(std::string_view(text_).substr(0, end), "Content-Length: ");
  std::from_chars(length.data(), length.data() + length.size(), missing_);
  missing_ -= std::min<std::uint64_t>(missing_, text_.size() - head_octets_);
}

void serve_http(Link& link, std::function<HttpAnswer(IpAddress, const HttpRequest&)> answer) {
  Link* const raw = &link;
  auto head = std::make_shared<std::string>();
  raw->on({{},
           [raw, head, answer = std::move(answer)](std::string_view octets) {
             head->append(octets);
             if (const auto request = parse_request(*head)) {
               const HttpAnswer said = answer(raw->peer(), *request);
               raw->send(said.text, said.filler, 'x');
               raw->close();
             } else if (head->size() > kHeadMax) {
               raw->drop();
             }
           },
           [raw](LinkEnd) { raw->drop(); }});
}

namespace {

constexpr char kOpaque = '\x5a';
constexpr std::uint32_t kWishOctets = 4;

std::uint32_t record_octets(std::uint32_t wanted) {
  return static_cast<std::uint32_t>(std::clamp<std::size_t>(wanted, kRecordHeader + kWishOctets, kRecordMax));
}

std::string record_head(std::uint32_t octets, std::uint32_t wanted) {
  const std::size_t length = octets - kRecordHeader;
  std::string head = "\x17\x03\x03";
  head += static_cast<char>(length >> 8);
  head += static_cast<char>(length);
  for (unsigned i = 0; i < kWishOctets; ++i) head += static_cast<char>(wanted >> (24 - 8 * i));
  return head;
}

}  // namespace

std::string opaque_record(std::uint32_t octets, std::uint32_t wanted) {
  const std::uint32_t whole = record_octets(octets);
  return record_head(whole, wanted).append(whole - kRecordHeader - kWishOctets, kOpaque);
}

std::optional<std::uint32_t> take_records(std::string& octets) {
  std::uint32_t wanted = 0;
  const auto at = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(octets[i])); };
  while (octets.size() >= kRecordHeader + 4) {
    const std::size_t length = at(3) << 8 | at(4);
    if (at(0) != 0x17 || length < 4) return std::nullopt;
    if (octets.size() < kRecordHeader + length) break;
    wanted += at(5) << 24 | at(6) << 16 | at(7) << 8 | at(8);
    octets.erase(0, kRecordHeader + length);
  }
  return wanted;
}

void serve_opaque(Link& link) {
  Link* const raw = &link;
  auto pending = std::make_shared<std::string>();
  raw->on({{},
           [raw, pending](std::string_view octets) {
             pending->append(octets);
             const auto wanted = take_records(*pending);
             if (!wanted || *wanted > 64U << 20) return raw->drop();
             for (std::uint32_t left = *wanted; left > 0;) {
               const std::uint32_t whole = record_octets(std::min<std::uint32_t>(left, kRecordMax));
               raw->send(record_head(whole, 0), whole - kRecordHeader - kWishOctets, kOpaque);
               left -= std::min(left, whole);
             }
           },
           [raw](LinkEnd) { raw->drop(); }});
}

}  // namespace lazaret
