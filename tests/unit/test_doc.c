/* One record as merging sees it. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "merge/doc_private.h"
#include "tests/unit/merge_support.h"

static void key_words_are_looser(void **state)
{
	static const char *const rows[][2] = {{"sitti", "siti"}, {"noerbaja", "nurbaja"},
	    {"nurbaya", "nurbaja"}, {"ii", "2"}, {"xiv", "14"}, {"1100", "1100"}, {"djoko", "joko"},
	    {"civil", "civil"}, {"quthb", "qutb"}, {"nauaui", "nawawi"}, {"nawawi", "nawawi"},
	    {"saiyid", "sajid"}, {"sayyid", "sajid"}, {"bairut", "bairut"}, {"bayrut", "bairut"},
	    {"tashauwuf", "tasawuf"}, {"tasawwuf", "tasawuf"}, {"syarh", "sarh"},
	    {"hadits", "hadit"}, {"hadith", "hadit"}, {"system", "sjstem"}, {"yang", "jang"}};
	char out[80];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		out[doc_key_word(rows[i][0], strlen(rows[i][0]), false, out, sizeof out)] = '\0';
		assert_string_equal(out, rows[i][1]);
	}
	out[doc_key_word("i", 1, true, out, sizeof out)] = '\0';
	assert_string_equal(out, "1");
	out[doc_key_word("i", 1, false, out, sizeof out)] = '\0';
	assert_string_equal(out, "i");
}

static void docs_stay_small(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	char note[20001];
	struct card card = {.title = "Bumi manusia", .publisher = "Hasta Mitra", .note = note};
	const struct doc *doc;

	for (size_t i = 0; i < sizeof note - 1; i++)
		note[i] = i % 6 ? 'a' : ' ';
	note[sizeof note - 1] = '\0';
	doc = card_doc(arena, &card);
	assert_true(doc->text_length <= DOC_TEXT_MAX);
	assert_true(doc->nwords <= DOC_WORDS_MAX);
	assert_int_equal(doc->npublisher, 2);
	assert_non_null(card_doc(arena, &(struct card){0}));
	assert_non_null(
	    card_doc(arena, &(struct card){.title = "", .author = "", .isbn = "", .extent = ""}));
	arena_destroy(arena);
}

/* Leaves the byte all over the stack that the next call will have. */
static __attribute__((noinline)) void soil_stack(unsigned char byte)
{
	volatile unsigned char soil[1 << 17];

	for (size_t i = 0; i < sizeof soil; i++)
		soil[i] = byte;
}

/* Whatever was in memory before: no two gateways may judge otherwise of the same records. */
static void a_doc_is_made_of_its_record_alone(void **state)
{
	static const struct card card = {.title = "Bumi manusia",
	    .subtitle = "sebuah roman",
	    .author = "Toer, P. Ananta",
	    .corporate = "Hasta Mitra",
	    .isbn = "9799731232",
	    .publisher = "Hasta Mitra",
	    .subject = "Indonesia",
	    .year = 1980};
	struct arena *arena = arena_create(0, NULL);
	const struct doc *docs[2];
	size_t ntokens = 0;

	for (unsigned i = 0; i < 2; i++) {
		soil_stack(i ? 0xFF : 0);
		docs[i] = card_doc(arena, &card);
	}
	assert_int_equal(docs[0]->signature, docs[1]->signature);
	assert_int_equal(docs[0]->nnames, 2);
	for (size_t n = 0; n < docs[0]->nnames; n++)
		ntokens += docs[0]->names[n].ntokens;
	assert_int_equal(ntokens, 5);
	for (size_t t = 0; t < ntokens; t++) {
		assert_int_equal(docs[0]->name_tokens[t].letters, docs[1]->name_tokens[t].letters);
		assert_int_equal(
		    docs[0]->name_tokens[t].is_initial, docs[1]->name_tokens[t].is_initial);
	}
	assert_memory_equal(
	    docs[0]->blocks, docs[1]->blocks, docs[0]->nblocks * sizeof *docs[0]->blocks);
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(key_words_are_looser),
	    cmocka_unit_test(docs_stay_small),
	    cmocka_unit_test(a_doc_is_made_of_its_record_alone),
	};

	return cmocka_run_group_tests_name("doc", tests, NULL, NULL);
}
