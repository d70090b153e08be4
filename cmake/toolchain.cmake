# SPDX-License-Identifier: Apache-2.0
# Compiler, linker and warning flags. One place: nobody types flags.
set(MADOGUCHI_SANITIZE "" CACHE STRING "sanitizers, as -fsanitize= takes them")
option(MADOGUCHI_FUZZ "build the fuzz targets" OFF)

add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-restrict)  # g++ 12 warns falsely on std::string concatenation
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong
                      -fstack-clash-protection -fcf-protection -D_GLIBCXX_ASSERTIONS)
  add_link_options(-Wl,-z,relro,-z,now -pie)
else()
  set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
  add_compile_options(-D_GLIBCXX_ASSERTIONS)
endif()

if(MADOGUCHI_SANITIZE)
  set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -fno-omit-frame-pointer")
  add_compile_options(-fsanitize=${MADOGUCHI_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MADOGUCHI_SANITIZE})
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()
