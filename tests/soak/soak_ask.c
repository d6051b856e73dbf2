/* Requests of every kind, drawn by lot, and what has to come of each. */
#include "tests/soak/soak.h"

#include <stdlib.h>
#include <string.h>

/* In one of several shapes; the number decides which, and the word. */
static void make_query(unsigned long number, char *out, size_t size)
{
	static const char *const shapes[] = {"dc.title%3D", "w", "cql.anywhere%3Dw",
	    "dc.title%20all%20%22river%20", "dc.creator%3Dname%20or%20dc.title%3Dw", "%22lake%20"};
	const char *shape = shapes[number % (sizeof shapes / sizeof *shapes)];

	snprintf(out, size, "%s%lu%s", shape, number, strstr(shape, "%22") ? "%22" : "");
}

static void add(struct ask *ask, const char *name, const char *value)
{
	size_t used = strlen(ask->path);

	snprintf(ask->path + used, sizeof ask->path - used, "%s%s=%s",
	    strchr(ask->path, '?') ? "&" : "?", name, value);
}

static void add_number(struct ask *ask, const char *name, unsigned long number)
{
	char text[32];

	snprintf(text, sizeof text, "%lu", number);
	add(ask, name, text);
}

static void may(struct ask *ask, int diagnostic)
{
	for (int i = 0; i < 4; i++) {
		if (ask->diagnostics[i])
			continue;
		ask->diagnostics[i] = diagnostic;
		return;
	}
}

static void begin(struct ask *ask, const char *path)
{
	*ask = (struct ask){.method = "GET", .status = 200, .form = FORM_XML, .start = 1};
	snprintf(ask->path, sizeof ask->path, "%s", path);
}

/* A search in the database, with what the standard lets a client choose. */
static void begin_search(struct asker *asker, struct ask *ask, const char *database)
{
	struct chance *chance = asker->chance;
	char path[64];
	unsigned version = chance_below(chance, 4);

	snprintf(path, sizeof path, "/sru/%s", database);
	begin(ask, path);
	if (version < 2) {
		add(ask, "operation", "searchRetrieve");
		add(ask, "version", version ? "1.2" : "1.1");
	} else if (version == 2) {
		add(ask, "version", "2.0");
	}
	ask->maximum = 10;
	if (chance_in(chance, 50)) {
		ask->maximum = chance_below(chance, 40);
		add_number(ask, "maximumRecords", ask->maximum);
	}
	ask->steady = strcmp(database, "union") == 0 || strcmp(database, "some") == 0 ||
		      strcmp(database, "steady") == 0;
}

static void add_fancies(struct asker *asker, struct ask *ask)
{
	static const char *const schemas[] = {"marcxml", "dc", "mods", "opacxml"};
	static const char *const levels[] = {"off", "strict", "normal", "work"};
	struct chance *chance = asker->chance;

	if (chance_in(chance, 40))
		add(ask, "recordSchema", schemas[chance_below(chance, 4)]);
	if (chance_in(chance, 15))
		add(ask, "x-dedup", levels[chance_below(chance, 4)]);
	if (chance_in(chance, 15))
		add(ask, "x-explain", "1");
	if (chance_in(chance, 10)) {
		add(ask, "x-partial", "diagnostic");
		may(ask, 59);
	}
	if (chance_in(chance, 10))
		add(ask, "x-unknown", "what");
	if (chance_in(chance, 20) && !strstr(ask->path, "version=1"))
		add(ask, "facetLimit", "10:subject,5:author,20:date,30:library");
}

static void add_query(struct asker *asker, struct ask *ask, bool new)
{
	static const char *const orders[] = {"dc.title", "dc.date%2Fsort.descending", "dc.creator"};
	char query[128];
	size_t used;

	make_query(
	    new ? 1000 + asker->questions++ : chance_below(asker->chance, 20), query, sizeof query);
	used = strlen(query);
	if (chance_in(asker->chance, 15) && !strncmp(ask->path, "/sru/union", 10))
		snprintf(query + used, sizeof query - used, "%%20sortby%%20%s",
		    orders[chance_below(asker->chance, 3)]);
	add(ask, "query", query);
	add_fancies(asker, ask);
}

static void ask_new(struct asker *asker, struct ask *ask)
{
	begin_search(asker, ask, chance_in(asker->chance, 80) ? "union" : "some");
	add_query(asker, ask, true);
}

