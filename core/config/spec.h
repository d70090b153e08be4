// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/config/codec.h"
#include "core/config/node.h"
#include "core/config/problem.h"
#include "core/config/reference.h"

namespace madoguchi::config {

/// The one declaration of a table of options: what fills a T, from which come the parser, the
/// defaults (those of `T{}`), the complaints and the reference file. A value, built once:
///
///     ConfigSpec<Smtp>("How mail leaves.")
///         .must("host", &Smtp::host, host(), "mail.shop.example", "The server to submit to.")
///         .may("port", &Smtp::port, integer<int>(1, 65535), "Its port.");
///
/// Keys that are not declared are complaints. Comments and `about` are full English sentences.
template <class T>
class ConfigSpec {
 public:
  explicit ConfigSpec(std::string about) : about_(std::move(about)) {}

  /// An option without a default.
  template <class V>
  ConfigSpec& must(std::string key, V T::*member, Codec<V> codec,
                   const std::type_identity_t<V>& example, std::string comment);
  /// An option whose default is the member's.
  template <class V>
  ConfigSpec& may(std::string key, V T::*member, Codec<V> codec, std::string comment);
  /// An option that is not set unless the file sets it.
  template <class V>
  ConfigSpec& may(std::string key, std::optional<V> T::*member, Codec<V> codec,
                  const std::type_identity_t<V>& example, std::string comment);

  /// A table that is always there; without it in the file, its defaults.
  template <class M>
  ConfigSpec& table(std::string key, M T::*member, ConfigSpec<M> spec);
  /// A table that may be missing.
  template <class M>
  ConfigSpec& table(std::string key, std::optional<M> T::*member, ConfigSpec<M> spec);
  /// An array of tables, [[key]].
  template <class M>
  ConfigSpec& tables(std::string key, std::vector<M> T::*member, ConfigSpec<M> spec);

  /// What options have to keep among each other; asked only when each is right by itself.
  ConfigSpec& rule(std::function<void(const T&, Complaints&)> rule) {
    rules_.push_back(std::move(rule));
    return *this;
  }

  /// Fills a T from a table and adds every problem found; with problems the T is not to be used.
  [[nodiscard]] T read(const Node& table, const std::string& pointer, Problems& problems) const;
  /// `path` is the dotted path of this table, empty for the file itself.
  void write_reference(ReferenceWriter& writer, const std::string& path,
                       ReferenceWriter::State state) const;
  [[nodiscard]] const std::string& about() const { return about_; }

 private:
  using State = ReferenceWriter::State;

  struct Item {
    std::string key;
    bool is_table = false;
    Text missing;  ///< what is allowed, when the option must be there
    std::function<void(const Node&, const std::string& pointer, int line, Problems&, T&)> read;
    std::function<void(ReferenceWriter&, const std::string& path, State)> write_reference;
  };

  ConfigSpec& add(Item item) {
    items_.push_back(std::move(item));
    return *this;
  }
  [[nodiscard]] const Item* find_item(std::string_view key) const;

  template <class V, class Member>
  static auto reader(Member T::*member, Codec<V> codec);

  std::string about_;
  std::vector<Item> items_;
  std::vector<std::function<void(const T&, Complaints&)>> rules_;
};

/// Reads a whole file's text. All problems of the file in one `invalid` Error (problem.h); what is
/// not TOML at all is one problem, for nothing behind it could be trusted.
template <class T>
[[nodiscard]] Result<T> parse(const ConfigSpec<T>& spec, std::string_view text,
                              std::string_view file_name);

/// The reference file of a whole file's spec.
template <class T>
[[nodiscard]] std::string render_reference(const ConfigSpec<T>& spec);

}  // namespace madoguchi::config

#include "core/config/spec_impl.h"
