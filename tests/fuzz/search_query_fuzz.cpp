// SPDX-License-Identifier: Apache-2.0
// What is typed into the search box, and the snippets of texts that it finds.
#include "core/text/search_query.h"

#include "core/text/fold.h"
#include "core/text/snippet.h"
#include "tests/fuzz/target.h"

namespace fuzz = madoguchi::fuzz;
namespace text = madoguchi::text;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view typed = fuzz::as_text(data, size);
  const madoguchi::Result<text::SearchQuery> query = text::parse_search_query(typed);
  std::vector<text::Needle> needles;
  if (!query) {
    fuzz::require(query.error().fields.size() == 1, "one mistake is told");
    fuzz::require_utf8(query.error().fields.front().message.ja, "what is said is UTF-8");
  } else {
    for (const text::SearchTerm& word : query->words) {
      fuzz::require(!word.text.empty() && word.position > 0, "words stand somewhere");
      fuzz::require_utf8(word.text, "words are UTF-8");
      needles.push_back(text::needle_of(text::fold(word.text)));
    }
    fuzz::require(!query->words.empty() || !query->filters.empty() || query->without.empty(),
                  "something is to be found");
  }
  const text::FoldedText folded = text::fold_with_places(typed);
  for (std::size_t i = 1; i < folded.parts.size(); ++i) {
    fuzz::require(folded.parts[i - 1].original < folded.parts[i].original, "parts go on");
  }
  for (const text::SnippetPiece& piece : text::snippet_of(typed, needles, 40)) {
    fuzz::require(!piece.text.empty(), "a piece has a text");
    fuzz::require_utf8(piece.text, "a piece is UTF-8");
  }
  return 0;
}
