#ifndef SILANG_MERGE_NORMALISE_H
#define SILANG_MERGE_NORMALISE_H
/*
 * Text and identifiers brought to the form in which they are compared: NFKD without marks, folded
 * case, punctuation as blanks, transliteration signs dropped, Dutch-era Indonesian spelling brought
 * to one form for keys; ISBN-13, ISSN, LCCN and OCLC numbers with their check digits. Pure.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;

/* Folded words joined by single blanks; empty for text without letters or digits. */
char *normalise_text(struct arena *arena, const char *text);
/* Splits already normalised text at its blanks; the words share its bytes' copy. */
size_t normalise_words(struct arena *arena, const char *normalised, const char ***words);
/* One word's looser form for Indonesian spelling: oe→u, tj→c, dj→j, nj→ny, sj→sy, ch→kh. */
char *normalise_spelling(struct arena *arena, const char *word);
/* A light stem (English plural; Indonesian affixes), or the word itself. */
char *normalise_stem(struct arena *arena, const char *word);
/* 13 digits for a valid ISBN-10 or ISBN-13 (hyphens, blanks, trailing text allowed); false
 * otherwise. */
bool normalise_isbn(const char *text, char out[14]);
bool normalise_issn(const char *text, char out[9]); /* 8 characters, no hyphen */
bool normalise_lccn(const char *text, char out[13]);
bool normalise_oclc(const char *text, char out[21]);
/* Edition number from digits or words in several languages; 0 when unknown or a mere printing
 * ("cetakan"). */
int normalise_edition(const char *text);
/* Largest Arabic number before p/hlm/hal/S/s; 0 when unknown. */
int normalise_pages(const char *extent);
/* Volume number from "Jilid 2", "vol. II", "juz 3"; 0 when none. */
int normalise_volume(const char *text);
/* The same for a part number, where the number may stand alone: "2", "II". */
int normalise_part(const char *text);
/* True when an extent counts several volumes ("3 jilid", "2 v."). */
bool normalise_is_set(const char *extent);
/* The Gregorian year in which a Hijri year begins. */
int normalise_hijri_year(int year);
/* An ordinal or number word or digits of a folded word ("second", "kedua", "2e"); 0 when none. */
int normalise_number(const char *word);
/* A Roman numeral up to 399 in lower case, written as it should be; 0 when it is none. */
int normalise_roman(const char *word);
/* True for a word that announces a volume's number ("jilid", "vol", "bd"). */
bool normalise_is_volume_word(const char *word);

/* normalise_spelling and normalise_stem into a buffer; what does not fit is cut. */
size_t normalise_spell(const char *word, size_t length, char *out, size_t room);
#define NORMALISE_STEM_MAX 64
/* The stem by each language's rule alone; false when it changes nothing. */
bool normalise_stem_plural(const char *word, char out[NORMALISE_STEM_MAX]);
bool normalise_stem_indonesian(const char *word, char out[NORMALISE_STEM_MAX]);

#endif
