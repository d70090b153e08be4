// SPDX-License-Identifier: Apache-2.0
#include "core/store/blobs.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "core/store/durable_file.h"
#include "core/store/store_test.h"

namespace madoguchi::store {
namespace {

namespace fs = std::filesystem;

class StoredBlobs : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    blobs_ = std::make_unique<Blobs>(database(), keys_, folder());
  }
  fs::path folder() { return test_database().folder() / "blobs"; }
  Blobs::Prepared prepare(const std::string& name, const std::string& content,
                          Blobs::Kind kind = Blobs::Kind::original) {
    return blobs_->prepare(name, content, kind).value();
  }
  void keep(const std::string& name, const std::string& content) {
    const Blobs::Prepared blob = prepare(name, content);
    write([&](db::Session& session) { blobs_->record(session, blob); });
  }
  bool pieces(const std::string& name, const Blobs::Take& take) {
    return blobs_->read_pieces(name, take).has_value();
  }
  std::vector<fs::path> files() {
    std::vector<fs::path> out;
    std::error_code none;
    for (fs::recursive_directory_iterator entry(folder(), none), end; entry != end; ++entry) {
      if (entry->is_regular_file()) out.push_back(entry->path());
    }
    return out;
  }
  static std::string content_of(std::size_t size) {
    std::string content(size, '\0');
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 7 + i / 251);
    return content;
  }
  static domain::Attachment upload(const std::string& id, const std::string& content) {
    domain::Attachment attachment;
    attachment.id = domain::AttachmentId(id);
    attachment.file_name = "f";
    attachment.media_type = "x/y";
    attachment.sha256 = content;
    return attachment;
  }
  [[nodiscard]] bool sqlite() const { return GetParam() == db::Engine::sqlite; }

  const crypto::MasterKeys keys_ =
      crypto::MasterKeys::parse(crypto::MasterKeys::generate()).value();
  std::unique_ptr<Blobs> blobs_;
};
INSTANTIATE_TEST_SUITE_P(Engines, StoredBlobs, testing::engines(), testing::engine_name);

