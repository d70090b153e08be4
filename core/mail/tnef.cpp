// SPDX-License-Identifier: Apache-2.0
#include "core/mail/tnef.h"

#include <algorithm>

#include "core/mail/ascii.h"
#include "core/mail/charset.h"
#include "core/mail/tnef_rtf.h"
#include "core/mail/utf8.h"

namespace madoguchi::mail {
namespace {

constexpr std::uint32_t kSignature = 0x223E9F78;

/// Takes little-endian numbers and octets off the front; once something is missing nothing more
/// comes, and `failed` says so.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}

  std::uint32_t number(std::size_t size) {
    const std::string_view taken = take(size);
    std::uint32_t value = 0;
    for (std::size_t i = taken.size(); i-- > 0;)
      value = value << 8 | static_cast<unsigned char>(taken[i]);
    return value;
  }
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) {
      failed_ = true;
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  /// Values of properties fill up to four octets; the last one may lack that.
  void align(std::size_t size) { rest_.remove_prefix(std::min((4 - size % 4) % 4, rest_.size())); }
  [[nodiscard]] bool empty() const { return rest_.empty(); }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

std::string from_utf16(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const auto unit = [&](std::size_t at) {
      return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at]) |
                                        static_cast<unsigned char>(bytes[at + 1]) << 8);
    };
    std::uint32_t code = unit(i);
    if (code >= 0xD800 && code < 0xDC00 && i + 3 < bytes.size()) {
      const std::uint32_t low = unit(i + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      }
    }
    if (code != 0) append_utf8(code, out);
  }
  return out;
}

std::string_view until_nul(std::string_view bytes) { return bytes.substr(0, bytes.find('\0')); }

struct Property {
  std::uint32_t type = 0;
  std::uint32_t id = 0;
  std::string_view value;  ///< the first one of several
};

constexpr std::uint32_t kString8 = 0x1E;
constexpr std::uint32_t kUnicode = 0x1F;
constexpr std::uint32_t kObject = 0x0D;
constexpr std::uint32_t kBinary = 0x102;

/// Octets of a value of a type that always has as many; 0 for those that say it themselves.
std::size_t fixed_size(std::uint32_t type) {
  switch (type) {
    case 0x02:
    case 0x03:
    case 0x04:
    case 0x0A:
    case 0x0B:
      return 4;
    case 0x05:
    case 0x06:
    case 0x07:
    case 0x14:
    case 0x40:
      return 8;
    case 0x48:
      return 16;
    default:
      return 0;
  }
}

/// False when it cannot be told where the property ends.
bool read_property(Bytes& bytes, Property& property) {
  constexpr std::uint32_t kSeveral = 0x1000;
  constexpr std::size_t kGuid = 16;
  constexpr std::uint32_t kMostValues = 10'000;
  const std::uint32_t type = bytes.number(2);
  property.type = type & ~kSeveral;
  property.id = bytes.number(2);
  if (property.id >= 0x8000) {
    bytes.take(kGuid);
    if (bytes.number(4) == 0) {
      bytes.number(4);
    } else {
      const std::uint32_t size = bytes.number(4);
      bytes.take(size);
      bytes.align(size);
    }
    property.id = 0;  // no name of anybody's own is of interest
  }
  const std::size_t fixed = fixed_size(property.type);
  const bool sized = property.type == kString8 || property.type == kUnicode ||
                     property.type == kObject || property.type == kBinary;
  if (fixed == 0 && !sized) return property.type <= 1;
  const std::uint32_t count = sized || (type & kSeveral) != 0 ? bytes.number(4) : 1;
  if (count > kMostValues) return false;
  for (std::uint32_t i = 0; i < count && !bytes.failed(); ++i) {
    const std::size_t size = sized ? bytes.number(4) : fixed;
    const std::string_view value = bytes.take(size);
    if (sized) bytes.align(size);
    if (i == 0) property.value = value;
  }
  return !bytes.failed();
}

class TnefReader {
 public:
  TnefReader(const TnefLimits& limits, std::size_t depth) : limits_(limits), depth_(depth) {}

  std::optional<TnefContent> read(std::string_view stream) {
    Bytes bytes(stream);
    if (bytes.number(4) != kSignature) return std::nullopt;
    bytes.number(2);
    while (!bytes.empty() && more_) {
      bytes.number(1);
      const std::uint32_t id = bytes.number(4);
      const std::uint32_t size = bytes.number(4);
      const std::string_view value = bytes.take(size);
      if (bytes.failed()) break;
      attribute(id & 0xFFFF, value);
      bytes.number(2);  // its checksum: Outlook itself does not look at it
    }
    content_.whole = content_.whole && more_ && !bytes.failed();
    finish();
    return std::move(content_);
  }

