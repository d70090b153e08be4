// SPDX-License-Identifier: Apache-2.0
#include "core/service/zip_writer.h"

#include <archive.h>
#include <archive_entry.h>

namespace madoguchi::service {
namespace {

Error zip_failed(archive* writer) {
  const char* said = archive_error_string(writer);
  return Error::unavailable(std::string("cannot write an archive: ") +
                            (said == nullptr ? "no reason was given" : said));
}

la_ssize_t take(archive* writer, void* sink, const void* octets, std::size_t size) {
  const std::string_view piece(static_cast<const char*>(octets), size);
  if ((*static_cast<ZipWriter::Sink*>(sink))(piece)) return static_cast<la_ssize_t>(size);
  archive_set_error(writer, 0, "its place does not take more");
  return -1;
}

}  // namespace

struct ZipWriter::State {
  explicit State(Sink given) : sink(std::move(given)), writer(archive_write_new()) {
    archive_write_set_format_zip(writer);
    archive_write_set_bytes_per_block(writer, 0);
    archive_write_open(writer, &sink, nullptr, &take, nullptr);
  }
  ~State() { archive_write_free(writer); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[nodiscard]] Result<void> check(la_ssize_t code) const {
    if (code >= ARCHIVE_OK) return {};
    return fail(zip_failed(writer));
  }

  Sink sink;
  archive* writer;
};

ZipWriter::ZipWriter(Sink sink) : state_(std::make_unique<State>(std::move(sink))) {}
ZipWriter::~ZipWriter() = default;

Result<void> ZipWriter::begin(const std::string& name, TimePoint at) {
  archive_entry* const entry = archive_entry_new();
  archive_entry_set_pathname(entry, name.c_str());
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0600);
  archive_entry_set_mtime(entry, static_cast<time_t>(to_micros(at) / 1'000'000), 0);
  Result<void> begun = state_->check(archive_write_header(state_->writer, entry));
  archive_entry_free(entry);
  return begun;
}

Result<void> ZipWriter::write(std::string_view octets) {
  return state_->check(archive_write_data(state_->writer, octets.data(), octets.size()));
}

Result<void> ZipWriter::finish() { return state_->check(archive_write_close(state_->writer)); }

}  // namespace madoguchi::service
