// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/crypto/aead.h"

namespace madoguchi::crypto {

/// A data key on its way into or out of an envelope; see MasterKeys.
struct Envelope {
  aead::Key data_key;
  std::string header;  ///< everything up to and including the wrapped data key
};

/// Seals values at rest: AES-256-GCM under a data key made for this one value, the data key wrapped
/// by the master key. Immutable, so safe for use by many threads; copies hold copies of the keys.
///
/// The key file, one key a line, "#" comments allowed, the first key seals and all of them open:
///
///     key-id  64 hexadecimal digits          key-id: 1 to 32 of a-z, 0-9 and "-"
///
/// A sealed value, version 1 (integers are single bytes; nonces are random):
///
///     version 0x01 | length of key id | key id | wrap nonce 12 | wrapped data key 32 | wrap tag 16
///     | nonce 12 | cipher text | tag 16
///
/// The wrap authenticates everything before its nonce; the cipher text authenticates the version
/// byte and the caller's `aad`, which should name the place ("table|column|id|version"), so that a
/// value moved elsewhere does not open. Version 2 is the stream of seal_stream.h. A master key may
/// wrap 2^32 values before random nonces come close to repeating: rotate long before.
class MasterKeys {
 public:
  /// Refuses an empty file, a line that is not as above, and an id that comes twice. The message
  /// names the line and never its content.
  static Result<MasterKeys> parse(const Secret& file_content);
  /// The text of a new key file with one new key.
  static Secret generate();
  /// The text of the file after a rotation: a new key in front of `file_content`.
  static Result<Secret> rotate(const Secret& file_content);

  [[nodiscard]] std::string seal(std::string_view plain, std::string_view aad) const;
  /// `internal` when the key is not in the file, the value was altered or cut, or `aad` is another.
  [[nodiscard]] Result<std::string> open(std::string_view sealed, std::string_view aad) const;

  /// The id of the master key that `sealed` (a value or a stream's beginning) needs.
  [[nodiscard]] static Result<std::string> key_id_of(std::string_view sealed);
  /// The same value or stream under the current master key: only the wrap of the data key is made
  /// anew, so it costs no more for a big one and needs no `aad`. Of a stream its beginning
  /// suffices.
  [[nodiscard]] Result<std::string> rewrap(std::string_view sealed) const;

  [[nodiscard]] const std::string& current_id() const { return keys_.front().id; }

  /// For the formats that build on this one (seal_stream.h).
  [[nodiscard]] Envelope new_envelope(char version) const;
  /// `size_of_header` tells how much of `sealed` the header took.
  [[nodiscard]] Result<aead::Key> open_envelope(std::string_view sealed, char version,
                                                std::size_t& size_of_header) const;

 private:
  struct Entry {
    std::string id;
    aead::Key key;
  };

  MasterKeys() = default;
  [[nodiscard]] const Entry* find(std::string_view id) const;
  /// Appends version, id and the wrapped key.
  void wrap(char version, const aead::Key& data_key, const std::uint8_t* nonce,
            std::string& out) const;

  std::vector<Entry> keys_;
};

}  // namespace madoguchi::crypto
