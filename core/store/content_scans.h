// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/message.h"

namespace madoguchi::store {

/// What a scanner said of the contents of attachments, by their SHA-256 in hexadecimal.
class ContentScans {
 public:
  explicit ContentScans(db::Session& session) : session_(session) {}

  /// It waits for the scanner from now on, unless something is known of it already.
  void expect(const std::string& sha256);
  /// The newest word counts.
  void set(const std::string& sha256, const domain::ContentScan& scan);
  [[nodiscard]] std::optional<domain::ContentScan> find(const std::string& sha256);

  /// An attachment of a message that has the content.
  struct Holder {
    domain::AttachmentId attachment;
    domain::MessageId message;
    domain::CaseId case_id;
    std::string file_name;
  };
  [[nodiscard]] std::vector<Holder> holders(const std::string& sha256, int limit);

  /// A walk over all attachments in the order of their ids; `sha256` is empty where something is
  /// known of the content already.
  struct Step {
    domain::AttachmentId attachment;
    std::string sha256;
  };
  [[nodiscard]] std::vector<Step> after(const std::string& attachment_id, int limit);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