 private:
  void attribute(std::uint32_t id, std::string_view value) {
    switch (id) {
      case 0x9007:
        charset_ = code_page_charset(Bytes(value).number(4));
        break;
      case 0x8004:
        content_.subject = text(until_nul(value));
        break;
      case 0x800C:
        content_.text = text(until_nul(value));
        break;
      case 0x9003:
        properties(value, [this](const Property& found) { of_message(found); });
        break;
      case 0x9002:
        more_ = content_.files.size() < limits_.files;
        if (more_) content_.files.emplace_back();
        break;
      case 0x8010:
        if (TnefFile* file = current(); file != nullptr && file->name.empty())
          file->name = text(until_nul(value));
        break;
      case 0x800F:
        if (TnefFile* file = current()) file->bytes = value;
        break;
      case 0x9005:
        if (current() != nullptr)
          properties(value, [this](const Property& found) { of_file(found); });
        break;
      default:
        break;
    }
  }

  template <typename Use>
  void properties(std::string_view value, const Use& use) {
    Bytes bytes(value);
    const std::uint32_t count = bytes.number(4);
    if (count > limits_.properties) content_.whole = false;
    for (std::uint32_t i = 0; i < std::min<std::size_t>(count, limits_.properties); ++i) {
      Property property;
      if (!read_property(bytes, property)) {
        content_.whole = false;
        return;
      }
      use(property);
    }
  }

  void of_message(const Property& property) {
    constexpr std::uint32_t kCompressed = 0x1009;
    switch (property.id) {
      case 0x37:
        content_.subject = string(property);
        break;
      case 0x1000:
        content_.text = string(property);
        break;
      case 0x1013:
        html_ = property.value;
        html_is_unicode_ = property.type == kUnicode;
        break;
      case kCompressed:
        rtf_ = property.value;
        break;
      case 0x3FDE:
        internet_charset_ = code_page_charset(Bytes(property.value).number(4));
        break;
      default:
        break;
    }
  }

  void of_file(const Property& property) {
    constexpr std::size_t kInterfaceId = 16;
    TnefFile& file = *current();
    switch (property.id) {
      case 0x3707:
        file.name = string(property);
        break;
      case 0x3704:
      case 0x3001:
        if (file.name.empty()) file.name = string(property);
        break;
      case 0x370E:
        file.media_type = lower(trim(string(property)));
        break;
      case 0x3712:
        file.content_id = string(property);
        break;
      case 0x3701:
        if (property.type == kObject && property.value.size() >= kInterfaceId) {
          nested_ = property.value.substr(kInterfaceId);
          open_nested();
        } else {
          file.bytes = property.value;
        }
        break;
      default:
        break;
    }
  }

  /// A message within: what it says becomes a file with its subject as name, its files follow.
  void open_nested() {
    if (depth_ + 1 >= limits_.depth) {
      content_.whole = false;
      return;
    }
    TnefLimits limits = limits_;
    limits.files = limits_.files - std::min(limits_.files, content_.files.size());
    std::optional<TnefContent> inner = TnefReader(limits, depth_ + 1).read(nested_);
    TnefFile& file = *current();
    if (!inner) {
      file.bytes = nested_;
      return;
    }
    const bool html = inner->text.empty() && !inner->html.empty();
    const std::string title = inner->subject.empty() ? "message" : inner->subject;
    std::string name = title;
    std::replace(name.begin(), name.end(), '/', '_');
    file.name = name + (html ? ".html" : ".txt");
    file.media_type = html ? "text/html" : "text/plain";
    file.bytes = html ? std::move(inner->html) : std::move(inner->text);
    content_.whole = content_.whole && inner->whole;
    for (TnefFile& below : inner->files) content_.files.push_back(std::move(below));
  }

  void finish() {
    if (!html_.empty()) {
      const std::string_view label = internet_charset_.empty() ? charset_ : internet_charset_;
      content_.html = html_is_unicode_ ? from_utf16(html_) : decode_text(html_, label).text;
    }
    if (!content_.html.empty() || rtf_.empty()) return;
    if (std::optional<std::string> rtf = decompress_rtf(rtf_, limits_.rtf)) {
      RtfText read = read_rtf(*rtf);
      if (read.is_html) {
        content_.html = std::move(read.text);
      } else if (content_.text.empty()) {
        content_.text = std::move(read.text);
      }
    } else {
      content_.whole = false;
    }
  }

  [[nodiscard]] std::string text(std::string_view bytes) const {
    return decode_text(bytes, charset_).text;
  }
  [[nodiscard]] std::string string(const Property& property) const {
    if (property.type == kUnicode) return from_utf16(property.value);
    return property.type == kString8 ? text(until_nul(property.value)) : std::string{};
  }
  TnefFile* current() { return content_.files.empty() ? nullptr : &content_.files.back(); }

  const TnefLimits& limits_;
  std::size_t depth_;
  TnefContent content_;
  std::string_view charset_ = "windows-1252";
  std::string_view internet_charset_;
  std::string_view html_;
  std::string_view rtf_;
  std::string_view nested_;
  bool html_is_unicode_ = false;
  bool more_ = true;
};

}  // namespace

std::optional<TnefContent> read_tnef(std::string_view bytes, const TnefLimits& limits) {
  return TnefReader(limits, 0).read(bytes);
}

}  // namespace madoguchi::mail
