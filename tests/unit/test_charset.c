#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <yaz/yaz-iconv.h>

#include "base/arena.h"
#include "base/text.h"
#include "record/charset.h"

#define BAD "\xEF\xBF\xBD"

static struct arena *arena;
static struct charset_converter *converter;

static int set_up(void **state)
{
	arena = arena_create(0, NULL);
	converter = charset_converter_create();
	return 0;
}

static int tear_down(void **state)
{
	charset_converter_destroy(converter);
	arena_destroy(arena);
	return 0;
}

static const char *convert(enum charset from, const char *text)
{
	return charset_to_utf8(converter, arena, from, text, strlen(text));
}

static void names_are_known(void **state)
{
	static const char *const good[] = {
	    "UTF-8", "marc-8", "MARC8", "ISO-8859-1", "latin1", "iso5426"};
	enum charset charset;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(charset_parse(good[i], &charset));
	assert_false(charset_parse("koi8-r", &charset));
	assert_false(charset_parse("", &charset));
	for (int i = CHARSET_AUTO; i <= CHARSET_ISO5426; i++) {
		assert_true(charset_parse(charset_name((enum charset)i), &charset));
		assert_int_equal(charset, i);
	}
}

static void texts_decode(void **state)
{
	static const struct {
		enum charset from;
		const char *bytes, *text;
	} cases[] = {
	    {CHARSET_UTF8, "", ""},
	    {CHARSET_UTF8, "plain", "plain"},
	    {CHARSET_MARC8, "caf\xC3\xA9", "café"},
	    {CHARSET_LATIN1, "caf\xC3\xA9", "café"},
	    {CHARSET_ISO5426, "caf\xC3\xA9", "café"},
	    /* Decomposed UTF-8 stays as it was catalogued. */
	    {CHARSET_MARC8, "cafe\xCC\x81", "cafe\xCC\x81"},
	    {CHARSET_MARC8,
		"\xE2"
		"e",
		"é"},
	    {CHARSET_MARC8,
		"\xF2\xE3"
		"o",
		"ộ"}, /* two marks on one letter */
	    {CHARSET_MARC8, "\xEBt\xECs", "t͡s"},
	    {CHARSET_MARC8,
		"\xB0"
		"Abd",
		"ʻAbd"},
	    {CHARSET_MARC8, "\x1B(3GHI\x1B(B!", "ابة!"},
	    {CHARSET_UTF8, "\x1B(3GHI\x1B(B!", "ابة!"},
	    {CHARSET_MARC8, "\x1B$1!0!\x1B(B.", "一."},
	    {CHARSET_MARC8,
		"H\x1B"
		"b2\x1BsO",
		"H₂O"},
	    {CHARSET_MARC8, "\x1B(NabC\x1B(B", "АБц"},
	    {CHARSET_MARC8,
		"\xE2"
		"e &#x1EA1; &amp; &#x; &#xZZZZ; &#x0001; &#xD800;",
		"é ạ &amp; &#x; &#xZZZZ; &#x0001; &#xD800;"},
	    {CHARSET_MARC8, "&#x1EA1;", "ạ"},
	    {CHARSET_LATIN1, "&#x1EA1;\xE9", "&#x1EA1;é"},
	    {CHARSET_ISO5426,
		"\xC2"
		"e\xE1\xC9u",
		"éÆü"},
	    {CHARSET_LATIN1, "\xE9t\xE9 \x93q\x94 c\x9Cur", "été “q” cœur"},
	    /* Non-sorting marks survive (the crosswalk takes them out). */
	    {CHARSET_MARC8,
		"\x88The \x89"
		"caf\xE2"
		"e",
		"\xC2\x98The \xC2\x9C"
		"café"},
	    {CHARSET_LATIN1,
		"\x98Le \x9C"
		"caf\xE9",
		"\xC2\x98Le \xC2\x9C"
		"café"},
	    {CHARSET_UTF8,
		"\x98Le \x9C"
		"été é",
		"\xC2\x98Le \xC2\x9C"
		"été é"},
	    /* Without meaning. */
	    {CHARSET_UTF8,
		"a\xFF"
		"b",
		"a" BAD "b"},
	    {CHARSET_MARC8,
		"\xE2"
		"e\x80x",
		"é" BAD "x"},
	    {CHARSET_MARC8,
		"\xE2"
		"e\xFFx",
		"é" BAD "x"},
	    {CHARSET_MARC8, "\xFF\xBEx\xE2", BAD BAD "x" BAD},
	    {CHARSET_ISO5426, "a\xFFz\xC2", "a" BAD "z" BAD},
	    /* A few bad bytes do not make UTF-8 something else. */
	    {CHARSET_MARC8, "été naïf\xC3", "été naïf" BAD},
	    {CHARSET_LATIN1, "été naïf\xE9", "été naïf" BAD},
	    /* Stray and cut escapes, control characters. */
	    {CHARSET_MARC8, "a\x1Bqx", "aqx"},
	    {CHARSET_MARC8,
		"\xE2"
		"e\x1Bqx",
		"éqx"},
	    {CHARSET_MARC8,
		"\xE2"
		"ex\x1B(",
		"éx("},
	    {CHARSET_MARC8,
		"\xE2"
		"e\x01\x1Fx",
		"éx"},
	    {CHARSET_UTF8,
		"a\x01"
		"b\tc\n",
		"ab\tc\n"},
	    {CHARSET_LATIN1, "\xE9\x02", "é"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *text = convert(cases[i].from, cases[i].bytes);

		if (strcmp(text, cases[i].text) != 0)
			fail_msg("case %zu: <%s>, not <%s>", i, text, cases[i].text);
	}
}

static void state_is_flushed(void **state)
{
	static const char *const dirty[] = {"\x1B(3GH", "\x1B$1!0!", "x\xE2",
	    "\xE2\xE2\xE2\xE2\xE2\xE2\xE2\xE2\xE2\xE2", "\x1B)Nx\xFF", "\x1B"};

	for (size_t i = 0; i < sizeof dirty / sizeof *dirty; i++) {
		convert(CHARSET_MARC8, dirty[i]);
		assert_string_equal(convert(CHARSET_MARC8, "abc\xE2"
							   "e"),
		    "abcé");
	}
}

static uint64_t next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void any_bytes_give_clean_text(void **state)
{
	uint64_t seed = 26042024;

	printf("# seed %llu\n", (unsigned long long)seed);
	for (int i = 0; i < 20000; i++) {
		char bytes[64];
		size_t length = next(&seed) % sizeof bytes;
		const char *text;

		for (size_t j = 0; j < length; j++)
			bytes[j] =
			    next(&seed) % 6 ? (char)next(&seed) : "\x1B($1)!3\xE2"[next(&seed) % 8];
		text = charset_to_utf8(
		    converter, arena, (enum charset)(next(&seed) % 5), bytes, length);
		for (size_t at = 0, n, end = strlen(text); at < end; at += n) {
			uint32_t c;

			n = text_decode(text + at, end - at, &c);
			assert_true(n && text_is_xml_char(c));
		}
	}
}

static const char *normalise(const UNormalizer2 *form, const char *text)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar wide[256], normal[256];
	int32_t length;
	char *out = arena_alloc(arena, 1024);

	u_strFromUTF8(wide, 256, &length, text, -1, &error);
	length = unorm2_normalize(form, wide, length, normal, 256, &error);
	u_strToUTF8(out, 1024, NULL, normal, length, &error);
	assert_true(U_SUCCESS(error));
	return out;
}

