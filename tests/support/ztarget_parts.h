#ifndef TESTS_SUPPORT_ZTARGET_PARTS_H
#define TESTS_SUPPORT_ZTARGET_PARTS_H
/* What the files of ztarget share. */
#include <yaz/proto.h>
#include <yaz/wrbuf.h>
#include "protocol/frame.h"
#include "tests/support/ztarget.h"

enum phase {
	PHASE_CONNECT,
	PHASE_INIT,
	PHASE_SEARCH,
	PHASE_PRESENT,
	PHASE_DELETE,
	PHASE_SCAN,
	PHASE_CLOSE,
	PHASE_GARBAGE, /* only as an extra message */
	PHASE_SEGMENT, /* the same, and with the right reference */
	PHASE_ANY,
	PHASE_NONE
};

enum instead {
	INSTEAD_NOTHING, /* the reply itself */
	INSTEAD_SILENT,
	INSTEAD_CLOSE,
	INSTEAD_RESET,
	INSTEAD_REFUSE,
	INSTEAD_GARBAGE,
	INSTEAD_HTTP,
	INSTEAD_HUGE,
	INSTEAD_ENDLESS,
	INSTEAD_STATUS, /* SRU: an HTTP status with a page */
	INSTEAD_MOVED,	/* SRU: a redirect */
	INSTEAD_BODY,	/* SRU: another body */
	INSTEAD_DEEP
};

enum damage {
	DAMAGE_NONE,
	DAMAGE_TRUNCATED,
	DAMAGE_LOOPING,
	DAMAGE_LENGTH,
	DAMAGE_NONSENSE,
	DAMAGE_SEPARATORS,
	DAMAGE_UTF8,
	DAMAGE_EMPTY,
	DAMAGE_SURROGATE
};

enum record_syntax {
	SYNTAX_ASKED,
	SYNTAX_USMARC,
	SYNTAX_UNIMARC,
	SYNTAX_XML,
	SYNTAX_OPAC,
	SYNTAX_SUTRS,
	SYNTAX_GRS1
};

struct scripted_term {
	char text[64];
	long count;
};

/* A word and the records of the shelf that hold it. */
struct shelf_word {
	char text[32];
	unsigned number, from;
	bool every, noted;
};

enum { SHELF_WORDS = 32 };
/* What there may be far too much of. */
enum swell { SWELL_ADDINFO, SWELL_COUNTS, SWELL_RECORDS, SWELL_DIAGNOSTICS, SWELL_TERMS, SWELLS };

enum { TERMS_ROOM = 64, TEXT_ROOM = 128, DIAGNOSTICS_MAX = 8, RECORD_RULES_MAX = 8 };

struct record_rule {
	unsigned position; /* 0: each */
	enum damage damage;
	int code;
	char text[TEXT_ROOM];
};

/* All aspects a rule can set; `set` says which it does. */
struct behaviour {
	msec_t delay;
	size_t drip; /* 0: all at once */
	msec_t drip_every;
	enum instead instead;
	size_t garbage, deep;
	unsigned flood; /* so many of `flooding` first */
	enum phase flooding;
	size_t swell[SWELLS];
	enum phase as, before, after; /* PHASE_NONE: none */
	bool half, broken, twice, reject, failed, definite;
	long lying;
	enum instead end;     /* INSTEAD_CLOSE or _RESET once the reply is out */
	unsigned end_records; /* cut behind this record; 0: not */
	bool reference_wrong, reference_none;
	int diagnostics[DIAGNOSTICS_MAX];
	unsigned ndiagnostics;
	bool multiple; /* in the form for several */
	char text[TEXT_ROOM];
	bool hits_given;
	long long hits;
	enum { RECORDS_ASKED, RECORDS_MORE, RECORDS_EXACTLY } records_mode;
	long records;
	enum record_syntax syntax;
	unsigned segments;
	struct record_rule rules[RECORD_RULES_MAX];
	unsigned nrules;
	/* SRU alone */
	int status;
	char body[TEXT_ROOM], type[TEXT_ROOM];
	bool chunked;
	int remark; /* a diagnostic beside the records; 0 none */
	char remarked[TEXT_ROOM], inside[TEXT_ROOM];
};

struct range {
	unsigned from, to;
};

/* A line of the script: its aspects are kept as text and read anew when they apply, so that "of one
 * aspect the last counts" needs no bookkeeping. */
struct rule {
	struct range connection, nth;
	enum phase phase;
	char *aspects;
	struct rule *next;
};

struct ztarget_script {
	unsigned number;
	char name[TEXT_ROOM], title[TEXT_ROOM];
	long long hits;
	unsigned works, maps;
	bool sru;
	char indexes[TEXT_ROOM]; /* that its explain tells */
	char refuses[TEXT_ROOM]; /* names of parameters */
	bool identified;
	char versions[TEXT_ROOM], schemas[TEXT_ROOM]; /* that it knows; blank separated */
	bool named, counts, utf8, restarts;
	struct scripted_term terms[TERMS_ROOM]; /* in order; none: no scan */
	size_t nterms;
	unsigned shelf; /* records that are really searched; 0: none */
	struct shelf_word words[SHELF_WORDS];
	unsigned nwords;
	struct rule *rules, **tail;
	char *records;	 /* file, whole */
	size_t *offsets; /* nrecords + 1 of them */
	size_t nrecords;
};

