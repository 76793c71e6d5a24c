# SPDX-License-Identifier: MIT
"""Between threads only values travel: app/ holds no lock, no atomic, no shared static and no mutable global.

What is kept outside an object can be reached from every thread; what has to be locked is shared. Both are found here,
in every source file of app/, by reading it as text: comments and literals are blanked, blocks are told apart by what
stands before their brace. Whatever ALLOWED names is excepted, with its reason, and has to be there.

usage: threads.py <source folder>
"""
import pathlib
import re
import sys

SHARING = re.compile(
    r"\b(?:\w*mutex\w*|Q\w*Mutex\w*|QReadWriteLock|QReadLocker|QWriteLocker|Q\w*Semaphore\w*|Q\w*WaitCondition|QAtomic\w*"
    r"|(?:std\s*::\s*)?(?:atomic\w*|lock_guard|scoped_lock|unique_lock|shared_lock|condition_variable\w*|once_flag"
    r"|call_once|counting_semaphore|binary_semaphore|latch|barrier)"
    r"|QThreadStorage|thread_local|volatile|pthread_\w+|Q_GLOBAL_STATIC\w*|Q_APPLICATION_STATIC|qAddPostRoutine"
    r"|QBasicAtomic\w*|QSharedMemory|QSystemSemaphore|BlockingQueuedConnection)\b")
# A variable that is kept outside any object: static ones anywhere, and all of a namespace.
NO_VARIABLE = re.compile(
    r"^(?:using|typedef|namespace|class|struct|enum|union|template|friend|extern\s+\"|static_assert|Q_\w+|return|if|for"
    r"|while|switch|case|default|else|do|try|catch|public|private|protected|goto|break|continue|throw|concept)\b|^#|^$")

ALLOWED = {
    ("app/clock/movableclock.h", "std::atomic"):
        "a clock is asked on every thread and moved on one: one number, read whole",
    ("app/clock/shiftedclock.h", "std::atomic"):
        "a clock is asked on every thread and moved on one: one number, read whole",
    ("app/contract/signature.cpp", "thread_local"):
        "each thread has its own: what OpenSSL prepared for signing, never seen by another",
}