/* What YAZ writes in MARC-8 (from decomposed text: it takes few precomposed letters), we read back.
 */
static void yaz_text_comes_back(void **state)
{
	static const char *const texts[] = {"Pramoedya Ananta Toer", "Çelebi Évliyâ ığş",
	    "Nguyễn Ái Quốc", "Łódź", "ʻAbd al-Raḥmān", "Тургенев", "السيرة", "שלום", "中國文學史",
	    "Ελλάς", "Þórr đæ ø"};
	yaz_iconv_t handle = yaz_iconv_open("marc-8", "utf-8");
	UErrorCode error = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&error),
			   *nfd = unorm2_getNFDInstance(&error);

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char out[256], *to = out, *in = (char *)normalise(nfd, texts[i]);
		size_t left = strlen(in), room = sizeof out - 1;

		assert_int_not_equal(yaz_iconv(handle, &in, &left, &to, &room), (size_t)-1);
		yaz_iconv(handle, NULL, NULL, &to, &room);
		*to = '\0';
		assert_string_equal(convert(CHARSET_MARC8, out), normalise(nfc, texts[i]));
	}
	yaz_iconv_close(handle);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(names_are_known),
	    TEST(texts_decode),
	    TEST(state_is_flushed),
	    TEST(any_bytes_give_clean_text),
	    TEST(yaz_text_comes_back),
	};

	return cmocka_run_group_tests_name("charset", tests, NULL, NULL);
}
