// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/seal_stream.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace madoguchi::crypto {
namespace {

constexpr std::size_t kSealed = kSealChunkBytes + aead::kTagBytes;

class SealStream : public testing::Test {
 protected:
  std::string seal(std::string_view plain, std::size_t piece) {
    SealWriter writer(master_, "blob|1");
    std::string out;
    while (!plain.empty()) {
      const std::size_t size = std::min(piece, plain.size());
      writer.write(plain.substr(0, size), out);
      plain.remove_prefix(size);
    }
    writer.finish(out);
    return out;
  }

  Result<std::string> open(std::string_view sealed, std::size_t piece = 65536,
                           const std::string& aad = "blob|1") {
    OpenReader reader(master_, aad);
    std::string plain;
    while (!sealed.empty()) {
      const std::size_t size = std::min(piece, sealed.size());
      if (auto fed = reader.feed(sealed.substr(0, size), plain); !fed) return fail(fed.error());
      sealed.remove_prefix(size);
    }
    if (auto finished = reader.finish(plain); !finished) return fail(finished.error());
    return plain;
  }

  // Varied, so that a chunk in a wrong place could not pass unseen.
  static std::string sample(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + (i >> 9));
    return bytes;
  }

  std::size_t header_size() { return seal("", 1).size() - aead::kTagBytes; }

  Secret file_ = MasterKeys::generate();
  MasterKeys master_ = MasterKeys::parse(file_).value();
};

TEST_F(SealStream, AnySizeInAnyPiecesComesBack) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{15}, kSealChunkBytes - 1, kSealChunkBytes,
        kSealChunkBytes + 1, 3 * kSealChunkBytes, 3 * kSealChunkBytes + 77}) {
    const std::string plain = sample(size);
    for (const std::size_t piece : {std::size_t{1000}, kSealChunkBytes, std::size_t{1} << 22U}) {
      EXPECT_EQ(open(seal(plain, piece), piece).value(), plain) << size << " by " << piece;
    }
  }
  const std::string small = sample(300);
  EXPECT_EQ(open(seal(small, 1), 1).value(), small);
}

TEST_F(SealStream, EveryTruncationIsFound) {
  const std::string small = seal(sample(40), 40);
  for (std::size_t size = 0; size < small.size(); ++size) {
    EXPECT_FALSE(open(small.substr(0, size))) << size;
  }
  const std::string big = seal(sample(2 * kSealChunkBytes + 5), 1U << 20U);
  const std::size_t header = header_size();
  for (const std::size_t size :
       {header, header + kSealed, header + 2 * kSealed, header + 2 * kSealed + 16}) {
    EXPECT_FALSE(open(big.substr(0, size))) << size;
  }
}

TEST_F(SealStream, ReorderedRepeatedAndDroppedChunksAreFound) {
  const std::string sealed = seal(sample(3 * kSealChunkBytes), 1U << 20U);
  const std::size_t header = header_size();
  const std::string front = sealed.substr(0, header);
  const std::string one = sealed.substr(header, kSealed);
  const std::string two = sealed.substr(header + kSealed, kSealed);
  const std::string three = sealed.substr(header + 2 * kSealed);
  ASSERT_TRUE(open(front + one + two + three));
  EXPECT_FALSE(open(front + two + one + three));
  EXPECT_FALSE(open(front + one + three));
  EXPECT_FALSE(open(front + one + one + two + three));
  EXPECT_FALSE(open(front + one + two + three + three));
  EXPECT_FALSE(open(front + one + two + three + "x"));
}

TEST_F(SealStream, EveryAlteredByteIsFound) {
  const std::string sealed = seal(sample(30), 30);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = static_cast<char>(altered[i] ^ 0x10);
    EXPECT_FALSE(open(altered)) << i;
  }
}

TEST_F(SealStream, AnotherPlaceAndAnotherStreamDoNotMix) {
  const std::string sealed = seal(sample(30), 30);
  EXPECT_FALSE(open(sealed, 65536, "blob|2"));
  const std::string other = seal(sample(30), 30);
  const std::size_t header = header_size();
  EXPECT_FALSE(open(sealed.substr(0, header) + other.substr(header)));
  EXPECT_FALSE(master_.open(sealed, "blob|1"));
  EXPECT_FALSE(open(master_.seal(sample(30), "blob|1")));
}

TEST_F(SealStream, NothingIsHandedOutAfterAFailure) {
  std::string sealed = seal(sample(2 * kSealChunkBytes), 1U << 20U);
  sealed[header_size() + 3] = static_cast<char>(sealed[header_size() + 3] ^ 1);
  OpenReader reader(master_, "blob|1");
  std::string plain;
  EXPECT_FALSE(reader.feed(sealed, plain));
  EXPECT_EQ(plain, "");
  EXPECT_FALSE(reader.feed("more", plain));
  EXPECT_FALSE(reader.finish(plain));
  EXPECT_EQ(plain, "");
}

TEST_F(SealStream, ItsBeginningCanBeRewrapped) {
  const std::string plain = sample(kSealChunkBytes + 9);
  const std::string sealed = seal(plain, 1U << 20U);
  const MasterKeys rotated = MasterKeys::parse(MasterKeys::rotate(file_).value()).value();
  const std::size_t header = header_size();
  const std::string anew = rotated.rewrap(sealed.substr(0, header)).value() + sealed.substr(header);
  EXPECT_EQ(MasterKeys::key_id_of(anew).value(), rotated.current_id());
  OpenReader reader(rotated, "blob|1");
  std::string opened;
  ASSERT_TRUE(reader.feed(anew, opened));
  ASSERT_TRUE(reader.finish(opened));
  EXPECT_EQ(opened, plain);
}

}  // namespace
}  // namespace madoguchi::crypto
