# SPDX-License-Identifier: Apache-2.0
# madoguchi_embed_migrations(madoguchi_core_store ${CMAKE_CURRENT_SOURCE_DIR}/migrations)
# compiles all NNNN_name.sql of the folder into the target, which then defines what
# core/store/migrations.h declares. A changed or new file is picked up by the next build.

if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB files "${FOLDER}/*.sql")
  list(SORT files)
  set(text "// SPDX-License-Identifier: Apache-2.0\n// Written by cmake/migrations.cmake.\n")
  string(APPEND text "#include \"core/store/migrations.h\"\n\nnamespace madoguchi::store {\n\n")
  string(APPEND text "const std::vector<madoguchi::db::Migration>& migrations() {\n")
  string(APPEND text "  static const std::vector<madoguchi::db::Migration> kMigrations = {\n")
  foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME_WE)
    if(NOT name MATCHES "^[0-9][0-9][0-9][0-9]_[a-z0-9_]+$")
      message(FATAL_ERROR "${file}: a migration is called NNNN_name.sql")
    endif()
    string(SUBSTRING "${name}" 0 4 version)
    string(REGEX REPLACE "^0+" "" version "${version}")
    string(SUBSTRING "${name}" 5 -1 name)
    file(READ "${file}" sql)
    string(FIND "${sql}" ")SQL\"" clash)
    if(NOT clash EQUAL -1)
      message(FATAL_ERROR "${file}: contains the end of the literal it is embedded in")
    endif()
    string(APPEND text "      {${version}, \"${name}\", R\"SQL(${sql})SQL\"},\n")
  endforeach()
  string(APPEND text "  };\n  return kMigrations;\n}\n\n}  // namespace madoguchi::store\n")
  file(WRITE "${OUTPUT}" "${text}")
  return()
endif()

function(madoguchi_embed_migrations target folder)
  file(GLOB files CONFIGURE_DEPENDS "${folder}/*.sql")
  set(output ${CMAKE_CURRENT_BINARY_DIR}/migrations.gen.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DOUTPUT=${output}
            -P ${CMAKE_SOURCE_DIR}/cmake/migrations.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/migrations.cmake
    COMMENT "Embedding ${folder}" VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