def blanked(text):
    """Without comments, literals and preprocessor lines; every line stays where it is."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group())
    text = re.sub(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])*\'',
                  blank, text, flags=re.S)
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", blank, text, flags=re.M)
    return re.sub(r"\b(?:Q_(?!GLOBAL)\w+|QT_(?:BEGIN|END)_NAMESPACE)\b(?:\([^()]*\))?", blank, text)


def statements(text):
    """(line, kinds of the blocks around it, statement) of all that ends in ; or begins a block.

    The kinds: "namespace", "class", "enum" and "code" (a function, a lambda, an initialiser)."""
    blocks, begun, start_line, line, parentheses = [], "", 1, 1, 0
    for character in text:
        if character == "\n":
            line += 1
        if not begun.strip():
            start_line = line
        if character in "()":
            parentheses += 1 if character == "(" else -1
        if character == "{" and parentheses == 0:
            head = " ".join(begun.split())
            yield start_line, list(blocks), head + " {"
            if re.match(r"(?:inline )?namespace\b", head) or head.startswith("extern"):
                blocks.append("namespace")
            elif re.match(r"(?:template ?<.*> ?)?(?:class|struct|union)\b[^=()]*$", head):
                blocks.append("class")
            elif re.match(r"enum\b", head):
                blocks.append("enum")
            else:
                blocks.append("code")
            begun = ""
        elif character == "}" and parentheses == 0:
            if blocks:
                blocks.pop()
            begun = ""
        elif character == ";" and parentheses == 0:
            yield start_line, list(blocks), " ".join(begun.split())
            begun = ""
        elif character == ":" and parentheses == 0 and begun.strip() in ("", "public", "private", "protected"):
            begun = ""
        else:
            begun += character


def is_function(head):
    """Whether a declaration is one of a function: a name with parentheses that is not initialised before them."""
    before = head.split("=")[0].rstrip("{ ")
    while (bare := re.sub(r"<[^<>]*>", "", before)) != before:
        before = bare
    return ("operator" in head or re.search(r"[\w>&*\]]\s+[\w:~<>*&, ]*\w\s*\(", before)
            or re.match(r"[\w:~]+\s*\(", before))


def is_constant(declaration):
    """Of a pointer it is the pointer itself that has to be constant."""
    return bool(re.search(r"\bconstexpr\b", declaration) or re.search(r"\bconst\b", declaration.rpartition("*")[2]))


def shared(path, text):
    clean = blanked(text)
    for number, content in enumerate(clean.split("\n"), 1):
        for found in SHARING.finditer(content):
            yield number, " ".join(found.group().split()), content.strip()
    for number, blocks, statement in statements(clean):
        is_static = re.match(r"(?:inline |constinit |thread_local )*static\b", statement)
        outside = all(block == "namespace" for block in blocks)
        if "code" in blocks and not is_static:
            continue
        if "class" in blocks and not is_static:
            continue
        if "enum" in blocks or NO_VARIABLE.match(statement) or is_constant(re.split("[={]", statement)[0]):
            continue
        if not (is_static or outside) or is_function(statement):
            continue
        # A declaration has a type and a name.
        if re.match(r"(?:[\w:<>,*&()\s]+?)[\s*&>][\w:]+\s*(?:\[[^\]]*\])?\s*(?:[={].*)?$", statement):
            yield number, "a variable of its own", statement


def violations(files):
    for path, text in files:
        for number, what, line in shared(path, text):
            if (path, what) not in ALLOWED:
                yield f"{path}:{number}: {what}, shared between threads: {line}"


def unused(files):
    found = {(path, what) for path, text in files for _, what, _ in shared(path, text)}
    for path, what in ALLOWED:
        if (path, what) not in found:
            yield f"{path} holds no {what} any more: take it from the list of exceptions"


def self_test():
    planted = [
        "std::mutex lock_;", "class A { QMutex mutex_; };", "QMutexLocker<QMutex> locker(&mutex_);",
        "std::atomic<int> count_;", "std::atomic_bool done{false};", "class A { QAtomicInt count_; };",
        "class A { static int count_; };", "class A { inline static QHash<int, int> known_; };",
        "class A { inline static std::unique_ptr<A> only_; };", "class A { static A* only_; };",
        "namespace { int count = 0; }", "namespace waybill {\nQHash<int, QString> known;\n}", "QString A::last_;",
        "namespace { bool isTold{false}; }", "inline int count = 0;", "extern int count;", "static QString last;",
        "void f() { static int calls = 0; }", "A& A::only() { static A one; return one; }",
        "const char* A::name = nullptr;", "Q_GLOBAL_STATIC(A, one)", "void f() { thread_local int calls; }",
        "std::call_once(flag, f);", "std::condition_variable wake_;", "QReadWriteLock lock_;",
        "namespace { const char* name = nullptr; }", "std::array<int, 3> A::counts_{};",
        "std::function<void()> A::wake_;",
        "connect(a, &A::b, c, &C::d, Qt::BlockingQueuedConnection);",
        "class A : public QObject {\n    Q_OBJECT\npublic:\n    Q_DISABLE_COPY_MOVE(A)\n    static int count_;\n};",
        "class A {\nQ_SIGNALS:\n    void f();\nprivate:\n    static int count_;\n};",
        "struct A {\n    static inline std::vector<int> all;\n};",
    ]
    missed = [text for text in planted if not list(violations([("app/clock/a.h", text)]))]
    clean = [
        "class A { static constexpr int most = 3; static A make(int how); int count_ = 0; static const QString name; };",
        "namespace {\nconstexpr milliseconds quarter{250};\nconst QByteArray path = \"/api\";\nint f();\n}",
        "void f() { static const QString name = g(); int count = 0; std::unique_ptr<A> one; }",
        "// a mutex would be wrong\nQString s = f(\"mutex\");".replace("QString s", "const QString s"),
        "template <typename T> class A final : public B { Q_OBJECT\npublic:\n    explicit A(T& t);\n    int count_; };",
        "namespace waybill { enum class E { One, Two }; Result<void> f(int a, int b = 2); }",
        "bool A::isTold() const { return told_; }\nA::A(int a) : a_(a), b_{1} {}",
        "int A::f() { const auto g = [] { return 1; }; return g(); }",
        "inline qint64 secondsSinceEpoch(Instant instant) { return instant.count(); }",
        "namespace { const char* const name = nullptr; }",
        "namespace header { inline constexpr const char* a = nullptr; }",
        "static QString textOf(int code) { return {}; }",
        "std::span<const Migration> schema() { static const std::array<Migration, 1> all{{{1, tables()}}}; return all; }",
    ]
    wrong = [found for text in clean for found in violations([("app/clock/a.h", text)])]
    if missed or wrong:
        sys.exit("\n".join([f"planted, but not seen: {text}" for text in missed] +
                           [f"clean, but held for shared: {found}" for found in wrong]))


def main():
    root = pathlib.Path(sys.argv[1])
    self_test()
    files = [(str(p.relative_to(root)), p.read_text(encoding="utf-8"))
             for p in sorted((root / "app").rglob("*")) if p.suffix in (".h", ".cpp", ".in")]
    if not files:
        sys.exit("no source was found")
    found = list(violations(files)) + list(unused(files))
    print("\n".join(found) or f"{len(files)} files share nothing between threads but {len(ALLOWED)} exceptions: " +
          "; ".join(f"{what} in {path} ({why})" for (path, what), why in ALLOWED.items()))
    sys.exit(1 if found else 0)


main()
