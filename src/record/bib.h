#ifndef SILANG_RECORD_BIB_H
#define SILANG_RECORD_BIB_H
/*
 * The description of a publication that merging works on, whatever format its record came in. All
 * text is UTF-8 as catalogued, with ISBD's trailing punctuation removed; nothing is folded or
 * validated here (that is merge/normalise). Missing is NULL or 0, never guessed. Lives in an arena.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct marc;

enum bib_level {
	BIB_MONOGRAPH,
	BIB_SERIAL,
	BIB_PART /* analytic, component part */,
	BIB_COLLECTION
};
enum bib_form {
	BIB_TEXT,
	BIB_SCORE,
	BIB_MAP,
	BIB_FILM,
	BIB_SOUND,
	BIB_PICTURE,
	BIB_COMPUTER,
	BIB_KIT,
	BIB_OBJECT,
	BIB_MANUSCRIPT,
	BIB_FORM_UNKNOWN
};
enum bib_carrier {
	BIB_PRINT,
	BIB_ELECTRONIC,
	BIB_MICRO,
	BIB_LARGE_PRINT,
	BIB_BRAILLE,
	BIB_CARRIER_UNKNOWN
};

struct bib_texts {
	const char **items;
	size_t count;
};

struct bib_name {
	const char *text;  /* heading without dates and roles: "Toer, Pramoedya Ananta" */
	const char *dates; /* NULL */
	const char *role;  /* NULL; relator term or code */
	bool corporate;	   /* corporate body or meeting */
	bool main;	   /* 1XX, or the first of a format without main entry */
};

struct bib_identifier {
	const char *value;     /* as catalogued, qualifier cut off */
	const char *qualifier; /* "(set)", "jil. 1", "pbk": NULL when none */
	bool cancelled;	       /* 020 $z and the like */
};

struct bib {
	const char *control_number; /* 001 */
	enum bib_level level;
	enum bib_form form;
	enum bib_carrier carrier;
	char encoding_level; /* leader/17, ' ' when unknown */

	const char *title;		  /* title proper: 245 $a */
	const char *subtitle;		  /* 245 $b up to a parallel title */
	const char *part_number;	  /* 245 $n */
	const char *part_name;		  /* 245 $p */
	const char *responsibility;	  /* 245 $c */
	int nonfiling;			  /* characters to skip, 245 second indicator */
	struct bib_texts parallel_titles; /* 245 $b after "=", 246 */
	struct bib_texts uniform_titles;  /* 130, 240 */
	struct bib_texts script_titles;	  /* 880 linked to 245: title in another script */
	struct bib_texts script_names;	  /* 880 linked to 1XX, 7XX */
	struct bib_name *names;
	size_t nnames;

	const char *edition; /* 250 */
	const char *place;
	const char *publisher;
	const char *date;     /* 264/260 $c as catalogued */
	int year, year_end;   /* 008/07-14, else from date; 0 unknown */
	bool hijri;	      /* `year` is a Hijri year: the record gives no other */
	const char *extent;   /* 300 $a */
	const char *language; /* MARC code, lower case */
	const char *country;

	struct bib_identifier *isbns;
	size_t nisbns;
	struct bib_identifier *issns;
	size_t nissns;
	struct bib_texts lccns;	    /* 010 */
	struct bib_texts oclc;	    /* 035 (OCoLC), 019 */
	struct bib_texts nationals; /* 015, 016 with their source: "source:number";
				     * a DOI (024) as "doi:number" */

	const char *host;      /* 773 $t, else $p: what this is a part of */
	const char *host_part; /* 773 $g, else $q: where in it */

	struct bib_texts series; /* 490/830 without volume */
	struct bib_texts series_volumes;
	struct bib_texts hosts; /* 773: what it is part of, with number and date */
	struct bib_texts subjects;
	struct bib_texts genres;
	struct bib_texts notes;	       /* 500, 505, 520 */
	struct bib_texts abstracts;    /* 520 alone */
	struct bib_texts call_numbers; /* 082, 090, 050 */
	struct bib_texts urls;	       /* 856 $u */
	unsigned nfields;	       /* how full the record is; one library's own left out */
};

void bib_texts_add(struct arena *arena, struct bib_texts *texts, const char *text);
/* Adds an empty element and returns it, valid until the next is added. */
struct bib_name *bib_add_name(struct arena *arena, struct bib *bib);
struct bib_identifier *bib_add_identifier(
    struct arena *arena, struct bib_identifier **items, size_t *count);

#endif
