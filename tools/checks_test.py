#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The checks of this folder can fail: each finds what is planted in a tree of its own."""

import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
LINE = "// SPDX-License-Identifier: Apache-2.0\n"
HEADER = LINE + "#pragma once\n"

# (check, files, a word of each violation that must be found; none: the tree is clean)
CASES = (
    ("layers", {"core/base/a.h": HEADER, "core/domain/b.cpp": '#include "core/base/a.h"\n'}, ()),
    ("layers", {"core/text/a.h": HEADER, "core/domain/b.cpp": '#include "core/text/a.h"\n'},
     ("core/domain may not include core/text",)),
    ("layers", {"core/store/a.h": HEADER, "connectors/x/b.cpp": '#include "core/store/a.h"\n'},
     ("connectors/x may not include core/store",)),
    ("layers", {"connectors/y/a.h": HEADER, "connectors/x/b.cpp": '#include "connectors/y/a.h"\n'},
     ("connectors/x may not include connectors/y",)),
    ("layers", {"core/net/a.h": HEADER + "#include <curl/curl.h>\n",
                "core/net/between.h": HEADER + '#include "core/net/a.h"\n',
                "core/net/a.cpp": '#include "core/net/between.h"\n',
                "core/mail/b.cpp": '#include "core/net/between.h"\n'},
     ("core/net/between.h shows <curl/curl.h>",)),
    ("layers", {"core/net/a.cpp": '#include "core/net/gone.h"\n'}, ("there is no core/net/gone.h",)),
    ("layers", {"core/odd/a.cpp": ""}, ("core/odd is not in the table",)),
    ("layers", {"core/net/test_fake.h": HEADER, "core/net/a.cpp": '#include "core/net/test_fake.h"\n'},
     ("for tests only",)),
    ("sql", {"core/store/a.cpp": 'auto s = "SELECT a FROM b";\n'}, ()),
    ("sql", {"core/service/a.cpp": '// SELECT a FROM b\nauto s = "select one from the list";\n'}, ()),
    ("sql", {"core/service/a.cpp": 'auto s = "SELECT a "\n    "FROM b";\n'}, ("SELECT a FROM",)),
    ("sql", {"daemon/api/a.cpp": 'auto s = R"(UPDATE cases SET x = 1)";\n'}, ("UPDATE cases SET",)),
    ("sources", {"core/base/a.cpp": LINE + '// a mutex: std::mutex\nauto s = "std::mutex";\n'}, ()),
    ("sources", {"core/base/a.cpp": "int a;\n"}, ("no SPDX line",)),
    ("sources", {"core/base/a.h": LINE}, ("#pragma once",)),
    ("sources", {"core/base/a.h": HEADER + "\n" * 400}, ("300 at most",)),
    ("sources", {"core/mail/a.cpp": LINE + "std::mutex m;\n"}, ("Guarded",)),
    ("sources", {"core/mail/a.cpp": LINE + "std::jthread t;\n"}, ("threads begin",)),
    ("sources", {"core/mail/a_test.cpp": LINE + "std::jthread t;\n"}, ()),
    ("sources", {"core/mail/a.cpp": LINE + "void f() { try { g(); } catch (...) {} }\n"},
     ("catch (...)",)),
    ("sources", {"core/mail/a.cpp": LINE + "void f() { thread.detach(); }\n"}, ("detached",)),
    ("sources", {"core/mail/a_test.cpp": LINE + "void f() { std::this_thread::sleep_for(s); }\n"},
     ("no sleeping",)),
    ("sources", {"tests/a.py": "# SPDX-License-Identifier: Apache-2.0\ntime.sleep(1)\n"},
     ("no sleeping",)),
    ("sources", {"core/mail/a.cpp": LINE + "#include <Poco/Net/MailMessage.h>\n"}, ("crashes",)),
    ("sources", {"daemon/api/a.cpp": LINE + "#include <httplib.h>\nhttplib::Server s;\n"},
     ("outgoing client", "faces no network")),
    ("sources", {"core/mail/a.cpp": LINE + "// TO" + "DO later\n"}, ("an issue",)),
    ("sources", {"core/mail/a.cpp": LINE + "auto* a = new Thing(1);\n"}, ("no new",)),
    ("sources", {"core/mail/a.cpp": LINE + "std::unique_ptr<A> a(new A(1));\n"}, ()),
    ("sources", {"core/mail/a.h": HEADER + "class CaseManager {};\n"}, ("say what it is",)),
    ("sources", {"core/mail/a.h": HEADER + "#define CASE 1\n"}, ("no macros",)),
    ("messages --write", {"core/jobs/m.h": 'constexpr LogMessage kA{"jobs.a", Level::info, "It "\n"is.", ""};\n',
                          "core/jobs/a.cpp": "log.write(kA);\nif (log.enabled(kA.level)) {}\n"}, ()),
    ("messages", {"core/jobs/m.h": 'constexpr LogMessage kA{"jobs.a", Level::info, "It is.", ""};\n',
                  "core/jobs/a.cpp": "log.write(kA);\n"}, ("stale",)),
    ("messages --write", {"core/jobs/m.h": 'constexpr LogMessage kA{"jobs.a", Level::error, "It is.", ""};\n'},
     ("says what to do", "nowhere")),
    ("messages --write", {"core/jobs/m.h": 'constexpr LogMessage kA{"jobs.a", Level::info, "It is.", ""};\n',
                          "daemon/api/m.h": 'constexpr LogMessage kB{"jobs.a", Level::info, "It is.", ""};\n',
                          "core/jobs/a.cpp": "write(kA);\n", "daemon/api/a.cpp": "write(kB);\nwrite(kB);\n"},
     ("is also at", "logged in 2 places")),
)


def run(check, files, words):
    with tempfile.TemporaryDirectory() as tree:
        tools = os.path.join(tree, "tools")
        os.mkdir(tools)
        name, *options = check.split()
        for script in ("cpp_source.py", f"check_{name}.py"):
            shutil.copy(os.path.join(HERE, script), tools)
        for path, text in files.items():
            os.makedirs(os.path.join(tree, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(tree, path), "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run([sys.executable, os.path.join(tools, f"check_{name}.py"), *options],
                              capture_output=True, text=True, check=False,
                              env={**os.environ, "GIT_CEILING_DIRECTORIES": os.path.dirname(tree)})
        said = done.stdout + done.stderr
        lines = [line for line in said.splitlines()[:-1] if not line.startswith("note: ")]
        if bool(words) != (done.returncode == 1):
            return f"exit {done.returncode}: {said}"
        if len(lines) != len(words) and "Traceback" not in said:
            return f"{len(words)} violations expected: {said}"
        missing = [word for word in words if word not in said]
        return f"does not say {missing}: {said}" if missing else None


def main():
    failed = 0
    for check, files, words in CASES:
        trouble = run(check, files, words)
        if trouble:
            failed += 1
            print(f"FAILED {check} {files}: {trouble}")
    print(f"checks_test: {len(CASES) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
