/* Whether what came is what had to come. */
#include "tests/soak/soak.h"

#include <stdlib.h>
#include <string.h>

static bool is_allowed(const struct ask *ask, int diagnostic)
{
	for (int i = 0; i < 4; i++)
		if (ask->diagnostics[i] == diagnostic)
			return true;
	return false;
}

static bool has(const struct answer *answer, int diagnostic)
{
	for (unsigned i = 0; i < answer->ndiagnostics; i++)
		if (answer->diagnostics[i] == diagnostic)
			return true;
	return false;
}

static const char *judge_diagnostics(const struct ask *ask, const struct answer *answer)
{
	static char text[64];

	for (unsigned i = 0; i < answer->ndiagnostics; i++) {
		snprintf(text, sizeof text, "diagnostic %d", answer->diagnostics[i]);
		if (!is_allowed(ask, answer->diagnostics[i]))
			return text;
	}
	if (ask->refused && !answer->ndiagnostics)
		return "no diagnostic";
	return NULL;
}

static void walker_forget(struct walker *walker)
{
	free(walker->seen);
	walker->seen = NULL;
	walker->nseen = 0;
}

/* A copy stands in one entry of a set and once. */
static const char *walker_take(struct walker *walker, const struct answer *answer)
{
	static char text[96];

	if (strcmp(walker->set, answer->set) != 0) {
		walker_forget(walker); /* a reload has made another set */
		snprintf(walker->set, sizeof walker->set, "%s", answer->set);
	}
	walker->seen =
	    realloc(walker->seen, (walker->nseen + answer->nholdings + 1) * sizeof *walker->seen);
	if (!walker->seen)
		abort();
	for (size_t i = 0; i < answer->nholdings; i++) {
		const struct answer_holding *holding = &answer->holdings[i];

		for (size_t k = 0; k < walker->nseen; k++) {
			if (walker->seen[k].position != holding->position ||
			    strcmp(walker->seen[k].partner, holding->partner) != 0)
				continue;
			snprintf(text, sizeof text, "%s's record %lu is there twice",
			    holding->partner, holding->position);
			return text;
		}
		walker->seen[walker->nseen++] = *holding;
	}
	return NULL;
}

static const char *judge_page(struct ask *ask, const struct answer *answer)
{
	struct walker *walker = ask->walker;
	const char *wrong = answer->ndiagnostics ? NULL : walker_take(walker, answer);

	walker->pages++;
	walker->next = answer->next;
	/* Entries that a deadline left open come later; who asks for ever gets no further. */
	if (wrong || answer->ndiagnostics || walker->pages > 60)
		walker->next = 0;
	if (!walker->next)
		walker_forget(walker);
	return wrong;
}

static const char *judge_answer(struct ask *ask, const struct answer *answer)
{
	static char text[128];
	const char *wrong = answer->wrong ? answer->wrong : judge_diagnostics(ask, answer);
	bool refused =
	    answer->ndiagnostics && !has(answer, 2) && !has(answer, 59) && !has(answer, 61);

	if (wrong)
		return wrong;
	if (!answer->counted && !ask->refused)
		return "no numberOfRecords";
	if (!refused && !ask->refused && !answer->partners)
		return "no partners";
	if (answer->records > ask->maximum)
		return "more records than asked";
	if (answer->records && (answer->first != ask->start || !answer->in_order))
		return "positions do not follow one another";
	snprintf(text, sizeof text, "ok %d", STEADY_HITS);
	if (ask->steady && strcmp(answer->steady, text) != 0) {
		snprintf(text, sizeof text, "the steady partner is `%s`", answer->steady);
		return text;
	}
	return ask->walker ? judge_page(ask, answer) : NULL;
}

static const char *judge_form(const struct ask *ask, const char *body, size_t length)
{
	struct answer answer = {0};
	const char *wrong = NULL;

	if (ask->form == FORM_OBJECT) {
		if (length < 2 || body[0] != '{')
			wrong = "no JSON object";
	} else if (ask->form == FORM_OTHER) {
		answer_read_xml(&answer, body, length);
		wrong = answer.wrong;
		if (!wrong && !strstr(body, "explainResponse") && !strstr(body, "scanResponse"))
			wrong = "neither explain nor scan";
		answer_clear(&answer);
	} else if (!length) {
		wrong = "nothing";
	}
	return wrong;
}

bool ask_is_tardy(const char *wrong)
{
	static const char *const words[] = {
	    "the steady partner is `late", "the steady partner is `skipped", "diagnostic 2"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strncmp(wrong, words[i], strlen(words[i])))
			return true;
	return false;
}

const char *ask_judge(
    struct ask *ask, int status, const char *type, const char *body, size_t length)
{
	static char text[64];
	struct answer answer;
	const char *wrong;

	snprintf(text, sizeof text, "HTTP %d", status);
	if (status != ask->status)
		return text;
	if (ask->form != FORM_XML && ask->form != FORM_JSON)
		return judge_form(ask, body, length);
	if (ask->form == FORM_JSON && !strstr(type, "json"))
		return "not said to be JSON";
	if (ask->form == FORM_JSON)
		answer_read_json(&answer, body, length);
	else
		answer_read_xml(&answer, body, length);
	wrong = judge_answer(ask, &answer);
	answer_clear(&answer);
	return wrong;
}
