// SPDX-License-Identifier: Apache-2.0
#include "daemon/lmtp/connection.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Timespan.h>
#include <sys/socket.h>

#include <cstring>

namespace madoguchi::lmtp {
namespace {

constexpr long kSendTimeoutSeconds = 30;

}  // namespace

Connection::Connection(const Poco::Net::StreamSocket& socket, const Clock& clock)
    : socket_(socket), clock_(clock), buffer_(std::make_unique_for_overwrite<char[]>(kCapacity)) {
  socket_.setSendTimeout(Poco::Timespan(kSendTimeoutSeconds, 0));
}

ReadStatus Connection::fill(SteadyPoint deadline) {
  if (begin_ == end_) {
    begin_ = end_ = 0;
  } else if (end_ == kCapacity) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock_.steady_now());
    if (left.count() <= 0) return ReadStatus::timeout;
    try {
      limit_wait(left);
      const int got =
          socket_.receiveBytes(buffer_.get() + end_, static_cast<int>(kCapacity - end_));
      if (got <= 0) return ReadStatus::closed;
      end_ += static_cast<std::size_t>(got);
      return ReadStatus::more;
    } catch (const Poco::TimeoutException&) {
      continue;  // the wait may have been shorter than what is left by now
    } catch (const Poco::Exception&) {
      return ReadStatus::closed;
    }
  }
}

void Connection::limit_wait(std::chrono::milliseconds left) {
  const bool fits = left <= receive_timeout_ * 2 && left >= receive_timeout_ * 7 / 8;
  if (fits) return;
  socket_.setReceiveTimeout(Poco::Timespan(left.count() * 1000));
  receive_timeout_ = left;
}

void Connection::reply(std::string_view line) {
  replies_ += line;
  replies_ += "\r\n";
}

bool Connection::flush() {
  std::string_view rest = replies_;
  try {
    while (!rest.empty()) {
      const int sent = socket_.sendBytes(rest.data(), static_cast<int>(rest.size()), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
  } catch (const Poco::Exception&) {
    return false;
  }
  replies_.clear();
  return true;
}

std::string Connection::peer() const {
  try {
    const Poco::Net::SocketAddress address = socket_.peerAddress();
    if (address.family() == Poco::Net::SocketAddress::UNIX_LOCAL) return "unix";
    return address.toString();
  } catch (const Poco::Exception&) {
    return "unknown";
  }
}

}  // namespace madoguchi::lmtp
