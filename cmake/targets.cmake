# SPDX-License-Identifier: Apache-2.0
# One folder, one target. Unit tests lie beside the code and end in _test.cpp.
#
#   madoguchi_library(core/mail DEPENDS core/base core/text LIBRARIES ICU::uc PkgConfig::GUMBO)
#
# makes the library madoguchi_core_mail of all *.cpp in the current folder (subfolders too) and, when
# there are tests, the executable core_mail_test, registered with ctest under the label "unit".
function(madoguchi_target_name out folder)
  string(REPLACE "/" "_" name "${folder}")
  set(${out} "madoguchi_${name}" PARENT_SCOPE)
endfunction()

function(madoguchi_library folder)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES;TEST_DEPENDS;EXCLUDE" ${ARGN})
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
    target_link_libraries(${test_name} PRIVATE ${target} GTest::gtest GTest::gmock GTest::gtest_main)
    foreach(dependency IN LISTS ARG_TEST_DEPENDS)
      madoguchi_target_name(dependency_target ${dependency})
      target_link_libraries(${test_name} PRIVATE ${dependency_target})
    endforeach()
    # What is tested is optimised; the tests themselves would take longer to build than to run.
    if(MADOGUCHI_SANITIZE)
      target_compile_options(${test_name} PRIVATE -O0)
    else()
      target_compile_options(${test_name} PRIVATE $<$<CONFIG:Release>:-O1>)
    endif()
    target_compile_definitions(${test_name} PRIVATE MADOGUCHI_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${test_name} COMMAND ${test_name} --gtest_brief=1)
    set_tests_properties(${test_name} PROPERTIES LABELS unit TIMEOUT 300
      ENVIRONMENT "TSAN_OPTIONS=ignore_noninstrumented_modules=1 halt_on_error=1")
  endif()
endfunction()