static void ask_again(struct asker *asker, struct ask *ask)
{
	begin_search(asker, ask, "union");
	if (chance_in(asker->chance, 30)) {
		ask->start = 1 + chance_below(asker->chance, 30);
		add_number(ask, "startRecord", ask->start);
		may(ask, 61);
	}
	add_query(asker, ask, false);
}

static void ask_quickly(struct asker *asker, struct ask *ask)
{
	char text[16];

	begin_search(asker, ask, "union");
	snprintf(text, sizeof text, "%ums", 1 + chance_below(asker->chance, 500));
	add(ask, "x-deadline", text);
	add_query(asker, ask, chance_in(asker->chance, 50));
	may(ask, 2);
	ask->steady = false;
}

static void ask_some(struct asker *asker, struct ask *ask)
{
	char names[128] = "steady", name[16];
	bool steady = chance_in(asker->chance, 50);

	if (!steady)
		strcpy(names, "p2");
	for (unsigned i = 4; i <= TARGETS; i++) {
		snprintf(name, sizeof name, ",p%u", i);
		if (chance_in(asker->chance, 30))
			strcat(names, name);
	}
	begin_search(asker, ask, "union");
	add(ask, "x-partners", names);
	add_query(asker, ask, chance_in(asker->chance, 70));
	may(ask, 2);
	ask->steady = steady;
}

static void ask_one(struct asker *asker, struct ask *ask)
{
	static const char *const others[] = {
	    "nobody", "plain", "named", "expired", "lender", "secret"};
	char name[16] = "steady";
	unsigned which = chance_below(asker->chance, TARGETS + 6);

	if (which >= TARGETS)
		strcpy(name, others[which - TARGETS]);
	else if (which)
		snprintf(name, sizeof name, "p%u", which + 1);
	begin_search(asker, ask, name);
	add_query(asker, ask, chance_in(asker->chance, 70));
	if (which)
		may(ask, 2);
	if (which == 2)
		may(ask, 235);
	if (which < TARGETS && faults_is_sru(which))
		may(ask, 16); /* it may explain that it has no such index */
}

static void ask_by_post(struct asker *asker, struct ask *ask)
{
	char *query;

	begin_search(asker, ask, "union");
	add_query(asker, ask, chance_in(asker->chance, 50));
	query = strchr(ask->path, '?');
	*query = '\0';
	ask->body = strdup(query + 1);
	ask->type = "application/x-www-form-urlencoded";
	ask->method = "POST";
}

static void ask_for_json(struct asker *asker, struct ask *ask)
{
	do
		begin_search(asker, ask, "union");
	while (strstr(ask->path, "version=1"));
	add(ask, "httpAccept", "application/json");
	add_query(asker, ask, chance_in(asker->chance, 50));
	ask->form = FORM_JSON;
}

static void ask_page(struct asker *asker, struct ask *ask)
{
	struct walker *walker = &asker->walkers[chance_below(asker->chance, WALKERS)];

	if (walker->busy) {
		ask_again(asker, ask);
		return;
	}
	if (!walker->next) {
		walker->by_id = chance_in(asker->chance, 50);
		snprintf(
		    walker->query, sizeof walker->query, "dc.title%%3Dwalk%lu", asker->questions++);
		walker->set[0] = '\0';
		walker->next = 1;
		walker->pages = 0;
	}
	begin(ask, "/sru/union");
	if (walker->by_id && walker->set[0]) {
		char query[128];

		snprintf(query, sizeof query, "cql.resultSetId%%3D%s", walker->set);
		add(ask, "query", query);
		may(ask, 51); /* it lives for a while only */
	} else {
		add(ask, "query", walker->query);
	}
	ask->start = walker->next;
	ask->maximum = 1 + chance_below(asker->chance, 60);
	add_number(ask, "startRecord", ask->start);
	add_number(ask, "maximumRecords", ask->maximum);
	may(ask, 61);
	ask->walker = walker;
	walker->busy = true;
}

