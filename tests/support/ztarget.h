#ifndef TESTS_SUPPORT_ZTARGET_H
#define TESTS_SUPPORT_ZTARGET_H
/*
 * A scripted Z39.50 target: what a library's server does, or does wrong, written down in a few
 * lines. This is the core, without I/O and without a clock: bytes in, bytes and ends of connections
 * out, each with the time it is due. tests/support/ztarget serves it over real sockets (see
 * ztarget_main.c), the scenes over the fake loop.
 *
 * THE SCRIPT. One statement a line; a line that begins with `#`, and what follows ` # `, is a
 * comment. First the settings:
 *
 *   target 3        what follows is for target number 3 only (also `3-8`, `all`), from 1
 *   name ugm        start of the control numbers (default: t and the target's number)
 *   hits 120        hits of each search (default 10, or as many as `records` has)
 *   records FILE    ISO 2709 records to serve, in turn; without it they are made (see below)
 *   title TEXT      of records made: %q the query's words, %n the position, %w a word of the
 *                   work's own (default `%q %w`)
 *   works 500       records made are drawn from 500 works that all targets share (default:
 *                   each record is a work of its own)
 *   maps 4          of every four works made one is a map; the others are books (default: all are)
 *   shelf 300       instead of `hits`: so many records that are really searched; each holds the
 *                   words that these lines give it, in its title or in a note, and no others:
 *   word tobacco every 2 [from 100]
 *   word kretek at 250 [noted]
 *   named no        no named result sets: option 14 is not granted, only `default` is taken
 *   counts yes      SearchResult-1 with each term's count (default no)
 *   terms a 3, b c 5   what scan gives, in order, each with its count; without it there is no scan
 *   restarts yes    its connections are reset when the program is told so (ztarget_main.c)
 *   utf8 no         charset negotiation is not answered (default yes)
 *   sru yes         it is an SRU server, see below
 *   versions 1.1 1.2    of SRU that it speaks (default all); others are diagnostic 5
 *   indexes dc.title pica.tit   that it has and its explain record tells (default: any; it tells
 *                   none)
 *   schemas dc mods     that it has (default marcxml); others are diagnostic 66
 *   refuses x-deadline  parameters that are diagnostic 8
 *   identified yes  records have a recordIdentifier beside their data, and DC none in it
 *
 * then rules: `[connection N] PHASE [#N] ASPECT, ASPECT, …`. PHASE is connect, init, search,
 * present, delete, scan, close (the client's Close), or any (all but connect). `connection 2` is
 * the second connection made to the target, `#2` the second message of that phase on its
 * connection; `2+` means from that one on, `2-4` these. All rules that fit apply, in order; of one
 * aspect the last counts. Durations are written 40ms, 2s. A TEXT runs to the next comma before a
 * blank.
 *
 *   connect refuse | silent | delay 40ms | close | reset | garbage | http
 *       silent: the connection is never made; garbage: a greeting of nonsense
 *
 *   when it goes out:
 *       delay 40ms               the reply, that much later
 *       drip 1 every 100ms       so many bytes at a time
 *   in place of a reply:
 *       silent                   nothing, for ever
 *       close | reset            end the connection (after `delay`)
 *       garbage [N]              N bytes of nonsense (default 64)
 *       http                     an HTTP error page
 *       huge                     a message of 2^31-1 bytes begins, and no more of it comes
 *       endless                  a message that never ends, 16 KB each millisecond
 *       deep N                   a message of N elements inside each other
 *       as PHASE                 the reply to another kind of request
 *   the reply damaged:
 *       half                     its first half, then nothing
 *       close after half | reset after half
 *       lying +N | lying -N      its outer length is N more or less than true
 *       broken                   bytes inside overwritten: well framed, no APDU
 *       definite                 (not damage) definite lengths; YAZ writes indefinite ones
 *   the reply and then an end:
 *       close after reply | reset after reply
 *       close after 3 records | reset after 3 records    cut behind the third record
 *   more messages than one:
 *       twice                    the reply two times
 *       before PHASE             something unasked for first; PHASE may be `garbage`
 *       after PHASE              the same afterwards
 *       flood N PHASE            N of them first; also `segment`, as if it were the reply's
 *   the reply's contents:
 *       reference wrong | reference none
 *       reject [TEXT]            init: refused without a diagnostic
 *       diagnostic 114 TEXT      non-surrogate (init: refused with it)
 *       diagnostics 1 2 3        several at once
 *       hits N                   search: also negative and beyond 2^31
 *       failed                   search: status false and nothing else; present: status failure
 *       records +3 | records -2 | records 0     more, fewer than asked, or exactly so many
 *       syntax usmarc|unimarc|xml|opac|sutrs|grs1    whatever was asked
 *       segments 2               present: so many records a segment
 *       swell WHAT N             far too much: `addinfo` and `records` of N bytes; N `counts` (in
 *                                SearchResult-1), `diagnostics`, `terms`
 *   single records:
 *       record 3 KIND | record each KIND        3 is the position in the result set; KIND is
 *           truncated looping length nonsense separators utf8 empty | surrogate 14 TEXT
 *
 * SRU. With `sru yes` it answers HTTP requests: `init` is an explain, `search` a searchRetrieve
 * from the first record, `present` one that begins later, `scan` a scan. What is said of delays,
 * ends, halves, `lying` (its Content-Length), `hits`, `records`, `diagnostic` and `record N
 * surrogate` holds; `http` is an HTML page with status 200, `huge` an answer of 200 MB that begins,
 * `endless` one without end, and there are:
 *
 *       status 500 TEXT          an HTTP fault
 *       moved LOCATION           302; `%q` is the request's own query, `%h` the host's name
 *       gone LOCATION            308, the same
 *       body KIND                in place of the answer: bomb, external, latin1, empty, text, other
 *       type TEXT                its Content-Type
 *       chunked                  in chunks of 100 bytes
 *       remark 59 TEXT           a diagnostic beside the records
 *       inside ugm/ok stip/late/search     as a Silang tells of partners of its own
 *
 * Examples:
 *   init delay 40ms
 *   search silent
 *   present close after 3 records
 *   connection 1 search #2 reset
 *   search hits 2147483648, records 0
 *
 * RECORDS MADE. Distinct control numbers (name and position), titles that hold the query's words,
 * author, year, publisher and ISBN fixed by the work; the same whenever and wherever they are made.
 */
