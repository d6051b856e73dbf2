#include "query/ask.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "query/ask_parts.h"
#include "query/clause.h"

static const char *const form_names[ASK_FORMS] = {
    [ASK_ANYWHERE] = "any-field indexes",
    [ASK_LISTS] = "relations all and any",
    [ASK_ADJ] = "relation adj",
    [ASK_EQUALS] = "relation ==",
    [ASK_IDLE] = "modifiers",
    [ASK_ORDER] = "order",
    [ASK_EXACT] = "exact match",
    [ASK_STRUCTURE] = "narrowing modifiers",
    [ASK_ANCHORS] = "anchors",
    [ASK_NEARNESS] = "prox",
    [ASK_INDEX] = "indexes other than Dublin Core's",
};

const char *ask_form(const struct ask_refused *refused, size_t number, bool *is_refused)
{
	if (number >= ASK_FORMS)
		return NULL;
	*is_refused = refused->forms >> number & 1;
	return form_names[number];
}

bool ask_refuses(const struct asking *asking, enum ask_form_number form)
{
	return asking->refused >> form & 1;
}

void ask_lose(struct asking *asking, const char *format, ...)
{
	char words[DEGRADE_TEXT];
	size_t used = strlen(asking->lost);
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	if (strstr(asking->lost, words))
		return;
	snprintf(asking->lost + used, DEGRADE_TEXT - used, "%s%s", used ? ", " : "", words);
	asking->lost[text_cut(asking->lost, strlen(asking->lost), DEGRADE_TEXT - 1)] = '\0';
}

/* ---- modifiers ---- */

enum worth { IDLE, NARROWS, NEEDED };

static enum worth worth_of(const struct query_modifier *modifier)
{
	static const char *const idle[] = {
	    "relevant", "ignorecase", "ignoreaccents", "masked", "word"};
	static const char *const narrowing[] = {"respectcase", "respectaccents", "string"};

	if ((modifier->set && strcmp(modifier->set, "cql") != 0) || modifier->comparison)
		return NEEDED;
	for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
		if (strcmp(modifier->name, idle[i]) == 0)
			return IDLE;
	for (size_t i = 0; i < sizeof narrowing / sizeof *narrowing; i++)
		if (strcmp(modifier->name, narrowing[i]) == 0)
			return NARROWS;
	return NEEDED;
}

static void keep_modifiers(
    struct asking *asking, const struct query *clause, struct query *out, bool excluded)
{
	out->modifiers = arena_array(asking->arena, clause->nmodifiers, sizeof *out->modifiers);
	out->nmodifiers = 0;
	for (size_t i = 0; i < clause->nmodifiers; i++) {
		const struct query_modifier *modifier = &clause->modifiers[i];
		enum worth worth = worth_of(modifier);

		if (worth == IDLE && ask_refuses(asking, ASK_IDLE))
			continue;
		if (worth == NARROWS && ask_refuses(asking, ASK_STRUCTURE) && !excluded) {
			ask_lose(asking, "%s", modifier->name);
			continue;
		}
		out->modifiers[out->nmodifiers++] = *modifier;
	}
}

/* ---- clauses ---- */

/* Without anchors, in query.h's form. */
static const char *without_anchors(struct asking *asking, const char *term)
{
	size_t length, backslashes = 0;
	bool anchored = *term == '^';

	term += anchored;
	length = strlen(term);
	while (backslashes + 1 < length && term[length - 2 - backslashes] == '\\')
		backslashes++;
	if (length && term[length - 1] == '^' && backslashes % 2 == 0) {
		anchored = true;
		length--;
	}
	if (!anchored)
		return term;
	ask_lose(asking, "first or last in field");
	return text_trim(asking->arena, term, length);
}

/* A standard number in each of its forms, as with Z39.50. */
static const struct query *spread_forms(struct asking *asking, const struct query *clause,
    const struct query *meant, const struct query *made)
{
	struct clause_maker maker = {.arena = asking->arena, .profile = asking->server->profile};
	const char *forms[CLAUSE_FORMS_MAX];
	const struct query *all = NULL;
	size_t count;

	if (!asking->server->profile || clause->nmodifiers)
		return made;
	count = clause_standard_forms(&maker, meant, forms);
	for (size_t i = 0; i < count; i++) {
		struct query *form = arena_memdup(asking->arena, made, sizeof *made);

		form->term = forms[i];
		all = all ? query_bool(asking->arena, QUERY_OR, all, form) : form;
	}
	return all ? all : made;
}

