#ifndef SILANG_PROTOCOL_APDU_H
#define SILANG_PROTOCOL_APDU_H
/*
 * What both roles of Z39.50 need around YAZ's codec: bytes into an APDU and back, with the
 * message's shape checked first; references; record syntaxes; additional information (hop mark,
 * SearchResult-1); diagnostics; text of unknown encoding made clean.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaz/proto.h>
#include "protocol/zclient.h"

#define APDU_DEPTH_MAX 512	 /* elements inside each other */
#define APDU_ELEMENTS_MAX 262144 /* elements in a message: memory is bounded by this */
#define APDU_SUBQUERIES_MAX 256	 /* entries read from a SearchResult-1 */

enum apdu_scope { APDU_SCOPE_MESSAGE, APDU_SCOPE_EXTERNAL, APDU_SCOPE_OPAC, APDU_SCOPE_FACETS };

/* True when `bytes` are BER whose parts nest and add up within the caps above, and hold nothing
 * that breaks YAZ's decoder, which recurses, allocates for each element and, 5.34, decodes
 * EXTERNALs inside octets that nobody checked. So that it decodes no EXTERNAL at all, the OIDs it
 * knows types by are masked in place; apdu_external decodes those that are wanted, each in its own
 * bounds. */
bool apdu_shape(uint8_t *bytes, size_t length, enum apdu_scope scope);
/* What YAZ decodes an EXTERNAL of this type as; NULL: it leaves the octets alone. */
const Z_ext_typeent *apdu_type(const Odr_oid *oid);
/* Takes the mask off an OID that was decoded. */
void apdu_unmask(Odr_oid *oid);
/* Decodes one message, changing its bytes as apdu_shape does; what it gives lives in `odr` (a
 * decoding stream) until that is reset. NULL with the reason in `why` when it is not a Z39.50 APDU.
 * OIDs in it may be masked: preferredRecordSyntax and direct references. None is to be encoded
 * again: YAZ 5.34 takes arcs above 32767 for negative ones and, encoding those, writes past its
 * stack. */
Z_APDU *apdu_decode(ODR odr, uint8_t *bytes, size_t length, const char **why);
/* What an EXTERNAL holds when it is of type `what` (Z_External_OPAC and so on), as ASN.1 or as
 * octets; it lives in `memory`. NULL: none, of another type, or broken. */
const void *apdu_external(NMEM memory, Z_External *external, int what);
/* The first of that type in additional information; NULL: none. */
const void *apdu_find_external(NMEM memory, const Z_OtherInformation *info, int what);
/* Encodes with `odr` (an encoding stream); the bytes live there until it is reset. NULL when the
 * APDU lacks what the standard requires. */
const char *apdu_encode(ODR odr, Z_APDU *apdu, size_t *length);
/* "Search response" and the like, for people. */
const char *apdu_name(const Z_APDU *apdu);

/* The APDU's referenceId field, to be read or set; NULL for an APDU that has none. */
Z_ReferenceId **apdu_reference(Z_APDU *apdu);
bool apdu_reference_is(const Z_ReferenceId *reference, const char *bytes, size_t length);

const Odr_oid *apdu_syntax_oid(enum zclient_syntax syntax);

/* The hop mark of gateways that ask gateways: a string in otherInfo under an object identifier of
 * this project's own. */
void apdu_set_hop_mark(ODR odr, Z_OtherInformation **info, const char *mark);
const char *apdu_hop_mark(const Z_OtherInformation *info); /* NULL: none */

/* One entry of SearchResult-1 (Z39.50 USR.1): a term's or a partner's share. */
struct apdu_subquery {
	const char *id;	  /* subqueryId; NULL: none */
	const char *term; /* the term of subqueryExpression; NULL: none */
	size_t term_length;
	long long count; /* subqueryCount; -1: none */
};
/* Appends a SearchResult-1 unit to `info`. */
void apdu_set_subqueries(
    ODR odr, Z_OtherInformation **info, const struct apdu_subquery *entries, size_t count);
/* Reads the SearchResult-1 of `info` (NULL allowed) into at most `room` entries; they point into
 * `memory`. Returns how many. */
size_t apdu_subqueries(
    NMEM memory, const Z_OtherInformation *info, struct apdu_subquery *entries, size_t room);

/* Readers of diagnostics; each leaves `out` as it is when there is nothing to be read. */
void apdu_read_default_diag(const Z_DefaultDiagFormat *diag, struct reply_diagnostic *out);
void apdu_read_diag(NMEM memory, const Z_DiagRec *diag, struct reply_diagnostic *out);
/* The diagnostic of a refused Init: userInformationField or otherInfo.
 * A mere text goes to `text` (may be empty afterwards). */
void apdu_read_init_diag(NMEM memory, const Z_InitResponse *response, struct reply_diagnostic *out,
    char *text, size_t size);

/* Copies text of unknown encoding as clean UTF-8 fit for XML, on one line, cut between characters:
 * what is no UTF-8 is taken for ISO 8859-1. Returns its length. */
size_t apdu_clean_text(char *out, size_t size, const char *text, size_t length);

#endif
