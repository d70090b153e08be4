// SPDX-License-Identifier: Apache-2.0
#include "daemon/console/serve.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace madoguchi::console {
namespace {

constexpr std::array<Asset, 3> kAssets{
    {{"assets/app-1.js", "text/javascript; charset=utf-8", "\"aa\"", true, "plain", "gz", "br"},
     {"assets/dot-2.png", "image/png", "\"cc\"", true, "png", "", ""},
     {"index.html", "text/html; charset=utf-8", "\"bb\"", false, "<html>", "hgz", "hbr"}}};

Result<http::Response> ask(std::string_view path, const char* name = nullptr,
                           const char* value = nullptr) {
  http::Headers headers;
  if (name != nullptr) headers.add(name, value);
  return serve(kAssets, path, headers);
}

std::string header(const Result<http::Response>& response, const char* name) {
  return std::string(response->headers.find(name).value_or("-"));
}

TEST(Serve, HashedFilesAreKeptForEver) {
  const Result<http::Response> script = ask("assets/app-1.js");
  ASSERT_TRUE(script);
  EXPECT_EQ(script->body, "plain");
  EXPECT_EQ(header(script, "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(header(script, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header(script, "Content-Encoding"), "-");
  EXPECT_EQ(header(script, "Vary"), "Accept-Encoding");
}

TEST(Serve, AddressesOfTheConsoleAnswerItsPageWhichIsAskedForEachTime) {
  for (const char* path : {"", "index.html", "cases", "cases/CS-000001"}) {
    const Result<http::Response> page = ask(path);
    ASSERT_TRUE(page) << path;
    EXPECT_EQ(page->body, "<html>") << path;
    EXPECT_EQ(header(page, "Cache-Control"), "no-cache") << path;
    EXPECT_NE(header(page, "Content-Security-Policy").find("script-src 'self'"), std::string::npos);
  }
}

TEST(Serve, AFileOfAnotherVersionIsNotFound) {
  const Result<http::Response> gone = ask("assets/app-0.js");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::not_found);
}

TEST(Serve, TheSmallestFormThatTheBrowserTakes) {
  const auto body = [](const char* path, const char* accepted) {
    return ask(path, "Accept-Encoding", accepted)->body;
  };
  EXPECT_EQ(body("assets/app-1.js", "gzip, deflate, br, zstd"), "br");
  EXPECT_EQ(body("assets/app-1.js", "GZIP"), "gz");
  EXPECT_EQ(body("assets/app-1.js", "br;q=0, gzip;q=0.5"), "gz");
  EXPECT_EQ(body("assets/app-1.js", "br;q=0.0,gzip; q=0"), "plain");
  EXPECT_EQ(body("assets/app-1.js", "brotli, x-gzip-like"), "plain");
  EXPECT_EQ(body("assets/dot-2.png", "gzip, br"), "png");
  EXPECT_EQ(header(ask("assets/app-1.js", "Accept-Encoding", "br"), "Content-Encoding"), "br");
}

TEST(Serve, WhatTheBrowserHasIsNotSentAgain) {
  EXPECT_EQ(ask("cases", "If-None-Match", "\"bb\"")->status, 304);
  EXPECT_EQ(ask("cases", "If-None-Match", "\"zz\", W/\"bb\"")->status, 304);
  EXPECT_EQ(ask("cases", "If-None-Match", "*")->status, 304);
  EXPECT_EQ(ask("cases", "If-None-Match", "\"bbb\"")->status, 200);
  const Result<http::Response> kept = ask("cases", "If-None-Match", "\"bb\"");
  EXPECT_EQ(kept->body, "");
  EXPECT_EQ(header(kept, "ETag"), "\"bb\"");
  EXPECT_EQ(header(kept, "Cache-Control"), "no-cache");
}

TEST(Serve, ABuildWithoutTheConsoleSaysSo) {
  const Result<http::Response> none = serve({}, "", {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
  EXPECT_NE(none.error().message.en.find("MADOGUCHI_CONSOLE"), std::string::npos);
}

}  // namespace
}  // namespace madoguchi::console
