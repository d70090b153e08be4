// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/seal.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"
#include "core/crypto/random.h"

namespace madoguchi::crypto {

namespace {

constexpr char kValue = 1;
constexpr char kStream = 2;
constexpr std::size_t kLongestId = 32;
constexpr std::size_t kWrapBytes = aead::kNonceBytes + aead::kKeyBytes + aead::kTagBytes;

bool is_key_id(std::string_view id) {
  return !id.empty() && id.size() <= kLongestId &&
         id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

Error unreadable(std::string detail) {
  return Error::internal("sealed value: " + std::move(detail));
}

struct Parts {
  std::string_view authenticated;  // version, length, key id
  std::string_view key_id;
  const std::uint8_t* wrap_nonce;
  std::string_view wrapped;  // with its tag
  std::string_view rest;
};

std::optional<Parts> split(std::string_view sealed) {
  if (sealed.size() < 2 || (sealed[0] != kValue && sealed[0] != kStream)) return std::nullopt;
  const std::size_t id_size = static_cast<unsigned char>(sealed[1]);
  if (sealed.size() < 2 + id_size + kWrapBytes) return std::nullopt;
  Parts parts{};
  parts.authenticated = sealed.substr(0, 2 + id_size);
  parts.key_id = parts.authenticated.substr(2);
  if (!is_key_id(parts.key_id)) return std::nullopt;
  parts.wrap_nonce = reinterpret_cast<const std::uint8_t*>(sealed.data()) + 2 + id_size;
  parts.wrapped = sealed.substr(2 + id_size + aead::kNonceBytes, aead::kKeyBytes + aead::kTagBytes);
  parts.rest = sealed.substr(2 + id_size + kWrapBytes);
  return parts;
}

std::string new_key_line() {
  std::array<std::uint8_t, 5> id{};
  random_bytes(id);
  aead::Key key;
  random_bytes(key.bytes);
  return "k" + to_base32({reinterpret_cast<const char*>(id.data()), id.size()}) + " " +
         to_hex(key.view()) + "\n";
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

Error bad_key_file(std::size_t line, const char* en, const char* ja) {
  const std::string where = std::to_string(line);
  return Error::malformed({"Key file, line " + where + ": " + en + ".",
                           "鍵ファイルの " + where + " 行目: " + ja + "。"});
}

}  // namespace

Result<MasterKeys> MasterKeys::parse(const Secret& file_content) {
  MasterKeys keys;
  std::string_view text = file_content.reveal();
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;

    const std::size_t space = std::min(line.find_first_of(" \t"), line.size());
    Entry entry;
    entry.id = std::string(line.substr(0, space));
    auto bytes = from_hex(trimmed(line.substr(space)));
    if (!is_key_id(entry.id) || !bytes || bytes->size() != aead::kKeyBytes) {
      return fail(bad_key_file(number, "not a key id and 64 hexadecimal digits",
                               "鍵 ID と 64 桁の 16 進数ではありません"));
    }
    std::memcpy(entry.key.bytes.data(), bytes->data(), aead::kKeyBytes);
    OPENSSL_cleanse(bytes->data(), bytes->size());
    if (keys.find(entry.id) != nullptr) {
      return fail(bad_key_file(number, "this key id comes twice", "鍵 ID が重複しています"));
    }
    keys.keys_.push_back(std::move(entry));
  }
  if (keys.keys_.empty()) return fail(bad_key_file(1, "there is no key", "鍵がありません"));
  return keys;
}

Secret MasterKeys::generate() {
  return Secret(
      "# Master keys: the first one seals, all of them open. Losing this file loses every\n"
      "# sealed value; keep a copy apart from the backups of the database.\n" +
      new_key_line());
}

Result<Secret> MasterKeys::rotate(const Secret& file_content) {
  if (auto valid = parse(file_content); !valid) return fail(valid.error());
  return Secret(new_key_line() + file_content.reveal());
}

const MasterKeys::Entry* MasterKeys::find(std::string_view id) const {
  for (const Entry& entry : keys_) {
    if (entry.id == id) return &entry;
  }
  return nullptr;
}

void MasterKeys::wrap(char version, const aead::Key& data_key, const std::uint8_t* nonce,
                      std::string& out) const {
  const Entry& current = keys_.front();
  const std::size_t start = out.size();
  out += version;
  out += static_cast<char>(current.id.size());
  out += current.id;
  const std::size_t authenticated = out.size() - start;
  out.append(reinterpret_cast<const char*>(nonce), aead::kNonceBytes);
  const std::size_t wrapped = out.size();
  out.resize(wrapped + aead::kKeyBytes + aead::kTagBytes);
  aead::encrypt(current.key, nonce, {std::string_view(out).substr(start, authenticated)},
                data_key.view(), out.data() + wrapped);
}

std::string MasterKeys::seal(std::string_view plain, std::string_view aad) const {
  // One call to the generator: its cost, not AES, decides for small values.
  std::array<std::uint8_t, aead::kKeyBytes + 2 * aead::kNonceBytes> random{};
  random_bytes(random);
  aead::Key data_key;
  std::copy_n(random.begin(), aead::kKeyBytes, data_key.bytes.begin());
  OPENSSL_cleanse(random.data(), aead::kKeyBytes);
  const std::uint8_t* wrap_nonce = random.data() + aead::kKeyBytes;
  const std::uint8_t* nonce = wrap_nonce + aead::kNonceBytes;

  std::string out;
  out.reserve(2 + keys_.front().id.size() + kWrapBytes + aead::kNonceBytes + plain.size() +
              aead::kTagBytes);
  wrap(kValue, data_key, wrap_nonce, out);
  out.append(reinterpret_cast<const char*>(nonce), aead::kNonceBytes);
  const std::size_t body = out.size();
  out.resize(body + plain.size() + aead::kTagBytes);
  aead::encrypt(data_key, nonce, {{&kValue, 1}, aad}, plain, out.data() + body);
  return out;
}

Result<std::string> MasterKeys::open(std::string_view sealed, std::string_view aad) const {
  std::size_t header = 0;
  const auto data_key = open_envelope(sealed, kValue, header);
  if (!data_key) return fail(data_key.error());
  sealed.remove_prefix(header);
  if (sealed.size() < aead::kNonceBytes + aead::kTagBytes) return fail(unreadable("cut off"));
  const auto* nonce = reinterpret_cast<const std::uint8_t*>(sealed.data());
  sealed.remove_prefix(aead::kNonceBytes);
  std::string plain(sealed.size() - aead::kTagBytes, '\0');
  if (!aead::decrypt(*data_key, nonce, {{&kValue, 1}, aad}, sealed, plain.data())) {
    OPENSSL_cleanse(plain.data(), plain.size());
    return fail(unreadable("altered, or sealed for another place"));
  }
  return plain;
}

Result<std::string> MasterKeys::key_id_of(std::string_view sealed) {
  const auto parts = split(sealed);
  if (!parts) return fail(unreadable("not one, or cut off"));
  return std::string(parts->key_id);
}

Result<std::string> MasterKeys::rewrap(std::string_view sealed) const {
  if (sealed.empty()) return fail(unreadable("not one, or cut off"));
  std::size_t header = 0;
  const auto data_key = open_envelope(sealed, sealed[0], header);
  if (!data_key) return fail(data_key.error());
  std::array<std::uint8_t, aead::kNonceBytes> nonce{};
  random_bytes(nonce);
  std::string out;
  out.reserve(sealed.size() + kLongestId);
  wrap(sealed[0], *data_key, nonce.data(), out);
  out.append(sealed.substr(header));
  return out;
}

Envelope MasterKeys::new_envelope(char version) const {
  Envelope envelope;
  random_bytes(envelope.data_key.bytes);
  std::array<std::uint8_t, aead::kNonceBytes> nonce{};
  random_bytes(nonce);
  wrap(version, envelope.data_key, nonce.data(), envelope.header);
  return envelope;
}

Result<aead::Key> MasterKeys::open_envelope(std::string_view sealed, char version,
                                            std::size_t& size_of_header) const {
  const auto parts = split(sealed);
  if (!parts || sealed[0] != version) return fail(unreadable("not one, or cut off"));
  const Entry* master = find(parts->key_id);
  if (master == nullptr) {
    return fail(unreadable("the key file has no key " + std::string(parts->key_id)));
  }
  aead::Key data_key;
  if (!aead::decrypt(master->key, parts->wrap_nonce, {parts->authenticated}, parts->wrapped,
                     reinterpret_cast<char*>(data_key.bytes.data()))) {
    return fail(unreadable("its data key was altered"));
  }
  size_of_header = sealed.size() - parts->rest.size();
  return data_key;
}

}  // namespace madoguchi::crypto