#include <stdbool.h>
#include <stddef.h>
#include "base/duration.h"

struct ztarget_script;
struct ztarget;
struct ztarget_link;

/* Reads the script for target `number` (from 1). NULL with line and reason in `error`. */
struct ztarget_script *ztarget_script_parse(
    const char *text, unsigned number, char *error, size_t size);
void ztarget_script_destroy(struct ztarget_script *script);

struct ztarget_stats {
	unsigned long connections, inits, searches, presents, deletes, scans, closes;
	unsigned long records;	  /* sent */
	unsigned long open, peak; /* associations now, at most at a time */
	unsigned long bytes_in, bytes_out;
};

/* One line a request or reply, for transcripts: "search 1 @attr 1=4 water". */
typedef void (*ztarget_note_fn)(void *arg, const struct ztarget_link *link, const char *text);

/* A target owns its script from now on. */
struct ztarget *ztarget_create(struct ztarget_script *script);
void ztarget_destroy(struct ztarget *target); /* its links first */
const struct ztarget_stats *ztarget_stats(const struct ztarget *target);
bool ztarget_restarts(const struct ztarget *target);
void ztarget_set_note(struct ztarget *target, ztarget_note_fn fn, void *arg);
/* Another script for connections made from now on and requests still to come. */
void ztarget_set_script(struct ztarget *target, struct ztarget_script *script);

enum ztarget_answer { ZTARGET_ACCEPT, ZTARGET_REFUSE, ZTARGET_IGNORE };
/* What becomes of the next connection attempt, and after how long. Counts it. */
enum ztarget_answer ztarget_knock(struct ztarget *target, msec_t *delay);
/* The number of the last one, from 1: what `connection N` means. */
unsigned ztarget_knocks(const struct ztarget *target);
/* The same question without counting: is every connection answered so? */
enum ztarget_answer ztarget_always(const struct ztarget *target);

/* The connection that ztarget_knock let in is made. */
struct ztarget_link *ztarget_link_create(struct ztarget *target, msec_t now);
/* When other knocks may have come since: with the number this one had. */
struct ztarget_link *ztarget_link_create_as(struct ztarget *target, unsigned number, msec_t now);
void ztarget_link_destroy(struct ztarget_link *link);
unsigned ztarget_link_number(const struct ztarget_link *link); /* of the connection, from 1 */

void ztarget_feed(struct ztarget_link *link, const void *bytes, size_t length, msec_t now);

enum ztarget_move { ZTARGET_WAIT, ZTARGET_SEND, ZTARGET_CLOSE, ZTARGET_RESET };
/* What to do now; call until it says ZTARGET_WAIT. The bytes live until the next call on the link.
 * After CLOSE or RESET the link does nothing any more. */
enum ztarget_move ztarget_next(
    struct ztarget_link *link, msec_t now, const void **bytes, size_t *length);
/* When ztarget_next has something to do unless fed before; MSEC_NEVER: nothing. */
msec_t ztarget_due(const struct ztarget_link *link);

#endif
