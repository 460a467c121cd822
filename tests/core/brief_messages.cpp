#include "tests/core/brief_messages.hpp"

#include "tests/core/messages.hpp"

namespace lazaret::frames::brief {

Octets dns_answers(const DnsAnswers& fields) {
  const Dns question{.name = fields.name, .type = fields.type, .id = fields.id, .rcode = fields.rcode};
  Octets owner = pointer(kQuestionAt);
  std::vector<frames::Record> records;
  if (!fields.alias.empty()) {
    records.push_back(frames::alias(owner, name_octets(fields.alias)));
    owner = pointer(static_cast<unsigned>(dns(question).size()) + 12);  // what the alias stands for
  }
  for (const Record& r : fields.records) records.push_back(address_record(owner, r.address, r.ttl_s));
  Octets out = dns_response(question, records);
  if (fields.truncated) out[2] |= 0x02;
  return out;
}

Octets client_hello(const Hello& fields) {
  frames::Hello hello{.ciphers = fields.ciphers};
  if (!fields.server_name.empty()) hello.extensions.push_back(server_name(fields.server_name));
  hello.extensions.push_back({10, {0, 2, 0x00, 0x1d}});  // one group
  hello.extensions.push_back(signature_algorithms({0x0403, 0x0804}));
  hello.extensions.push_back(supported_versions({0x0304, 0x0303}));
  if (!fields.protocol.empty()) hello.extensions.push_back(alpn({octets(fields.protocol)}));
  return frames::client_hello(hello);
}

}  // namespace lazaret::frames::brief