/* ztarget_scan.c */
bool read_terms(struct ztarget_script *script, const char *text);
Z_APDU *scan_reply(
    struct ztarget_link *link, const Z_ScanRequest *request, const struct behaviour *how);

/* ztarget_words.c */
enum phase phase_named(const char *word);
/* Takes the next word off *text into `word`; false at the end. */
bool script_next_word(const char **text, char word[TEXT_ROOM]);
void script_rest_of(const char *text, char out[TEXT_ROOM]);
bool script_read_number(const char *word, long long *out);
bool script_next_number(const char **text, long long *out);
bool script_next_is(const char **text, const char *expected);
/* 2, 2+ or 2-4 */
bool script_read_range(const char *word, struct range *out);
bool script_in_range(const struct range *range, unsigned number);

/* ztarget_behaviour.c */
void behaviour_init(struct behaviour *b);
/* Applies the aspects of a rule, separated by commas. A comma in a TEXT must not be followed by a
 * blank. */
bool behaviour_read(struct behaviour *b, const char *aspects, char bad[TEXT_ROOM]);
void behaviour_find(const struct ztarget_script *script, enum phase phase, unsigned connection,
    unsigned nth, struct behaviour *out);

/* A result set of a link. */
struct result_set {
	char *name;
	long long hits;
	char words[TEXT_ROOM];
	unsigned *found; /* of a shelf: their numbers */
	long long nfound;
	struct result_set *next;
};

/* Bytes on their way out, or an end. */
struct piece {
	msec_t due;
	enum ztarget_move move;
	char *bytes;
	size_t length, sent, chunk; /* chunk 0: all at once */
	msec_t every;
	bool endless;
	struct piece *next;
};

struct made; /* ztarget_marc.c */

enum { CACHE_SIZE = 128 };

struct ztarget {
	struct ztarget_script *script;
	struct ztarget_stats stats;
	ztarget_note_fn note;
	void *note_arg;
	unsigned knocks;
	struct made *cache[2][CACHE_SIZE]; /* records made: UNIMARC or not, by position - 1 */
};

struct ztarget_link {
	struct ztarget *target;
	unsigned number;
	unsigned seen[PHASE_ANY]; /* messages of each phase */
	struct frame frame;
	char *input;
	size_t used, room;
	ODR decode, encode; /* encode: memory of the reply being made */
	ODR wire;	    /* its bytes */
	bool ended;	    /* no more reading */
	bool negotiated_utf8;
	struct result_set *sets;
	struct piece *first, **last;
	char *delivered; /* bytes handed out by the last ztarget_next */
};

/* ztarget_shelf.c */
bool read_holding(struct ztarget_script *script, const char *text);
/* The numbers of the records that a query finds, in their order, in *found; returns how many. */
long long shelf_search(const struct ztarget_script *script, const Z_Query *query, unsigned **found);
long long shelf_count(const struct ztarget_script *script, const char *text, size_t length);
/* The words of one record's title, or of its notes. */
void shelf_words(const struct ztarget_script *script, unsigned number, bool noted, char *out);
/* ztarget_marc.c: a file's records into the script. */
bool load_records(struct ztarget_script *script, const char *path);
/* One record, made or from the file; lives in `odr`. */
Z_NamePlusRecord *make_record(struct ztarget *target, ODR odr, const char *words, unsigned position,
    unsigned number, const Odr_oid *syntax, const struct behaviour *how);

/* ztarget_reply.c: the reply, encoded, as one or more messages in `out`; ends[] gets the offset
 * behind each record. */
struct response {
	WRBUF bytes;
	Z_NamePlusRecord **records; /* those within, for cutting */
	unsigned nrecords;
};
void make_reply(struct ztarget_link *link, const Z_APDU *request, enum phase as,
    const struct behaviour *how, struct response *out);
/* A reply of that kind to nothing in particular. */
void make_unasked(struct ztarget_link *link, enum phase phase, WRBUF out);

/* ztarget_sru.c: HTTP requests in the link's input. */
void take_sru(struct ztarget_link *link, msec_t now);
/* ztarget_swell.c */
bool read_swell(struct behaviour *b, const char *text);
bool read_flood(struct behaviour *b, const char *text);
char *swollen_text(ODR odr, const char *text, size_t size); /* at least `size` bytes of it */
void swell_counts(ODR odr, Z_SearchResponse *search, size_t count);
void swell_terms(ODR odr, Z_ScanResponse *scan, size_t count);
void put_deep(WRBUF out, size_t depth);
void put_flood(
    struct ztarget_link *link, const Z_APDU *request, const struct behaviour *how, WRBUF out);

/* ztarget_send.c */
void send_bytes(struct ztarget_link *link, WRBUF bytes, const struct behaviour *how, msec_t due);
void send_reply(struct ztarget_link *link, const Z_APDU *request, enum phase phase,
    const struct behaviour *how, msec_t now);
void send_greeting(struct ztarget_link *link, const struct behaviour *how, msec_t now);
struct piece *queue_piece(struct ztarget_link *link, enum ztarget_move move, const char *bytes,
    size_t length, msec_t due, const struct behaviour *how);
void put_garbage(WRBUF out, size_t length);

#endif
