#ifndef SILANG_MERGE_WORD_CLASS_H
#define SILANG_MERGE_WORD_CLASS_H
/*
 * What a folded word of a title, a name or a publisher is when it is not what tells records apart:
 * an article, a degree, a trade's word. A word may be of several classes.
 */
#include <stddef.h>

enum word_class {
	WORD_ARTICLE = 1 << 0,	  /* at a title's beginning */
	WORD_FILLER = 1 << 1,	  /* too common to tell titles apart */
	WORD_GENERIC = 1 << 2,	  /* titles made of these alone name a kind of work, not a work */
	WORD_CORRECTION = 1 << 3, /* what goes with a book and is another: its corrections, */
	WORD_WORKBOOK = 1 << 4,	  /* its exercises */
	WORD_SOLUTIONS = 1 << 5,  /* and their solutions */
	/* The Arabic article as it is spoken before some letters: ad-din, asy-syarh. English and
	 * German words among them are fillers, as the article is. */
	WORD_SPOKEN_ARTICLE = 1 << 6,
	/* Titles, degrees and particles of names that one catalogue writes and another leaves out;
	 * tested before and after folding alike. */
	WORD_HONORIFIC = 1 << 7,
	WORD_TRADE = 1 << 8,	   /* of publishers' names */
	WORD_REPLY = 1 << 9,	   /* in the title of what answers another, */
	WORD_ANSWER = 1 << 10,	   /* the same where the title begins with it, */
	WORD_LAST_ANSWER = 1 << 11 /* or ends: "… : a correction" */
};

/* The classes of a word, as bits; 0: none. */
unsigned word_classes(const char *word, size_t length);

#endif
