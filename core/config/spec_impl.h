// SPDX-License-Identifier: Apache-2.0
#pragma once

// The templates of spec.h, which includes this file and is what to include.
#include "core/config/spec.h"

namespace madoguchi::config {

template <class T>
template <class V, class Member>
auto ConfigSpec<T>::reader(Member T::*member, Codec<V> codec) {
  return [member, codec = std::move(codec)](const Node& node, const std::string& pointer, int line,
                                            Problems& problems, T& into) {
    auto value = codec.read(node);
    if (value) {
      into.*member = std::move(*value);
    } else {
      problems.push_back({line, pointer, value.error(), codec.allowed});
    }
  };
}

template <class T>
template <class V>
ConfigSpec<T>& ConfigSpec<T>::must(std::string key, V T::*member, Codec<V> codec,
                                   const std::type_identity_t<V>& example, std::string comment) {
  const Text allowed = codec.allowed;
  auto write = [key, codec, example, comment](ReferenceWriter& writer, const std::string&,
                                              State state) {
    writer.prose(fmt::format("{} Must be set. Allowed: {}.", comment, codec.allowed.en));
    writer.option(key, codec.write(example), state);
  };
  return add({std::move(key), false, allowed, reader<V>(member, std::move(codec)), write});
}

template <class T>
template <class V>
ConfigSpec<T>& ConfigSpec<T>::may(std::string key, V T::*member, Codec<V> codec,
                                  std::string comment) {
  auto write = [key, codec, comment, member](ReferenceWriter& writer, const std::string&, State) {
    const T defaults{};
    writer.prose(fmt::format("{} Allowed: {}.", comment, codec.allowed.en));
    writer.option(key, codec.write(defaults.*member), State::commented);
  };
  return add({std::move(key), false, {}, reader<V>(member, std::move(codec)), write});
}

template <class T>
template <class V>
ConfigSpec<T>& ConfigSpec<T>::may(std::string key, std::optional<V> T::*member, Codec<V> codec,
                                  const std::type_identity_t<V>& example, std::string comment) {
  auto write = [key, codec, example, comment](ReferenceWriter& writer, const std::string&, State) {
    writer.prose(fmt::format("{} Not set by default. Allowed: {}.", comment, codec.allowed.en));
    writer.option(key, codec.write(example), State::commented);
  };
  return add({std::move(key), false, {}, reader<V>(member, std::move(codec)), write});
}

template <class T>
template <class M>
ConfigSpec<T>& ConfigSpec<T>::table(std::string key, M T::*member, ConfigSpec<M> spec) {
  auto write = [key, spec](ReferenceWriter& writer, const std::string& path, State state) {
    const std::string own = path.empty() ? key : path + "." + key;
    writer.table("[" + own + "]", spec.about(), state);
    spec.write_reference(writer, own, state);
  };
  auto read = [member, spec = std::move(spec)](const Node& node, const std::string& pointer, int,
                                               Problems& problems, T& into) {
    into.*member = spec.read(node, pointer, problems);
  };
  return add({std::move(key), true, {}, std::move(read), std::move(write)});
}

template <class T>
template <class M>
ConfigSpec<T>& ConfigSpec<T>::table(std::string key, std::optional<M> T::*member,
                                    ConfigSpec<M> spec) {
  auto write = [key, spec](ReferenceWriter& writer, const std::string& path, State) {
    const std::string own = path.empty() ? key : path + "." + key;
    writer.table("[" + own + "]", spec.about(), State::commented);
    spec.write_reference(writer, own, State::commented);
  };
  auto read = [member, spec = std::move(spec)](const Node& node, const std::string& pointer, int,
                                               Problems& problems, T& into) {
    into.*member = spec.read(node, pointer, problems);
  };
  return add({std::move(key), true, {}, std::move(read), std::move(write)});
}

template <class T>
template <class M>
ConfigSpec<T>& ConfigSpec<T>::tables(std::string key, std::vector<M> T::*member,
                                     ConfigSpec<M> spec) {
  auto write = [key, spec](ReferenceWriter& writer, const std::string& path, State state) {
    const std::string own = path.empty() ? key : path + "." + key;
    writer.table("[[" + own + "]]", spec.about(), state);
    spec.write_reference(writer, own, state);
  };
  auto read = [key, member, spec = std::move(spec)](const Node& node, const std::string& pointer,
                                                    int line, Problems& problems, T& into) {
    const auto* array = std::get_if<Array>(&node.value);
    if (array == nullptr) {
      const std::string form = "[[" + key + "]]";
      problems.push_back({line, pointer, kind_of(node), {"tables " + form, form + " のテーブル"}});
      return;
    }
    std::size_t index = 0;
    for (const Node& item : *array) {
      (into.*member).push_back(spec.read(item, join(pointer, index++), problems));
    }
  };
  return add({std::move(key), true, {}, std::move(read), std::move(write)});
}

template <class T>
const typename ConfigSpec<T>::Item* ConfigSpec<T>::find_item(std::string_view key) const {
  for (const Item& item : items_) {
    if (item.key == key) return &item;
  }
  return nullptr;
}

template <class T>
T ConfigSpec<T>::read(const Node& table, const std::string& pointer, Problems& problems) const {
  T value{};
  const auto* entries = std::get_if<Table>(&table.value);
  if (entries == nullptr) {
    problems.push_back({table.line, pointer, kind_of(table), {"a table", "テーブル"}});
    return value;
  }
  const std::size_t problems_before = problems.size();
  for (const Item& item : items_) {
    if (!item.missing.en.empty() && find(*entries, item.key) == nullptr) {
      problems.push_back({table.line,
                          join(pointer, item.key),
                          {"is missing", "指定されていません"},
                          item.missing});
    }
  }
  std::string known;
  for (const Item& item : items_) known += (known.empty() ? "" : ", ") + item.key;
  for (const Entry& entry : *entries) {
    const Item* item = find_item(entry.key);
    if (item == nullptr) {
      problems.push_back({entry.line,
                          join(pointer, entry.key),
                          {"is not known", "知らないキーです"},
                          {known, known}});
      continue;
    }
    item->read(entry.value, join(pointer, entry.key), entry.line, problems, value);
  }
  if (problems.size() == problems_before) {
    Complaints complaints(table, pointer, problems);
    for (const auto& rule : rules_) rule(value, complaints);
  }
  return value;
}

template <class T>
void ConfigSpec<T>::write_reference(ReferenceWriter& writer, const std::string& path,
                                    State state) const {
  // TOML wants a table's own options before the tables below it.
  for (const bool tables : {false, true}) {
    for (const Item& item : items_) {
      if (item.is_table == tables) item.write_reference(writer, path, state);
    }
  }
}

template <class T>
Result<T> parse(const ConfigSpec<T>& spec, std::string_view text, std::string_view file_name) {
  Problems problems;
  const auto root = parse_toml(text);
  if (!root) {
    const SyntaxError& error = root.error();
    problems.push_back(
        {error.line,
         "",
         {"not TOML: " + error.description, "TOML ではありません: " + error.description},
         {}});
    return fail(to_error(std::move(problems), file_name));
  }
  T value = spec.read(*root, "", problems);
  if (!problems.empty()) return fail(to_error(std::move(problems), file_name));
  return value;
}

template <class T>
std::string render_reference(const ConfigSpec<T>& spec) {
  ReferenceWriter writer;
  writer.prose(spec.about());
  spec.write_reference(writer, "", ReferenceWriter::State::active);
  return writer.take();
}

}  // namespace madoguchi::config