static void ask_elsewhere(struct asker *asker, struct ask *ask)
{
	switch (chance_below(asker->chance, 10)) {
	case 0:
		begin(ask, "/status");
		ask->form = FORM_OBJECT;
		return;
	case 1:
		begin(ask, "/metrics");
		ask->form = FORM_TEXT;
		return;
	case 2:
		begin(ask, "/health");
		ask->form = FORM_TEXT;
		return;
	case 3:
		begin(ask, "/sru/union");
		ask->form = FORM_OTHER;
		return;
	case 4: begin(ask, "/sru/union?operation=scan&version=1.1&scanClause=a"); break;
	case 5: begin(ask, "/sru/some?version=1.1&operation=explain"); break;
	case 6: begin(ask, "/sru/some?scanClause=dc.title%3Dfire&maximumTerms=5"); break;
	case 7: begin(ask, "/sru/p2?scanClause=dc.title%3Dfire&responsePosition=3"); break;
	case 8: begin(ask, "/sru/union?scanClause=dc.title%3Dwater&x-deadline=300ms"); break;
	default: begin(ask, "/sru/steady?version=1.2"); break;
	}
	ask->form = FORM_OTHER;
}

static const struct {
	const char *path;
	int status, diagnostic;
	const char *method, *body;
} bad[] = {
    {"/sru/union?query=dc.title%3D(", 200, 10, "GET", NULL},
    {"/sru/union?query=%22open", 200, 14, "GET", NULL},
    {"/sru/union?query=a%20and", 200, 10, "GET", NULL},
    {"/sru/nowhere?query=a", 200, 235, "GET", NULL},
    {"/sru/union?query=a&startRecord=0", 200, 6, "GET", NULL},
    {"/sru/union?query=a&startRecord=10001", 200, 61, "GET", NULL},
    {"/sru/union?query=a&maximumRecords=-1", 200, 6, "GET", NULL},
    {"/sru/union?query=a&x-partners=nowhere", 200, 6, "GET", NULL},
    {"/sru/union?query=a&x-deadline=soon", 200, 6, "GET", NULL},
    {"/sru/union?query=a&x-dedup=much", 200, 6, "GET", NULL},
    {"/sru/union?query=a&recordSchema=none", 200, 66, "GET", NULL},
    {"/sru/union?query=cql.resultSetId%3D0123456789abcdef0123456789abcdef", 200, 51, "GET", NULL},
    {"/sru/union?operation=searchRetrieve&version=1.1", 200, 7, "GET", NULL},
    {"/nowhere", 404, 0, "GET", NULL},
    {"/sru/union", 405, 0, "DELETE", NULL},
    {"/status", 405, 0, "POST", "a=b"},
};

static void ask_badly(struct asker *asker, struct ask *ask)
{
	unsigned i = chance_below(asker->chance, sizeof bad / sizeof *bad);

	begin(ask, bad[i].path);
	ask->status = bad[i].status;
	ask->method = bad[i].method;
	ask->maximum = 10;
	if (bad[i].body)
		ask->body = strdup(bad[i].body);
	ask->type = "application/x-www-form-urlencoded";
	ask->refused = bad[i].diagnostic != 0;
	if (ask->refused)
		may(ask, bad[i].diagnostic);
	else
		ask->form = FORM_TEXT;
}

static void ask_and_leave(struct asker *asker, struct ask *ask)
{
	begin_search(asker, ask, "union");
	add_query(asker, ask, chance_in(asker->chance, 60));
	ask->leaves_after = 1 + chance_below(asker->chance, 400);
	ask->fresh = true;
}

void asker_make(struct asker *asker, struct ask *ask)
{
	static const struct {
		unsigned weight;
		void (*make)(struct asker *asker, struct ask *ask);
	} kinds[] = {{24, ask_new}, {16, ask_again}, {14, ask_page}, {8, ask_quickly},
	    {8, ask_some}, {7, ask_one}, {4, ask_by_post}, {4, ask_for_json}, {5, ask_elsewhere},
	    {4, ask_badly}, {6, ask_and_leave}};
	unsigned lot = chance_below(asker->chance, 100);
	size_t i = 0;

	while (lot >= kinds[i].weight)
		lot -= kinds[i++].weight;
	kinds[i].make(asker, ask);
	ask->fresh |= chance_in(asker->chance, 20);
}

void ask_clear(struct ask *ask)
{
	free(ask->body);
	ask->body = NULL;
	if (ask->walker)
		ask->walker->busy = false;
	ask->walker = NULL;
}

void asker_clear(struct asker *asker)
{
	for (int i = 0; i < WALKERS; i++)
		free(asker->walkers[i].seen);
}
