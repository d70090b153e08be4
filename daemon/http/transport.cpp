// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/transport.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

namespace madoguchi::http {
namespace {

IoResult outcome(ssize_t moved, IoStatus wanted) {
  if (moved >= 0) return {IoStatus::done, static_cast<std::size_t>(moved)};
  return {errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? wanted : IoStatus::failed, 0};
}

iovec piece(std::string_view bytes) { return {const_cast<char*>(bytes.data()), bytes.size()}; }

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(int fd) : fd_(fd) {}

  IoResult handshake() override { return {IoStatus::done, 0}; }

  IoResult read(char* to, std::size_t room) override {
    const ssize_t got = ::recv(fd_, to, room, 0);
    if (got == 0) return {IoStatus::end, 0};
    return outcome(got, IoStatus::want_read);
  }

  IoResult write(std::string_view first, std::string_view second) override {
    if (second.empty()) {
      return outcome(::send(fd_, first.data(), first.size(), MSG_NOSIGNAL), IoStatus::want_write);
    }
    std::array<iovec, 2> pieces{piece(first), piece(second)};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    return outcome(::sendmsg(fd_, &message, MSG_NOSIGNAL), IoStatus::want_write);
  }

  [[nodiscard]] bool holds_input() const override { return false; }
  void finish_writing() override { ::shutdown(fd_, SHUT_WR); }
  [[nodiscard]] bool secure() const override { return false; }

 private:
  int fd_;
};

}  // namespace

std::unique_ptr<Transport> plain_transport(int fd) { return std::make_unique<PlainTransport>(fd); }

}  // namespace madoguchi::http