/* The relation as the server takes it. A bare term has none. */
static enum query_relation relation_of(
    struct asking *asking, const struct query *clause, bool bare, bool excluded)
{
	switch (clause->relation) {
	case QUERY_SCR: return bare ? QUERY_SCR : QUERY_EQ;
	case QUERY_EQ: return bare ? QUERY_SCR : QUERY_EQ;
	/* 1.1 has no adj: its = is that, where the term has several words (CQL 1.1). */
	case QUERY_ADJ:
		if (bare)
			return QUERY_SCR;
		return asking->server->version == ASK_1_1 || ask_refuses(asking, ASK_ADJ)
			   ? QUERY_EQ
			   : QUERY_ADJ;
	case QUERY_EXACT:
		if (!ask_refuses(asking, ASK_EXACT) || excluded)
			return QUERY_EXACT;
		ask_lose(asking, "exact match");
		return bare ? QUERY_SCR : QUERY_EQ;
	default: return clause->relation;
	}
}

static bool is_list(const struct query *clause)
{
	return clause->relation == QUERY_ALL || clause->relation == QUERY_ANY;
}

/* Any field needs no index, where the relation is the server's choice as well. */
static bool may_be_bare(const struct query *clause)
{
	return ask_is_anywhere(clause->set, clause->index) && !clause->nmodifiers &&
	       (clause->relation == QUERY_SCR || clause->relation == QUERY_EQ ||
		   clause->relation == QUERY_ADJ);
}

static bool make_clause(
    struct asking *asking, const struct query *clause, bool excluded, const struct query **out);

/* The words of a list, each a clause of its own: all of them, or any. */
static bool make_list(
    struct asking *asking, const struct query *clause, bool excluded, const struct query **out)
{
	enum query_type type = clause->relation == QUERY_ALL ? QUERY_AND : QUERY_OR;
	const char *term = clause->term + strspn(clause->term, " ");

	*out = NULL;
	do {
		size_t length = strcspn(term, " ");
		struct query *word = arena_memdup(asking->arena, clause, sizeof *clause);
		const struct query *made;

		if (++asking->nodes > QUERY_NODES_MAX)
			return diag_set(
			    asking->diag, DIAG_BOOLEANS_MANY, "at most %d words", QUERY_NODES_MAX);
		word->relation = QUERY_EQ;
		word->term = arena_strndup(asking->arena, term, length);
		if (!make_clause(asking, word, excluded, &made))
			return false;
		*out = *out ? query_bool(asking->arena, type, *out, made) : made;
		term += length + strspn(term + length, " ");
	} while (*term);
	return true;
}

static bool make_clause(
    struct asking *asking, const struct query *clause, bool excluded, const struct query **out)
{
	struct query *made = arena_memdup(asking->arena, clause, sizeof *clause);
	bool bare = false;

	if (is_list(clause) &&
	    (ask_refuses(asking, ASK_LISTS) || strcmp(clause->index, "serverChoice") == 0) &&
	    !clause->nmodifiers)
		return make_list(asking, clause, excluded, out);
	keep_modifiers(asking, clause, made, excluded);
	if (strcmp(clause->set, "cql") == 0 && strcmp(clause->index, "serverChoice") == 0 &&
	    may_be_bare(clause))
		bare = true;
	else if (!ask_find_index(asking, clause->set, clause->index, excluded, &made->set,
		     &made->index, may_be_bare(clause) ? &bare : NULL))
		return false;
	if (bare) {
		made->set = "cql";
		made->index = "serverChoice";
	}
	made->relation = relation_of(asking, clause, bare, excluded);
	if (ask_refuses(asking, ASK_ANCHORS) && !excluded)
		made->term = without_anchors(asking, clause->term);
	*out = spread_forms(asking, made, clause, made);
	return true;
}

