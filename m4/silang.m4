# Silang's own configure options, each in one place.

# Warnings, always on; errors only by --enable-werror (what CI uses).
AC_DEFUN([SILANG_COMPILER], [
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])])
  WARNFLAGS="-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wvla -Wformat=2 -Wpointer-arith -Wundef -Wno-unused-parameter"
  AS_IF([test "x$enable_werror" = xyes], [WARNFLAGS="$WARNFLAGS -Werror"])
  AC_SUBST([WARNFLAGS])
])

# --with-sanitizer=address,undefined
AC_DEFUN([SILANG_SANITIZER], [
  AC_ARG_WITH([sanitizer],
    [AS_HELP_STRING([--with-sanitizer=LIST], [build with -fsanitize=LIST, e.g. address,undefined])],
    [], [with_sanitizer=no])
  SANITIZER_FLAGS=
  AS_IF([test "x$with_sanitizer" != xno],
    [SANITIZER_FLAGS="-fsanitize=$with_sanitizer -fno-sanitize-recover=all -fno-omit-frame-pointer"])
  AC_SUBST([SANITIZER_FLAGS])
])

# --with-fuzzer: fuzz targets become libFuzzer programs (clang). Without it they replay their corpus.
AC_DEFUN([SILANG_FUZZER], [
  AC_ARG_WITH([fuzzer],
    [AS_HELP_STRING([--with-fuzzer], [build the fuzz targets with libFuzzer (needs clang)])],
    [], [with_fuzzer=no])
  FUZZER_CFLAGS= FUZZER_LDFLAGS=
  AS_IF([test "x$with_fuzzer" != xno],
    [FUZZER_CFLAGS="-fsanitize=fuzzer-no-link"
     FUZZER_LDFLAGS="-fsanitize=fuzzer"])
  AC_SUBST([FUZZER_CFLAGS])
  AC_SUBST([FUZZER_LDFLAGS])
  AM_CONDITIONAL([WITH_FUZZER], [test "x$with_fuzzer" != xno])
])
