// TLS for the poll loop of garden_server: keys from files, and one channel a connection that never blocks. OpenSSL is seen
// in tls.cpp alone.
// Ownership: TlsKeys own the context, a channel its session and not the socket; keys outlive channels. Threads: one.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

namespace lazaret::portal {

class TlsKeys {
 public:
  TlsKeys();
  ~TlsKeys();
  /// TLS 1.2 and later. What is wrong with the files; empty: nothing.
  [[nodiscard]] std::string load(const std::filesystem::path& certificate, const std::filesystem::path& key);

 private:
  friend class TlsChannel;
  struct Context;
  std::unique_ptr<Context> context_;
};

class TlsChannel {
 public:
  TlsChannel(TlsKeys&, int socket);
  ~TlsChannel();
  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;

  /// As recv() and send() of a socket that does not block; the handshake is part of the first.
  [[nodiscard]] ssize_t receive(char* to, std::size_t size);
  [[nodiscard]] ssize_t send(const char* from, std::size_t size);
  /// What the last call would have needed.
  [[nodiscard]] bool wants_write() const;
  [[nodiscard]] bool wants_read() const;
  [[nodiscard]] bool pending() const;
  void say_goodbye();

 private:
  [[nodiscard]] ssize_t outcome(int result);
  struct Session;
  std::unique_ptr<Session> session_;
};

}  // namespace lazaret::portal
