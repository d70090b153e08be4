// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/gmime_floor.h"

#include <gmime/gmime.h>

#include <memory>

namespace madoguchi::bench {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Object = std::unique_ptr<T, Unref>;

}  // namespace

std::size_t read_by_gmime(std::string_view raw) {
  const Object<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(raw.data(), raw.size()));
  const Object<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const Object<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
  if (!message) return 0;
  std::size_t octets = 1;
  if (const char* subject = g_mime_message_get_subject(message.get())) {
    octets += std::string_view(subject).size();
  }
  g_mime_message_foreach(
      message.get(),
      [](GMimeObject*, GMimeObject* part, gpointer sum) {
        if (!GMIME_IS_TEXT_PART(part)) return;
        char* text = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
        if (text) *static_cast<std::size_t*>(sum) += std::string_view(text).size();
        g_free(text);
      },
      &octets);
  return octets;
}

}  // namespace madoguchi::bench
