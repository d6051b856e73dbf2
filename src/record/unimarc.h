#ifndef SILANG_RECORD_UNIMARC_H
#define SILANG_RECORD_UNIMARC_H
/*
 * MARC 21 bibliographic records as UNIMARC, for clients that take nothing else. Table driven, after
 * the conversion specifications published for the two formats; what has no place in UNIMARC is left
 * out, notes of any other kind become general notes (300).
 */
struct arena;
struct diag;
struct marc;

/* The record in UNIMARC; it shares the text of `marc`. NULL with DIAG_SCHEMA_RECORD when it
 * cannot be: it is no bibliographic record, or has no title, which UNIMARC requires. */
struct marc *unimarc_from_marc21(struct arena *arena, const struct marc *marc, struct diag *diag);

#endif
