/*
 * SRU requests. Input that begins with "<" is a SOAP message; else its first line is the Accept
 * header, the rest the query string.
 * Whatever comes, there is a request or a diagnostic, and every answer made from it can be read.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <libxml/parser.h>

#include "base/arena.h"
#include "base/text.h"
#include "protocol/sru.h"
#include "protocol/sru_soap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool claim)
{
	if (!claim)
		abort();
}

static void check_document(const struct sru_request *request, const char *text, size_t length)
{
	require(length == strlen(text));
	if (request->format == SRU_JSON) {
		json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);

		require(json);
		json_decref(json);
		return;
	}

	xmlDocPtr doc = xmlReadMemory(text, (int)length, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);

	require(doc);
	xmlFreeDoc(doc);
}

static void check_request(const struct sru_request *request)
{
	require(request->operation != SRU_SEARCH || request->query);
	require(request->operation != SRU_SCAN || request->scan_clause);
	require(request->start >= 1 && request->start <= INT32_MAX);
	require(request->maximum <= INT32_MAX);
	require(request->deadline == -1 || request->deadline >= 1);
	require(request->version == SRU_2_0 || request->format == SRU_XML);
	for (size_t i = 0; i < request->nparameters; i++)
		require(text_is_utf8(
		    request->parameters[i].value, strlen(request->parameters[i].value)));
}

static void write_query(void *arg, xmlTextWriterPtr writer)
{
	xmlTextWriterWriteElement(writer, BAD_CAST "query", BAD_CAST "");
}

static void check_answers(struct arena *arena, const struct sru_request *request)
{
	const char *text = request->query ? request->query : "";
	struct sru_diagnostic diagnostic = {.id = DIAG_PARTIAL, .details = text};
	struct sru_holding holding = {.partner = text, .services = text};
	struct sru_partner partner = {.id = text, .status = "ok", .detail = text, .query = text};
	struct sru_part part = {.name = "title", .how = text};
	struct sru_match apart = {.partner = text, .id = text, .evidence = &part, .nevidence = 1};
	struct sru_why why = {.best = "alone", .apart = &apart, .napart = 1};
	struct sru_record record = {.position = 1,
	    .schema = text,
	    .write = write_query,
	    .holdings = &holding,
	    .nholdings = 1,
	    .explain = text,
	    .why = &why};
	struct sru_search_answer answer = {.request = request,
	    .result_set_id = text,
	    .records = &record,
	    .nrecords = 1,
	    .diagnostics = &diagnostic,
	    .ndiagnostics = 1,
	    .has_partners = true,
	    .partners = &partner,
	    .npartners = 1};
	struct sru_explain_answer explain = {
	    .request = request, .host = text, .database = text, .title = text, .deadline = 1};
	size_t length;
	char *document = request->operation == SRU_EXPLAIN
			     ? sru_encode_explain(arena, &explain, &length)
			     : sru_encode_search(arena, &answer, &length);

	check_document(request, document, length);
}

static void check_refusal(
    struct arena *arena, const struct sru_request *request, const struct diag *diag)
{
	size_t length;
	char *failure = sru_encode_failure(arena, request, diag, &length);

	check_document(request, failure, length);
}

static void check_soap(struct arena *arena, const char *text, size_t size)
{
	struct diag diag = {DIAG_NONE, ""};
	struct sru_request request;
	struct sru_fault fault;
	size_t length;
	char *document;

	switch (sru_soap_decode(arena, text, size, &request, &diag, &fault)) {
	case SRU_SOAP_GOOD:
		require(diag.id == DIAG_NONE);
		check_request(&request);
		check_answers(arena, &request);
		break;
	case SRU_SOAP_REFUSED: check_refusal(arena, &request, &diag); break;
	case SRU_SOAP_FAULT:
		document = sru_soap_write_fault(arena, &fault, &length);
		request = (struct sru_request){.format = SRU_XML};
		check_document(&request, document, length);
		break;
	}
}

static void check_form(struct arena *arena, const char *text, size_t size)
{
	const char *line = size ? memchr(text, '\n', size) : NULL;
	size_t head = line ? (size_t)(line - text) : 0, used = line ? head + 1 : 0;
	const char *accept = line ? arena_strndup(arena, text, head) : NULL;
	struct diag diag = {DIAG_NONE, ""};
	struct sru_request request;
	bool good = sru_decode(arena, text + used, size - used, accept, &request, &diag);

	require(good == (diag.id == DIAG_NONE));
	if (!good) {
		check_refusal(arena, &request, &diag);
		return;
	}
	check_request(&request);
	check_answers(arena, &request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create(0, NULL);

	if (size && *data == '<')
		check_soap(arena, (const char *)data, size);
	else
		check_form(arena, (const char *)data, size);
	arena_destroy(arena);
	return 0;
}
