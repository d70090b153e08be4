# SPDX-License-Identifier: Apache-2.0
# One folder, one target. Unit tests lie beside the code and end in _test.cpp.
#
#   madoguchi_library(core/mail DEPENDS core/base core/text LIBRARIES ICU::uc PkgConfig::GUMBO)
#
# makes the library madoguchi_core_mail of all *.cpp in the current folder (subfolders too) and, when
# there are tests, the executable core_mail_test, registered with ctest under the label "unit"; with
# SHARDS n as n tests that may run side by side.
#
# TOGETHER and TESTS_TOGETHER: files of the library, of the tests, are compiled eight at a time, which
# takes less than half the time, because each costs more for its headers than for itself (precompiled
# headers were slower than none). A name in an unnamed namespace that two of them have is an error then:
# one thing twice, or two things that want names of their own. The preset "dev" compiles one by one.
function(madoguchi_together target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${MADOGUCHI_TOGETHER} UNITY_BUILD_BATCH_SIZE 8)
  if(MADOGUCHI_TOGETHER AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)  # knows main files only
  endif()
endfunction()

function(madoguchi_target_name out folder)
  string(REPLACE "/" "_" name "${folder}")
  set(${out} "madoguchi_${name}" PARENT_SCOPE)
endfunction()

function(madoguchi_library folder)
  cmake_parse_arguments(ARG "TOGETHER;TESTS_TOGETHER" "SHARDS" "DEPENDS;LIBRARIES;TEST_DEPENDS;EXCLUDE" ${ARGN})
  madoguchi_target_name(target ${folder})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.cpp)
  foreach(pattern IN LISTS ARG_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "${pattern}")
  endforeach()
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")

  if(sources)
    add_library(${target} STATIC ${sources})
    if(ARG_TOGETHER)
      madoguchi_together(${target})
    endif()
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} ${CMAKE_SOURCE_DIR})
  target_include_directories(${target} SYSTEM ${scope} ${EXPECTED_INCLUDE_DIR})
  target_link_libraries(${target} ${scope} fmt::fmt Threads::Threads ${ARG_LIBRARIES})
  foreach(dependency IN LISTS ARG_DEPENDS)
    madoguchi_target_name(dependency_target ${dependency})
    target_link_libraries(${target} ${scope} ${dependency_target})
  endforeach()

  if(tests AND MADOGUCHI_TESTS)
    string(REPLACE "/" "_" test_name "${folder}_test")
    add_executable(${test_name} ${tests})
    if(ARG_TESTS_TOGETHER)
      madoguchi_together(${test_name})
    endif()
    target_link_libraries(${test_name} PRIVATE ${target} GTest::gtest GTest::gmock GTest::gtest_main)
    foreach(dependency IN LISTS ARG_TEST_DEPENDS)
      madoguchi_target_name(dependency_target ${dependency})
      target_link_libraries(${test_name} PRIVATE ${dependency_target})
    endforeach()
    # What is tested is optimised; the tests themselves would take longer to build than to run.
    target_compile_options(${test_name} PRIVATE -U_FORTIFY_SOURCE -O0)
    target_compile_definitions(${test_name} PRIVATE MADOGUCHI_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    set(environment "TSAN_OPTIONS=ignore_noninstrumented_modules=1 halt_on_error=1")
    if(NOT ARG_SHARDS)
      set(ARG_SHARDS 1)
    endif()
    foreach(shard RANGE 1 ${ARG_SHARDS})
      set(name ${test_name})
      if(ARG_SHARDS GREATER 1)
        string(APPEND name "_${shard}")
      endif()
      math(EXPR index "${shard} - 1")
      add_test(NAME ${name} COMMAND ${test_name} --gtest_brief=1)
      set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 900
        ENVIRONMENT "${environment};GTEST_TOTAL_SHARDS=${ARG_SHARDS};GTEST_SHARD_INDEX=${index}")
    endforeach()
  endif()
endfunction()
