// SPDX-License-Identifier: Apache-2.0
#include "core/net/address_guard.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace madoguchi::net {
namespace {

using Verdict = AddressGuard::Verdict;

TEST(AddressGuard, refuses_what_is_not_the_public_internet) {
  const AddressGuard guard = AddressGuard::make({}).value();
  for (const char* address : {"0.0.0.0",
                              "0.255.255.255",
                              "10.0.0.1",
                              "10.255.255.255",
                              "100.64.0.1",
                              "100.127.255.255",
                              "127.0.0.1",
                              "127.255.255.254",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.8",
                              "192.0.2.1",
                              "192.88.99.1",
                              "192.168.1.1",
                              "198.18.0.1",
                              "198.19.255.255",
                              "198.51.100.7",
                              "203.0.113.9",
                              "224.0.0.1",
                              "239.255.255.255",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.1.2.3",
                              "::ffff:a9fe:a9fe",
                              "64:ff9b::7f00:1",
                              "64:ff9b:1::1",
                              "100::1",
                              "2001::1",
                              "2001:0:ffff::1",
                              "2002:7f00:1::",
                              "fc00::1",
                              "fdff::1",
                              "fe80::1",
                              "febf::1",
                              "ff02::1",
                              "localhost",
                              "",
                              "127.1",
                              "0x7f.1",
                              "2130706433"}) {
    EXPECT_EQ(guard.judge(address), Verdict::refused) << address;
  }
}

TEST(AddressGuard, lets_public_addresses_pass) {
  const AddressGuard guard = AddressGuard::make({}).value();
  for (const char* address :
       {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255",
        "172.32.0.0", "192.0.1.1", "198.17.255.255", "198.20.0.0", "223.255.255.255",
        "::ffff:8.8.8.8", "2001:1::1", "2606:4700::1111", "fbff::1", "fec0::1"}) {
    EXPECT_EQ(guard.judge(address), Verdict::allowed) << address;
  }
}

TEST(AddressGuard, trusts_the_ranges_it_is_told) {
  const AddressGuard guard = AddressGuard::make({"127.0.0.1", "10.4.0.0/14", "fd12::/16"}).value();
  for (const char* address : {"127.0.0.1", "::ffff:127.0.0.1", "10.7.255.255", "fd12:1::1"}) {
    EXPECT_EQ(guard.judge(address), Verdict::trusted) << address;
  }
  for (const char* address : {"127.0.0.2", "10.8.0.0", "10.3.255.255", "fd13::1"}) {
    EXPECT_EQ(guard.judge(address), Verdict::refused) << address;
  }
  for (const char* range :
       {"10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "::/129", "host", "/8", "1.2.3.4/-1"}) {
    EXPECT_FALSE(AddressGuard::make({range})) << range;
  }
}

TEST(AddressGuard, judges_the_address_of_a_socket) {
  const AddressGuard guard = AddressGuard::make({}).value();
  sockaddr_storage storage{};
  auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto& any = reinterpret_cast<const sockaddr&>(storage);
  EXPECT_EQ(guard.judge(any), Verdict::refused);
  v4.sin_addr.s_addr = htonl(0x01010101);
  EXPECT_EQ(guard.judge(any), Verdict::allowed);
  storage = {};
  auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
  v6.sin6_family = AF_INET6;
  v6.sin6_addr = in6addr_loopback;
  EXPECT_EQ(guard.judge(any), Verdict::refused);
  storage.ss_family = AF_UNIX;
  EXPECT_EQ(guard.judge(any), Verdict::refused);
}

}  // namespace
}  // namespace madoguchi::net