/* ---- the tree ---- */

static bool make_query(
    struct asking *asking, const struct query *query, bool excluded, const struct query **out)
{
	struct query *copy;

	if (++asking->nodes > QUERY_NODES_MAX)
		return diag_set(asking->diag, DIAG_BOOLEANS_MANY, "at most %d", QUERY_NODES_MAX);
	if (query->type == QUERY_TERM)
		return make_clause(asking, query, excluded, out);
	if (query->type == QUERY_SET)
		return diag_set(asking->diag, DIAG_RESULT_SETS, "%s", query->name);
	copy = arena_memdup(asking->arena, query, sizeof *query);
	*out = copy;
	if (query->type == QUERY_PROX && ask_refuses(asking, ASK_NEARNESS) && !excluded) {
		ask_lose(asking, "nearness");
		copy->type = QUERY_AND;
		copy->nmodifiers = 0;
	}
	return make_query(asking, query->left, excluded, &copy->left) &&
	       make_query(asking, query->right, query->type == QUERY_NOT ? !excluded : excluded,
		   &copy->right);
}

/* ---- the order ---- */

/* In the set of sort modifiers by its name: what no set is written for is cql's, to a server. */
static void name_modifiers(struct asking *asking, struct query_sort_key *key)
{
	struct query_modifier *modifiers =
	    arena_array(asking->arena, key->nmodifiers ? key->nmodifiers : 1, sizeof *modifiers);

	for (size_t i = 0; i < key->nmodifiers; i++) {
		modifiers[i] = key->modifiers[i];
		if (!modifiers[i].set)
			modifiers[i].set = "sort";
	}
	key->modifiers = modifiers;
}

/* False when the server has no name for one of them: it is sorted here then, as a whole. */
static bool make_order(
    struct asking *asking, const struct question *question, struct query_sort_key *keys)
{
	struct diag ignored;
	struct asking quiet = *asking;

	quiet.diag = &ignored;
	if (asking->server->unsorted || ask_refuses(asking, ASK_ORDER) || !question->nsort)
		return false;
	for (size_t i = 0; i < question->nsort; i++) {
		keys[i] = question->sort[i];
		/* No wider index: the order is all there is to it. */
		if (ask_is_anywhere(keys[i].set, keys[i].index) ||
		    !ask_find_index(&quiet, question->sort[i].set, question->sort[i].index, true,
			&keys[i].set, &keys[i].index, NULL))
			return false;
		name_modifiers(asking, &keys[i]);
	}
	return true;
}

static bool has(const struct query_sort_key *key, const char *name)
{
	for (size_t i = 0; i < key->nmodifiers; i++)
		if (strcmp(key->modifiers[i].name, name) == 0)
			return true;
	return false;
}

/* path,schema,ascending,caseSensitive,missingValue (SRU 1.1); NULL when a name does not fit. */
static char *sort_keys_1_1(struct asking *asking, const struct query_sort_key *keys, size_t nkeys)
{
	char *text = arena_strdup(asking->arena, "");

	for (size_t i = 0; i < nkeys; i++) {
		const struct query_sort_key *key = &keys[i];
		const char *missing = has(key, "missinghigh")	? ",highValue"
				      : has(key, "missinglow")	? ",lowValue"
				      : has(key, "missingfail") ? ",abort"
				      : has(key, "missingomit") ? ",omit"
								: "";

		if (strpbrk(key->index, " ,") || strpbrk(key->set, " ,") ||
		    has(key, "missingvalue"))
			return NULL;
		text =
		    arena_printf(asking->arena, "%s%s%s,%s,%d,%d%s", text, i ? " " : "", key->index,
			key->set, !has(key, "descending"), has(key, "respectcase"), missing);
	}
	return text;
}

/* ---- the whole ---- */

