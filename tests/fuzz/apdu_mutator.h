#ifndef SILANG_TESTS_APDU_MUTATOR_H
#define SILANG_TESTS_APDU_MUTATOR_H
/*
 * Changes a sequence of Z39.50 messages so that they stay messages: elements of their BER are cut,
 * doubled, moved, nested, renamed or given other contents, with all lengths made right again;
 * fields of a request get other values through YAZ's codec; new requests are put in. What is no BER
 * is handed back to the fuzzer's own mutations.
 */
#include <stddef.h>
#include <stdint.h>

/* The same data and seed give the same result, which has at most `most` bytes: its length, or 0
 * when the data is nothing that it understands. */
size_t apdu_mutate(uint8_t *data, size_t size, size_t most, unsigned seed);

#endif
