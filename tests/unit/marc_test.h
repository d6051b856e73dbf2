#ifndef SILANG_TESTS_MARC_TEST_H
#define SILANG_TESTS_MARC_TEST_H
/* What the tests of marc share: records there and back. */
#include "base/diag.h"
#include "tests/unit/arena_test.h"
#include "tests/unit/marc_support.h"

static inline struct marc *decode(const char *bytes, size_t length, enum charset encoding)
{
	struct marc *marc;
	struct diag diag;

	if (!marc_decode_iso2709(arena, bytes, length, encoding, &marc, &diag))
		fail_msg("not decoded: %s", diag.details);
	return marc;
}

static inline char *encode(const struct marc *marc, size_t *length)
{
	char *bytes;
	struct diag diag;

	if (!marc_encode_iso2709(arena, marc, &bytes, length, &diag))
		fail_msg("not encoded: %s", diag.details);
	return bytes;
}

static inline struct marc *sample(void)
{
	return support_marc(arena,
	    "LDR 00000cam a2200000 a 4500\n001 ocm1\n"
	    "008 940101s1980    io            000 0 ind d\n"
	    "100 1  $a Toer, Pramoedya Ananta,$d 1925-2006.\n"
	    "245 10 $a Bumi manusia :$b sebuah roman /$c Pramoedya Ananta Toer.\n"
	    "650  0 $a Indonésie$x Histoire");
}

static inline const char *value_of(const struct marc *marc, const char *tag, char code)
{
	const struct marc_field *field = marc_find(marc, tag, NULL);

	return field ? marc_subfield(field, code) : NULL;
}

#endif