bool ask_make(struct arena *arena, const struct question *question, const struct ask_server *server,
    const struct ask_refused *refused, struct ask *out, struct diag *diag)
{
	struct asking asking = {.arena = arena,
	    .server = server,
	    .refused = refused->forms,
	    .diag = diag,
	    .lost = out->lost};
	struct query_sort_key *keys =
	    arena_array(arena, question->nsort ? question->nsort : 1, sizeof *keys);
	struct question made = {0};

	memset(out, 0, sizeof *out);
	if (!make_query(&asking, question->query, false, &made.query))
		return false;
	out->sorted = make_order(&asking, question, keys);
	if (out->sorted && server->version == ASK_1_1) {
		out->sort_keys = sort_keys_1_1(&asking, keys, question->nsort);
		out->sorted = out->sort_keys != NULL;
	} else if (out->sorted) {
		made.sort = keys;
		made.nsort = question->nsort;
	}
	out->cql = question_to_cql_with(arena, &made,
	    server->version == ASK_1_1 || ask_refuses(&asking, ASK_EQUALS) ? "exact" : "==");
	if (strlen(out->cql) > 4 * QUERY_BYTES_MAX)
		return diag_set(diag, DIAG_QUERY_TOO_LONG, "%zu bytes", strlen(out->cql));
	return true;
}

bool ask_scan(struct arena *arena, const struct query *clause, const struct ask_server *server,
    char **out, struct diag *diag)
{
	char lost[DEGRADE_TEXT] = "";
	struct asking asking = {.arena = arena, .server = server, .diag = diag, .lost = lost};
	struct query made = *clause;
	struct question question = {.query = &made};

	/* The terms of a wider index would not be those asked for. */
	if (!ask_find_index(
		&asking, clause->set, clause->index, true, &made.set, &made.index, NULL))
		return false;
	if (clause->relation != QUERY_EXACT)
		made.relation = QUERY_EQ;
	*out = question_to_cql_with(arena, &question, server->version == ASK_1_1 ? "exact" : "==");
	return true;
}

/* ---- learning ---- */

#define F(form) (1u << ASK_##form)

/* The forms that a diagnostic may mean. A server that does not know a form at all may as well call
 * it a syntax error (10), a feature (48), or nothing in particular (47). */
static unsigned forms_of(int srw, const char *addinfo)
{
	unsigned relations = F(LISTS) | F(ADJ) | F(EQUALS) | F(EXACT);

	if (srw == 8)
		return text_equal_ignoring_case(addinfo, "sortKeys") ? F(ORDER) : 0;
	if (srw >= 80 && srw <= 93)
		return F(ORDER);
	if (srw >= 39 && srw <= 46)
		return F(NEARNESS);
	switch (srw) {
	case 10: return F(ORDER) | F(EQUALS) | F(ADJ) | F(IDLE);
	case 15:
	case 16:
	case 18: return F(ANYWHERE) | F(INDEX);
	case 19:
	case 21:
	case 22:
	case 24: return relations | F(IDLE) | F(STRUCTURE) | F(ANYWHERE);
	case 20: return F(IDLE) | F(STRUCTURE);
	case 31:
	case 32:
	case 33:
	case 34: return F(ANCHORS);
	case 37: return F(NEARNESS);
	case 47:
	case 48: return F(ORDER) | F(LISTS) | F(ADJ) | F(EQUALS) | F(IDLE);
	default: return 0;
	}
}

/* One form at a time, and only one that changes what is sent. */
bool ask_learn(struct ask_refused *refused, const struct question *question,
    const struct ask_server *server, int srw, const char *addinfo)
{
	unsigned forms = forms_of(srw, addinfo) & ~refused->forms;
	struct arena *arena = arena_create(0, NULL);
	struct ask before, after;
	struct diag ignored;
	bool learned = false;

	if (forms && !ask_make(arena, question, server, refused, &before, &ignored))
		forms = 0;
	for (size_t i = 0; i < ASK_FORMS && !learned; i++) {
		struct ask_refused more = {refused->forms | 1u << i};

		if (!(forms >> i & 1) ||
		    !ask_make(arena, question, server, &more, &after, &ignored))
			continue;
		if (strcmp(before.cql, after.cql) == 0 &&
		    (before.sort_keys != NULL) == (after.sort_keys != NULL))
			continue;
		*refused = more;
		learned = true;
	}
	arena_destroy(arena);
	return learned;
}
