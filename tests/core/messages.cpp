#include "tests/core/messages.hpp"

#include <algorithm>

namespace lazaret::frames {
namespace {

void put(Octets& out, const Octets& more) { out.insert(out.end(), more.begin(), more.end()); }
void put_number(Octets& out, unsigned width, std::uint64_t value) {
  for (unsigned shift = 8 * width; shift != 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(value >> (shift - 8)));
}
void put_vector(Octets& out, unsigned width, const Octets& body) {
  put_number(out, width, body.size());
  put(out, body);
}
Octets vector_of(unsigned width, const Octets& body) {
  Octets out;
  put_vector(out, width, body);
  return out;
}
Octets numbers(const std::vector<std::uint16_t>& values) {
  Octets out;
  for (const std::uint16_t value : values) put_number(out, 2, value);
  return out;
}

Octets labels(std::string_view dotted) {
  Octets out;
  while (!dotted.empty()) {
    const std::string_view label = dotted.substr(0, dotted.find('.'));
    put_vector(out, 1, octets(label));
    dotted.remove_prefix(std::min(dotted.size(), label.size() + 1));
  }
  return out;
}

}  // namespace

Octets name_octets(std::string_view dotted) { return concat(labels(dotted), {0}); }
Octets pointer(unsigned at) { return numbers({static_cast<std::uint16_t>(0xc000U | at)}); }
Octets labels_and_pointer(std::string_view dotted, unsigned at) { return concat(labels(dotted), pointer(at)); }

Record address_record(const Octets& owner, IpAddress address, std::uint32_t ttl_s) {
  Record record{.owner = owner, .type = static_cast<std::uint16_t>(address.is_v4() ? 1 : 28), .ttl_s = ttl_s};
  if (address.is_v4())
    put_number(record.data, 4, address.as_v4());
  else
    put_number(record.data, 8, address.high), put_number(record.data, 8, address.low);
  return record;
}
Record alias(const Octets& owner, const Octets& target) { return {.owner = owner, .type = 5, .data = target}; }

Octets dns_response(const Dns& question, const std::vector<Record>& records) {
  Dns fields = question;
  fields.response = true;
  Octets out = poke16(dns(fields), 6, static_cast<std::uint16_t>(records.size()));
  for (const Record& record : records) {
    put(out, record.owner);
    put_number(out, 2, record.type), put_number(out, 2, record.record_class), put_number(out, 4, record.ttl_s);
    put_vector(out, 2, record.data);
  }
  return out;
}

HelloExtension server_name(std::string_view name) { return {0, vector_of(2, concat({0}, vector_of(2, octets(name))))}; }
HelloExtension alpn(const std::vector<Octets>& protocols) {
  Octets list;
  for (const Octets& protocol : protocols) put_vector(list, 1, protocol);
  return {16, vector_of(2, list)};
}
HelloExtension supported_versions(const std::vector<std::uint16_t>& versions) {
  return {43, vector_of(1, numbers(versions))};
}
HelloExtension signature_algorithms(const std::vector<std::uint16_t>& algorithms) {
  return {13, vector_of(2, numbers(algorithms))};
}

Octets hello_body(const Hello& hello) {
  Octets out;
  put_number(out, 2, hello.version);
  put(out, Octets(32, 0x5a));         // random
  put_vector(out, 1, Octets(32, 7));  // session
  put_vector(out, 2, numbers(hello.ciphers));
  put_vector(out, 1, {0});  // compression: none
  if (!hello.with_extensions) return out;
  Octets extensions;
  for (const HelloExtension& extension : hello.extensions) {
    put_number(extensions, 2, extension.type);
    put_vector(extensions, 2, extension.body);
  }
  put_vector(out, 2, extensions);
  return out;
}

Octets client_hello(const Hello& hello) {
  Octets message = {1};
  put_vector(message, 3, hello_body(hello));
  Octets out = {22, 3, 1};
  put_vector(out, 2, message);
  return out;
}

Octets hello_segment(const Flow& flow, unsigned padding, const Access& access) {
  const Octets hello = client_hello({.ciphers = {0x1301, 0x1302, 0xc02b},
                                     .extensions = {{21, Octets(padding)},
                                                    server_name("www.example.org"),
                                                    alpn({octets("h2")}),
                                                    supported_versions({0x0304, 0x0303}),
                                                    signature_algorithms({0x0403, 0x0804})}});
  return tcp_frame(flow, kPsh | kAck, 1, 1, {reinterpret_cast<const char*>(hello.data()), hello.size()}, access);
}

}  // namespace lazaret::frames