TEST_P(StoredBlobs, that_are_torn_are_written_anew) {
  if (!sqlite()) return;  // there are no files
  const std::string content = content_of(100'000);
  const Blobs::Prepared copy = prepare("content", content, Blobs::Kind::copy);
  write([&](db::Session& session) { blobs_->record(session, copy); });
  const auto tear = [&] { fs::resize_file(files().at(0), 5000); };
  tear();
  (void)prepare("content", content, Blobs::Kind::copy);
  EXPECT_FALSE(blobs_->read("content")) << "a copy is not looked at";
  (void)prepare("content", content);
  EXPECT_TRUE(blobs_->read("content").value_or("") == content);
  tear();
  ASSERT_TRUE(blobs_->mend("content", content));
  EXPECT_TRUE(blobs_->read("content").value_or("") == content);
  ASSERT_TRUE(blobs_->mend("small", "content"));
  EXPECT_EQ(files().size(), 1u);
}

TEST_P(StoredBlobs, of_every_size_are_read_back_and_lie_nowhere_in_the_clear) {
  constexpr std::size_t kRow = Blobs::kInRow;
  const std::size_t sizes[] = {0,         1,        kRow, kRow + 1, 256 * 1024, 256 * 1024 + 1,
                               1'000'000, 3'000'000};
  for (const std::size_t size : sizes) keep("blob" + std::to_string(size), content_of(size));
  for (const std::size_t size : sizes) {
    const Result<std::string> content = blobs_->read("blob" + std::to_string(size));
    ASSERT_TRUE(content) << size << content.error().describe();
    EXPECT_TRUE(*content == content_of(size)) << size;
    EXPECT_TRUE(read([&](db::Session& session) {
                  return blobs_->read(session, "blob" + std::to_string(size)).value();
                }) == content_of(size));
  }
  EXPECT_EQ(files().size(), sqlite() ? 5u : 0u);
  const std::string needle = content_of(1'000'000).substr(500'000, 24);
  for (const fs::path& file : files()) {
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    EXPECT_EQ(bytes.find(needle), std::string::npos);
    EXPECT_EQ(fs::status(file).permissions() & (fs::perms::group_all | fs::perms::others_all),
              fs::perms::none);
  }
  EXPECT_EQ(number("SELECT count(*) FROM blob_chunks WHERE blob_id = 'blob1000000'"),
            sqlite() ? 0 : 4);
  EXPECT_FALSE(blobs_->read("no such blob"));
}

TEST_P(StoredBlobs, are_read_piece_by_piece_as_far_as_they_are_wanted) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{100'000}, std::size_t{3'000'000}}) {
    const std::string name = "blob" + std::to_string(size);
    keep(name, content_of(size));
    std::string all;
    std::size_t biggest = 0;
    EXPECT_TRUE(pieces(name, [&](std::string_view piece) {
      all += piece;
      biggest = std::max(biggest, piece.size());
      return true;
    })) << size;
    EXPECT_TRUE(all == content_of(size)) << size;
    EXPECT_LE(biggest, std::size_t{512 * 1024});
  }
  std::string first;
  EXPECT_TRUE(pieces("blob3000000", [&](std::string_view piece) {
    first += piece;
    return false;
  }));
  EXPECT_TRUE(!first.empty() && first == content_of(first.size()));
  EXPECT_LT(first.size(), std::size_t{1'000'000});
  EXPECT_FALSE(pieces("none", [](std::string_view) { return true; }));
}

TEST_P(StoredBlobs, that_an_earlier_version_sealed_as_one_are_read) {
  const std::string content = content_of(600'000);
  const auto sealed = [&](const std::string& name) {
    return keys_.seal(content, "blobs|sealed|" + name + "|1");
  };
  const auto insert = [&](const std::string& name, const char* place) {
    write([&](db::Session& session) {
      session.run({"test.blob", "INSERT INTO blobs (id, size, place) VALUES ($1, 600000, $2)"},
                  {name, place});
    });
  };
  insert("chunks", "chunks");
  write([&](db::Session& session) {
    const std::string bytes = sealed("chunks");
    for (std::int64_t part = 0; part < 3; ++part) {
      session.run({"test.chunk",
                   "INSERT INTO blob_chunks (blob_id, part, sealed) "
                   "VALUES ($1, $2, $3)"},
                  {"chunks", part,
                   db::Bytes{std::string_view(bytes).substr(
                       static_cast<std::size_t>(part) * 256 * 1024, 256 * 1024)}});
    }
  });
  EXPECT_TRUE(blobs_->read("chunks").value_or("") == content);
  keep("chunks", content);
  EXPECT_TRUE(blobs_->read("chunks").value_or("") == content) << "what is there is left alone";
  EXPECT_EQ(number("SELECT count(*) FROM blob_chunks"), 3);
  if (!sqlite()) return;
  insert("file", "file");
  fs::create_directories(folder() / "fi");
  ASSERT_TRUE(write_durably(folder() / "fi" / "file", sealed("file")));
  EXPECT_TRUE(blobs_->read("file").value_or("") == content);
  (void)prepare("file", content);
  EXPECT_TRUE(blobs_->read("file").value_or("") == content);
}

TEST_P(StoredBlobs, of_one_name_are_stored_once) {
  for (const std::size_t size : {std::size_t{100}, std::size_t{100'000}, std::size_t{600'000}}) {
    const std::string name = "same" + std::to_string(size);
    keep(name, content_of(size));
    keep(name, content_of(size));  // sealed under another key, and not mixed with the first
    EXPECT_TRUE(blobs_->read(name).value() == content_of(size)) << size;
    // Two that were made ready at the same time.
    const Blobs::Prepared one = prepare("both" + name, content_of(size));
    const Blobs::Prepared two = prepare("both" + name, content_of(size));
    write([&](db::Session& session) { blobs_->record(session, two); });
    write([&](db::Session& session) { blobs_->record(session, one); });
    EXPECT_TRUE(blobs_->read("both" + name).value() == content_of(size)) << size;
  }
  EXPECT_EQ(number("SELECT count(*) FROM blobs"), 6);
  EXPECT_EQ(files().size(), sqlite() ? 4u : 0u);
}

TEST_P(StoredBlobs, damaged_moved_or_lost_are_found_out) {
  keep("small", content_of(100));
  keep("small2", content_of(100));
  keep("big", content_of(600'000));
  keep("cut", content_of(600'000));
  // Moved: another blob's bytes under this name.
  sql("UPDATE blobs SET sealed = (SELECT b.sealed FROM blobs b WHERE b.id = 'small2') WHERE id = "
      "'small'");
  if (sqlite()) {
    std::fstream file(folder() / "bi" / "big", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(300'000);
    file.put('!');
    file.put('?');
    file.close();
    fs::resize_file(folder() / "cu" / "cut", 400'000);
  } else {
    sql("UPDATE blob_chunks SET sealed = set_byte(sealed, 9, get_byte(sealed, 9) # 1) WHERE "
        "blob_id = 'big' AND part = 1");
    sql("DELETE FROM blob_chunks WHERE blob_id = 'cut' AND part = 2");
  }
  for (const char* name : {"small", "big", "cut"}) {
    const Result<std::string> content = blobs_->read(name);
    ASSERT_FALSE(content) << name;
    EXPECT_EQ(content.error().code, ErrorCode::internal);
  }
  EXPECT_TRUE(blobs_->read("small2"));
  if (sqlite()) {
    fs::remove(folder() / "bi" / "big");
    EXPECT_FALSE(blobs_->read("big"));
  }
  const crypto::MasterKeys others =
      crypto::MasterKeys::parse(crypto::MasterKeys::generate()).value();
  EXPECT_FALSE(Blobs(database(), others, folder()).read("small2"));
}

TEST_P(StoredBlobs, strays_go_when_they_are_old_and_recorded_ones_never) {
  if (!sqlite()) {
    EXPECT_EQ(blobs_->remove_strays().value(), 0);  // there is not even a folder
    return;
  }
  const auto age = [&](const std::string& name, std::chrono::minutes by) {
    fs::last_write_time(folder() / name.substr(0, 2) / name, fs::file_time_type::clock::now() - by);
  };
  keep("recorded", content_of(100'000));
  (void)prepare("stray", content_of(100'000));
  (void)prepare("young", content_of(100'000));
  const Blobs::Prepared later = prepare("wanted", content_of(100'000));
  std::ofstream(folder() / "st" / "stray.Xy3Zab") << "left by a crash while writing";
  for (const char* name : {"recorded", "stray", "stray.Xy3Zab", "wanted"}) {
    age(name, std::chrono::minutes(61));
  }
  age("young", std::chrono::minutes(59));
  // The same content comes again: its file is not taken from under its feet.
  (void)prepare("wanted", content_of(100'000));
  EXPECT_EQ(blobs_->remove_strays().value(), 2);
  write([&](db::Session& session) { blobs_->record(session, later); });
  EXPECT_TRUE(blobs_->read("recorded"));
  EXPECT_TRUE(blobs_->read("wanted"));
  EXPECT_FALSE(fs::exists(folder() / "st" / "stray"));
  EXPECT_TRUE(fs::exists(folder() / "yo" / "young"));
}

TEST_P(StoredBlobs, a_content_is_replaced_by_one_commit_and_its_file_goes_after_it) {
  for (const std::size_t size : {std::size_t{100}, std::size_t{100'000}, std::size_t{600'000}}) {
    const std::string name = "mail" + std::to_string(size);
    keep(name, content_of(size));
    const fs::path file = folder() / "ma" / name;
    const bool is_file = sqlite() && size > Blobs::kInRow;
    ASSERT_TRUE(blobs_->remove_file(name));
    EXPECT_EQ(blobs_->read(name).value(), content_of(size)) << "what is recorded is left alone";
    for (const std::size_t other : {std::size_t{300'000}, std::size_t{70'000}}) {
      bool left = false;
      write([&](db::Session& session) {
        left = blobs_->replace(session, blobs_->prepare_replacement(name, content_of(other)));
      });
      EXPECT_EQ(left, is_file && other == 300'000);
      EXPECT_EQ(blobs_->read(name).value(), content_of(other));
    }
    EXPECT_EQ(fs::exists(file), is_file);
    // The process ended before it removed the file: whoever comes first does.
    if (is_file && size == 600'000) {
      fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(2));
      EXPECT_EQ(blobs_->remove_strays().value(), 1);
    }
    ASSERT_TRUE(blobs_->remove_file(name));
    EXPECT_FALSE(fs::exists(file));
    EXPECT_EQ(blobs_->read(name).value(), content_of(70'000));
  }
}

TEST_P(StoredBlobs, a_content_is_forgotten_with_its_last_attachment) {
  keep("one", content_of(300'000));
  write([&](db::Session& session) {
    Messages(session).insert_upload(upload("a", "one"), domain::AgentId("ann"), clock_.now());
    blobs_->forget_unused(session, "one");
    blobs_->forget_unused(session, "never there");
  });
  EXPECT_TRUE(blobs_->read("one"));
  sql("DELETE FROM attachments");
  write([&](db::Session& session) { blobs_->forget_unused(session, "one"); });
  EXPECT_FALSE(blobs_->read("one"));
  EXPECT_EQ(number("SELECT count(*) FROM blob_chunks"), 0);
}

TEST_P(StoredBlobs, an_upload_in_the_moment_of_forgetting_keeps_its_content) {
  if (sqlite()) return;  // its writers come one after the other
  keep("same", content_of(300'000));
  const Blobs::Prepared blob = prepare("same", content_of(300'000));
  std::atomic<bool> forgotten{false};
  std::jthread forgetting;
  write([&](db::Session& session) {
    blobs_->record(session, blob);
    session.flush();
    forgetting = std::jthread([&] {
      write([&](db::Session& other) { blobs_->forget_unused(other, "same"); });
      forgotten = true;
    });
    // Either it is through, or it waits for this unit of work.
    const db::Statement waiting{"test", "SELECT count(*) FROM pg_locks WHERE NOT granted"};
    while (!forgotten && session.run(waiting).front().integer(0) == 0) {
      std::this_thread::yield();
    }
    Messages(session).insert_upload(upload("a", "same"), domain::AgentId("ann"), clock_.now());
  });
  forgetting.join();
  const Result<std::string> kept = blobs_->read("same");
  ASSERT_TRUE(kept) << kept.error().describe();
  EXPECT_TRUE(*kept == content_of(300'000));
}

TEST_P(StoredBlobs, an_unwritable_folder_is_a_temporary_failure) {
  if (!sqlite()) return;  // there are no files on PostgreSQL
  std::ofstream(folder()) << "a file where the folder should be";
  const auto prepared = blobs_->prepare("big", content_of(100'000));
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(blobs_->prepare("small", "x"));
}

TEST(DurableFile, is_there_whole_or_not_at_all) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder.path() / "a file";
  ASSERT_TRUE(write_durably(file, "first"));
  ASSERT_TRUE(write_durably(file, std::string(200'000, 'x')));  // replaces it
  EXPECT_EQ(fs::file_size(file), 200'000u);
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const auto nowhere = write_durably(folder.path() / "none" / "file", "x");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ErrorCode::unavailable);
  fs::create_directory(folder.path() / "folder");
  std::ofstream(folder.path() / "folder" / "x") << "x";
  EXPECT_FALSE(write_durably(folder.path() / "folder", "x"));  // cannot be renamed onto
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 2);
}

}  // namespace
}  // namespace madoguchi::store
