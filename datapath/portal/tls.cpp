#include "datapath/portal/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace lazaret::portal {

struct TlsKeys::Context {
  SSL_CTX* keys = SSL_CTX_new(TLS_server_method());
  ~Context() { SSL_CTX_free(keys); }
};

struct TlsChannel::Session {
  SSL* tls;
  int wanted = SSL_ERROR_NONE;
  ~Session() { SSL_free(tls); }
};

TlsKeys::TlsKeys() : context_(std::make_unique<Context>()) {}
TlsKeys::~TlsKeys() = default;

std::string TlsKeys::load(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  SSL_CTX* keys = context_->keys;
  if (keys == nullptr) return "TLS: no memory";
  SSL_CTX_set_min_proto_version(keys, TLS1_2_VERSION);
  SSL_CTX_set_options(keys, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // A string is sent in pieces, and the rest of it lies at the same place the next time.
  SSL_CTX_set_mode(keys,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(keys, SSL_SESS_CACHE_OFF);
  const auto fail = [](const std::filesystem::path& file) {
    const char* why = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return file.string() + ": " + (why != nullptr ? why : "cannot be read") + " (a PEM file is wanted)";
  };
  if (SSL_CTX_use_certificate_chain_file(keys, certificate.c_str()) != 1) return fail(certificate);
  if (SSL_CTX_use_PrivateKey_file(keys, key.c_str(), SSL_FILETYPE_PEM) != 1) return fail(key);
  if (SSL_CTX_check_private_key(keys) != 1) return fail(key);
  return {};
}

TlsChannel::TlsChannel(TlsKeys& keys, int socket) : session_(new Session{SSL_new(keys.context_->keys)}) {
  if (session_->tls == nullptr) return;
  SSL_set_fd(session_->tls, socket);
  SSL_set_accept_state(session_->tls);
}
TlsChannel::~TlsChannel() = default;

ssize_t TlsChannel::outcome(int result) {
  if (result > 0) {
    session_->wanted = SSL_ERROR_NONE;
    return result;
  }
  session_->wanted = SSL_get_error(session_->tls, result);
  ERR_clear_error();
  errno = wants_read() || wants_write() ? EAGAIN : EPROTO;
  return session_->wanted == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

ssize_t TlsChannel::receive(char* to, std::size_t size) {
  if (session_->tls == nullptr) return 0;
  return outcome(SSL_read(session_->tls, to, static_cast<int>(std::min<std::size_t>(size, INT_MAX))));
}

ssize_t TlsChannel::send(const char* from, std::size_t size) {
  if (session_->tls == nullptr || size == 0) return 0;
  return outcome(SSL_write(session_->tls, from, static_cast<int>(std::min<std::size_t>(size, INT_MAX))));
}

bool TlsChannel::wants_write() const { return session_->wanted == SSL_ERROR_WANT_WRITE; }
bool TlsChannel::wants_read() const { return session_->wanted == SSL_ERROR_WANT_READ; }
bool TlsChannel::pending() const { return session_->tls != nullptr && SSL_pending(session_->tls) > 0; }

void TlsChannel::say_goodbye() {
  (void)SSL_shutdown(session_->tls);
  ERR_clear_error();
}

}  // namespace lazaret::portal
