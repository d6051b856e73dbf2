#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <libxml/parser.h>

#include "base/arena.h"
#include "base/text.h"
#include "protocol/sru.h"
#include "protocol/sru_media.h"

/* 1.x needs both words; the rest of a row stands out better without them. */
#define S11 "version=1.1&operation=searchRetrieve&"
#define S12 "version=1.2&operation=searchRetrieve&"
#define SC11 "version=1.1&operation=scan&"

struct row {
	const char *text;
	enum diag_id id;
	const char *details; /* NULL: not looked at */
	enum sru_version version;
	enum sru_operation operation;
};

static const struct row rows[] = {
    /* versions: PROTOCOLS 1.4 */
    {"", DIAG_NONE, NULL, SRU_2_0, SRU_EXPLAIN},
    {"version=1.1", DIAG_NONE, NULL, SRU_1_1, SRU_EXPLAIN},
    {"version=1.2", DIAG_NONE, NULL, SRU_1_2, SRU_EXPLAIN},
    {"version=2.0", DIAG_NONE, NULL, SRU_2_0, SRU_EXPLAIN},
    {S11 "query=x", DIAG_NONE, NULL, SRU_1_1, SRU_SEARCH},
    {S12 "query=x", DIAG_NONE, NULL, SRU_1_2, SRU_SEARCH},
    {"version=2.0&operation=searchRetrieve&query=x", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"version=2.0&query=x", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"operation=searchRetrieve&query=x", DIAG_NONE, NULL, SRU_1_2, SRU_SEARCH},
    {"operation=explain", DIAG_NONE, NULL, SRU_1_2, SRU_EXPLAIN},
    {"version=1.3&operation=searchRetrieve&query=x", DIAG_NONE, NULL, SRU_1_2, SRU_SEARCH},
    {"version=1.19&operation=searchRetrieve&query=x", DIAG_NONE, NULL, SRU_1_2, SRU_SEARCH},
    {"version=2.1&query=x", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"version=1.0&operation=searchRetrieve&query=x", DIAG_VERSION, "2.0", SRU_1_1, SRU_SEARCH},
    {"version=0.9&operation=searchRetrieve&query=x", DIAG_VERSION, "2.0", SRU_1_1, SRU_SEARCH},
    {"version=3.0&query=x", DIAG_VERSION, "2.0", SRU_2_0, SRU_SEARCH},
    {"version=3.0", DIAG_VERSION, "2.0", SRU_2_0, SRU_EXPLAIN},
    {"version=1&operation=searchRetrieve&query=x", DIAG_VERSION, "2.0", SRU_1_2, SRU_SEARCH},
    {"version=&operation=searchRetrieve&query=x", DIAG_VERSION, "2.0", SRU_1_2, SRU_SEARCH},
    {"version=1.1.1&operation=explain", DIAG_VERSION, "2.0", SRU_1_2, SRU_EXPLAIN},
    {"version=+1.1&operation=explain", DIAG_VERSION, "2.0", SRU_1_2, SRU_EXPLAIN},
    {"version=1.1+&operation=explain", DIAG_VERSION, "2.0", SRU_1_2, SRU_EXPLAIN},
    {"version=-1.1", DIAG_VERSION, "2.0", SRU_2_0, SRU_EXPLAIN},
    {"version=1.99999999999999999999", DIAG_VERSION, "2.0", SRU_2_0, SRU_EXPLAIN},
    {"version=one", DIAG_VERSION, "2.0", SRU_2_0, SRU_EXPLAIN},
    {"version=%zz", DIAG_PARAMETER_VALUE, "version", SRU_2_0, SRU_EXPLAIN},
    {"version=1.1&version=1.1", DIAG_PARAMETER_VALUE, "version", SRU_1_1, SRU_EXPLAIN},
    /* operations */
    {"version=1.1&operation=explain", DIAG_NONE, NULL, SRU_1_1, SRU_EXPLAIN},
    {"version=1.2&operation=explain", DIAG_NONE, NULL, SRU_1_2, SRU_EXPLAIN},
    {"version=2.0&operation=explain", DIAG_NONE, NULL, SRU_2_0, SRU_EXPLAIN},
    {"version=1.1&operation=update", DIAG_OPERATION, "update", SRU_1_1, SRU_SEARCH},
    {"version=2.0&operation=update", DIAG_OPERATION, "update", SRU_2_0, SRU_SEARCH},
    {"version=1.1&operation=searchretrieve&query=x", DIAG_OPERATION, NULL, SRU_1_1, SRU_SEARCH},
    {"version=1.1&operation=&query=x", DIAG_OPERATION, "", SRU_1_1, SRU_SEARCH},
    {"version=1.1&operation=%ff", DIAG_PARAMETER_VALUE, "operation", SRU_1_1, SRU_SEARCH},
    {"version=1.1&query=x", DIAG_PARAMETER_MISSING, "operation", SRU_1_1, SRU_SEARCH},
    {"version=1.2&scanClause=x", DIAG_PARAMETER_MISSING, "operation", SRU_1_2, SRU_SCAN},
    {"scanClause=x", DIAG_NONE, NULL, SRU_2_0, SRU_SCAN},
    {"query=x&scanClause=x", DIAG_PARAMETER_VALUE, "scanClause", SRU_2_0, SRU_SEARCH},
    {"version=2.0&operation=explain&query=x", DIAG_PARAMETER_VALUE, "operation", SRU_2_0,
	SRU_EXPLAIN},
    {"version=2.0&operation=scan&query=x", DIAG_PARAMETER_VALUE, "operation", SRU_2_0, SRU_SCAN},
    {"version=2.0&operation=searchRetrieve&scanClause=x", DIAG_PARAMETER_VALUE, "operation",
	SRU_2_0, SRU_SEARCH},
    {"version=1.1&operation=explain&query=x", DIAG_PARAMETER_UNSUPPORTED, "query", SRU_1_1,
	SRU_EXPLAIN},
    {S11 "query=x&scanClause=x", DIAG_PARAMETER_UNSUPPORTED, "scanClause", SRU_1_1, SRU_SEARCH},
    {"version=1.1&operation=explain&maximumRecords=1", DIAG_PARAMETER_UNSUPPORTED, "maximumRecords",
	SRU_1_1, SRU_EXPLAIN},
    {"version=1.1&operation=explain&recordPacking=string", DIAG_NONE, NULL, SRU_1_1, SRU_EXPLAIN},
    {"maximumRecords=5", DIAG_NONE, NULL, SRU_2_0, SRU_EXPLAIN},
    {"version=1.1&startRecord=1&x-foo=1", DIAG_NONE, NULL, SRU_1_1, SRU_EXPLAIN},
    {"maximumRecords=5abc", DIAG_PARAMETER_VALUE, "maximumRecords", SRU_2_0, SRU_EXPLAIN},
    {"bogus=1", DIAG_PARAMETER_UNSUPPORTED, "bogus", SRU_2_0, SRU_EXPLAIN},
    /* query */
    {"version=1.1&operation=searchRetrieve", DIAG_PARAMETER_MISSING, "query", SRU_1_1, SRU_SEARCH},
    {"version=2.0&operation=searchRetrieve", DIAG_PARAMETER_MISSING, "query", SRU_2_0, SRU_SEARCH},
    {S11 "query=", DIAG_NONE, NULL, SRU_1_1, SRU_SEARCH},
    {S11 "query", DIAG_NONE, NULL, SRU_1_1, SRU_SEARCH},
    {S11 "query=a%3Db;c", DIAG_NONE, NULL, SRU_1_1, SRU_SEARCH},
    {S11 "query=%", DIAG_QUERY_SYNTAX, NULL, SRU_1_1, SRU_SEARCH},
    {S11 "query=%4", DIAG_QUERY_SYNTAX, NULL, SRU_1_1, SRU_SEARCH},
    {S11 "query=%4g", DIAG_QUERY_SYNTAX, NULL, SRU_1_1, SRU_SEARCH},
    {S11 "query=a%00b", DIAG_QUERY_SYNTAX, "character NUL", SRU_1_1, SRU_SEARCH},
    {S11 "query=%ff", DIAG_QUERY_SYNTAX, "not UTF-8", SRU_1_1, SRU_SEARCH},
    {S11 "query=%c0%80", DIAG_QUERY_SYNTAX, "not UTF-8", SRU_1_1, SRU_SEARCH},
    {S11 "query=%ed%a0%80", DIAG_QUERY_SYNTAX, "not UTF-8", SRU_1_1, SRU_SEARCH},
    {S11 "query=caf%C3%A9", DIAG_NONE, NULL, SRU_1_1, SRU_SEARCH},
    {S11 "query=x&query=y", DIAG_PARAMETER_VALUE, "query", SRU_1_1, SRU_SEARCH},
    {S11 "query=x&query=x", DIAG_PARAMETER_VALUE, "query", SRU_1_1, SRU_SEARCH},
    {S11 "Query=x", DIAG_PARAMETER_UNSUPPORTED, "Query", SRU_1_1, SRU_SEARCH},
    {SC11 "scanClause=%f", DIAG_QUERY_SYNTAX, NULL, SRU_1_1, SRU_SCAN},
    {"query=x&queryType=cql", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&queryType=CQL", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&queryType=searchTerms", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&queryType=pqf", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&queryType=sql", DIAG_PARAMETER_VALUE, "queryType", SRU_2_0, SRU_SEARCH},
    {"query=x&queryType=", DIAG_PARAMETER_VALUE, "queryType", SRU_2_0, SRU_SEARCH},
    {S12 "query=x&queryType=cql", DIAG_PARAMETER_UNSUPPORTED, "queryType", SRU_1_2, SRU_SEARCH},
    /* numbers */
    {S11 "query=x&startRecord=1", DIAG_NONE, NULL, SRU_1_1, SRU_SEARCH},
    {S11 "query=x&startRecord=0", DIAG_PARAMETER_VALUE, "startRecord", SRU_1_1, SRU_SEARCH},
    {S11 "query=x&startRecord=-1", DIAG_PARAMETER_VALUE, "startRecord", SRU_1_1, SRU_SEARCH},
    {S11 "query=x&startRecord=%2B1", DIAG_PARAMETER_VALUE, "startRecord", SRU_1_1, SRU_SEARCH},
    {S11 "query=x&startRecord=+1", DIAG_PARAMETER_VALUE, "startRecord", SRU_1_1, SRU_SEARCH},
    {S11 "query=x&startRecord=", DIAG_PARAMETER_VALUE, "startRecord", SRU_1_1, SRU_SEARCH},
    {S11 "query=x&startRecord=1.0", DIAG_PARAMETER_VALUE, "startRecord", SRU_1_1, SRU_SEARCH},
    {S11 "query=x&startRecord=0x10", DIAG_PARAMETER_VALUE, "startRecord", SRU_1_1, SRU_SEARCH},
    {S11 "query=x&startRecord=99999999999", DIAG_PARAMETER_VALUE, "startRecord", SRU_1_1,
	SRU_SEARCH},
    {S11 "query=x&startRecord=99999999999999999999999", DIAG_PARAMETER_VALUE, "startRecord",
	SRU_1_1, SRU_SEARCH},
    {S11 "query=x&startRecord=%D9%A1", DIAG_PARAMETER_VALUE, "startRecord", SRU_1_1, SRU_SEARCH},
    {S11 "query=x&startRecord=%zz", DIAG_PARAMETER_VALUE, "startRecord", SRU_1_1, SRU_SEARCH},
    {S11 "query=x&startRecord=1&startRecord=1", DIAG_PARAMETER_VALUE, "startRecord", SRU_1_1,
	SRU_SEARCH},
    {S11 "query=x&maximumRecords=0", DIAG_NONE, NULL, SRU_1_1, SRU_SEARCH},
    {S11 "query=x&maximumRecords=2147483647", DIAG_NONE, NULL, SRU_1_1, SRU_SEARCH},
    {S11 "query=x&maximumRecords=2147483648", DIAG_PARAMETER_VALUE, "maximumRecords", SRU_1_1,
	SRU_SEARCH},
    {S12 "query=x&maximumRecords=5abc", DIAG_PARAMETER_VALUE, "maximumRecords", SRU_1_2,
	SRU_SEARCH},
    {"query=x&maximumRecords=5abc", DIAG_PARAMETER_VALUE, "maximumRecords", SRU_2_0, SRU_SEARCH},
    {S11 "query=x&resultSetTTL=60", DIAG_NONE, NULL, SRU_1_1, SRU_SEARCH},
    {S12 "query=x&resultSetTTL=0", DIAG_NONE, NULL, SRU_1_2, SRU_SEARCH},
    {"query=x&resultSetTTL=60", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&resultSetTTL=1m", DIAG_PARAMETER_VALUE, "resultSetTTL", SRU_2_0, SRU_SEARCH},
    /* packing and schema */
    {S11 "query=x&recordPacking=xml", DIAG_NONE, NULL, SRU_1_1, SRU_SEARCH},
    {S12 "query=x&recordPacking=string", DIAG_NONE, NULL, SRU_1_2, SRU_SEARCH},
    {S11 "query=x&recordPacking=packed", DIAG_PACKING, "packed", SRU_1_1, SRU_SEARCH},
    {S11 "query=x&recordPacking=", DIAG_PACKING, "", SRU_1_1, SRU_SEARCH},
    {"query=x&recordPacking=packed", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&recordPacking=unpacked", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&recordPacking=string", DIAG_PACKING, "string", SRU_2_0, SRU_SEARCH},
    {"query=x&recordXMLEscaping=string", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&recordXMLEscaping=xml", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&recordXMLEscaping=json", DIAG_PACKING, "json", SRU_2_0, SRU_SEARCH},
    {S12 "query=x&recordXMLEscaping=xml", DIAG_PARAMETER_UNSUPPORTED, "recordXMLEscaping", SRU_1_2,
	SRU_SEARCH},
    {S12 "query=x&recordSchema=info:srw/schema/1/dc-v1.1", DIAG_NONE, NULL, SRU_1_2, SRU_SEARCH},
    {S11 "query=x&recordXPath=/a", DIAG_XPATH, "/a", SRU_1_1, SRU_SEARCH},
    {S12 "query=x&recordXPath=/a", DIAG_XPATH, "/a", SRU_1_2, SRU_SEARCH},
    {"query=x&recordXPath=/a", DIAG_XPATH, "/a", SRU_2_0, SRU_SEARCH},
    {S11 "query=x&sortKeys=title,,1", DIAG_NONE, NULL, SRU_1_1, SRU_SEARCH},
    {S12 "query=x&sortKeys=title,,1", DIAG_PARAMETER_UNSUPPORTED, "sortKeys", SRU_1_2, SRU_SEARCH},
    {"query=x&sortKeys=title,,1", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    /* stylesheets */
    {S11 "query=x&stylesheet=http://a.example/b.xsl?c%3Dd%26e", DIAG_NONE, NULL, SRU_1_1,
	SRU_SEARCH},
    {S12 "query=x&stylesheet=/style.xsl", DIAG_NONE, NULL, SRU_1_2, SRU_SEARCH},
    {S12 "query=x&stylesheet=", DIAG_NONE, NULL, SRU_1_2, SRU_SEARCH},
    {"query=x&stylesheet=HTTPS://a.example/", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&stylesheet=javascript:alert(1)", DIAG_PARAMETER_VALUE, "stylesheet", SRU_2_0,
	SRU_SEARCH},
    {"query=x&stylesheet=data:text/xsl,x", DIAG_PARAMETER_VALUE, "stylesheet", SRU_2_0, SRU_SEARCH},
    {"query=x&stylesheet=file:///etc/passwd", DIAG_PARAMETER_VALUE, "stylesheet", SRU_2_0,
	SRU_SEARCH},
    {"query=x&stylesheet=http:evil", DIAG_PARAMETER_VALUE, "stylesheet", SRU_2_0, SRU_SEARCH},
    {"query=x&stylesheet=a%22b", DIAG_PARAMETER_VALUE, "stylesheet", SRU_2_0, SRU_SEARCH},
    {"query=x&stylesheet=a?%3E", DIAG_PARAMETER_VALUE, "stylesheet", SRU_2_0, SRU_SEARCH},
    {"query=x&stylesheet=a%25zz", DIAG_PARAMETER_VALUE, "stylesheet", SRU_2_0, SRU_SEARCH},
    {"query=x&renderedBy=client", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&renderedBy=server", DIAG_STYLESHEETS, "renderedBy", SRU_2_0, SRU_SEARCH},
    {"query=x&renderedBy=me", DIAG_PARAMETER_VALUE, "renderedBy", SRU_2_0, SRU_SEARCH},
    {S11 "query=x&renderedBy=client", DIAG_PARAMETER_UNSUPPORTED, "renderedBy", SRU_1_1,
	SRU_SEARCH},
    /* media types */
    {"query=x&httpAccept=application/json", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&httpAccept=application/sru%2Bxml", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&httpAccept=text/html", DIAG_PARAMETER_VALUE, "httpAccept", SRU_2_0, SRU_SEARCH},
    {"query=x&httpAccept=", DIAG_PARAMETER_VALUE, "httpAccept", SRU_2_0, SRU_SEARCH},
    {S11 "query=x&httpAccept=text/xml", DIAG_PARAMETER_UNSUPPORTED, "httpAccept", SRU_1_1,
	SRU_SEARCH},
    {"query=x&responseType=http://docs.oasis-open.org/ns/search-ws/sruResponse", DIAG_NONE, NULL,
	SRU_2_0, SRU_SEARCH},
    {"query=x&responseType=application/json", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&responseType=http://a.example/", DIAG_PARAMETER_VALUE, "responseType", SRU_2_0,
	SRU_SEARCH},
    {"query=x&httpAccept=application/json&responseType=text/xml", DIAG_PARAMETER_VALUE,
	"responseType", SRU_2_0, SRU_SEARCH},
    /* facets */
    {"query=x&facetLimit=5:dc.subject", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&facetLimit=10,5:dc.subject,0:author&facetStart=3,2:date", DIAG_NONE, NULL, SRU_2_0,
	SRU_SEARCH},
    {"query=x&facetSort=alphanumeric,descending,caseSensitive", DIAG_NONE, NULL, SRU_2_0,
	SRU_SEARCH},
    {"query=x&facetLimit=", DIAG_PARAMETER_VALUE, "facetLimit", SRU_2_0, SRU_SEARCH},
    {"query=x&facetLimit=5:", DIAG_PARAMETER_VALUE, "facetLimit", SRU_2_0, SRU_SEARCH},
    {"query=x&facetLimit=:dc.subject", DIAG_PARAMETER_VALUE, "facetLimit", SRU_2_0, SRU_SEARCH},
    {"query=x&facetLimit=5:dc.subject,3", DIAG_PARAMETER_VALUE, "facetLimit", SRU_2_0, SRU_SEARCH},
    {"query=x&facetLimit=5,", DIAG_PARAMETER_VALUE, "facetLimit", SRU_2_0, SRU_SEARCH},
    {"query=x&facetLimit=-1", DIAG_PARAMETER_VALUE, "facetLimit", SRU_2_0, SRU_SEARCH},
    {"query=x&facetLimit=5:a.b.c", DIAG_PARAMETER_VALUE, "facetLimit", SRU_2_0, SRU_SEARCH},
    {"query=x&facetLimit=99999999999", DIAG_PARAMETER_VALUE, "facetLimit", SRU_2_0, SRU_SEARCH},
    {"query=x&facetStart=0", DIAG_PARAMETER_VALUE, "facetStart", SRU_2_0, SRU_SEARCH},
    {"query=x&facetSort=count", DIAG_PARAMETER_VALUE, "facetSort", SRU_2_0, SRU_SEARCH},
    {"query=x&facetSort=recordCount,", DIAG_PARAMETER_VALUE, "facetSort", SRU_2_0, SRU_SEARCH},
    {"query=x&facetSort=recordCount,up", DIAG_PARAMETER_VALUE, "facetSort", SRU_2_0, SRU_SEARCH},
    {"query=x&facetSort=recordCount,ascending,caseInsensitive,x", DIAG_PARAMETER_VALUE, "facetSort",
	SRU_2_0, SRU_SEARCH},
    {"query=x&facetCount=dc.date%3D1980&facetCount:dc.subject=Islam&facetCount=dc.date%3D1980",
	DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&facetCount=", DIAG_PARAMETER_VALUE, "facetCount", SRU_2_0, SRU_SEARCH},
    {"query=x&facetCount:=a", DIAG_PARAMETER_VALUE, "facetCount:", SRU_2_0, SRU_SEARCH},
    {"query=x&facetCount:a.b.c=a", DIAG_PARAMETER_VALUE, "facetCount:a.b.c", SRU_2_0, SRU_SEARCH},
    {"query=x&facetLimit=10&facetLimit:dc.subject=100", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&facetLimit:dc.subject=1&facetLimit:dc.subject=2", DIAG_PARAMETER_VALUE,
	"facetLimit:dc.subject", SRU_2_0, SRU_SEARCH},
    {"query=x&facetLimit:dc.subject=1:a", DIAG_PARAMETER_VALUE, "facetLimit:dc.subject", SRU_2_0,
	SRU_SEARCH},
    {"query=x&facetStart:dc.subject=0", DIAG_PARAMETER_VALUE, "facetStart:dc.subject", SRU_2_0,
	SRU_SEARCH},
    {"query=x&facetSort:dc.subject=recordCount", DIAG_PARAMETER_UNSUPPORTED, "facetSort:dc.subject",
	SRU_2_0, SRU_SEARCH},
    {"query=x&startRecord:a=1", DIAG_PARAMETER_UNSUPPORTED, "startRecord:a", SRU_2_0, SRU_SEARCH},
    {S12 "query=x&facetLimit=5", DIAG_PARAMETER_UNSUPPORTED, "facetLimit", SRU_1_2, SRU_SEARCH},
    /* scan */
    {SC11 "scanClause=dc.title%3Da", DIAG_NONE, NULL, SRU_1_1, SRU_SCAN},
    {SC11 "scanClause=a&responsePosition=0&maximumTerms=10", DIAG_NONE, NULL, SRU_1_1, SRU_SCAN},
    {SC11 "scanClause=a&responsePosition=x", DIAG_PARAMETER_VALUE, "responsePosition", SRU_1_1,
	SRU_SCAN},
    {SC11 "scanClause=a&maximumTerms=0", DIAG_PARAMETER_VALUE, "maximumTerms", SRU_1_1, SRU_SCAN},
    {SC11 "scanClause=a&startRecord=1", DIAG_PARAMETER_UNSUPPORTED, "startRecord", SRU_1_1,
	SRU_SCAN},
    {"version=1.1&operation=scan", DIAG_PARAMETER_MISSING, "scanClause", SRU_1_1, SRU_SCAN},
    {"version=2.0&operation=scan", DIAG_PARAMETER_MISSING, "scanClause", SRU_2_0, SRU_SCAN},
    {"query=x&maximumTerms=3", DIAG_PARAMETER_UNSUPPORTED, "maximumTerms", SRU_2_0, SRU_SEARCH},
    /* names that are not ours */
    {S11 "query=x&foo=1", DIAG_PARAMETER_UNSUPPORTED, "foo", SRU_1_1, SRU_SEARCH},
    {S12 "query=x&foo", DIAG_PARAMETER_UNSUPPORTED, "foo", SRU_1_2, SRU_SEARCH},
    {"query=x&foo=%zz", DIAG_PARAMETER_UNSUPPORTED, "foo", SRU_2_0, SRU_SEARCH},
    {"query=x&%zz=1", DIAG_PARAMETER_UNSUPPORTED, "%zz", SRU_2_0, SRU_SEARCH},
    {"query=x&=1", DIAG_PARAMETER_UNSUPPORTED, "", SRU_2_0, SRU_SEARCH},
    {"query=x&resultSetId=1", DIAG_PARAMETER_UNSUPPORTED, "resultSetId", SRU_2_0, SRU_SEARCH},
    {S11 "query=x&x-foo=1", DIAG_NONE, NULL, SRU_1_1, SRU_SEARCH},
    {S11 "query=x&x-foo=1&x-foo=2&x-foo=%zz", DIAG_NONE, NULL, SRU_1_1, SRU_SEARCH},
    {"query=x&x-info-5-y=%00", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"&&query=x&&&", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"qu%65ry=x", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    /* Silang's own */
    {S11 "query=x&x-partners=ugm,uin-suka,a_1", DIAG_NONE, NULL, SRU_1_1, SRU_SEARCH},
    {S11 "query=x&x-partners=", DIAG_PARAMETER_VALUE, "x-partners", SRU_1_1, SRU_SEARCH},
    {S11 "query=x&x-partners=a,,b", DIAG_PARAMETER_VALUE, "x-partners", SRU_1_1, SRU_SEARCH},
    {S11 "query=x&x-partners=a,", DIAG_PARAMETER_VALUE, "x-partners", SRU_1_1, SRU_SEARCH},
    {S11 "query=x&x-partners=1a", DIAG_PARAMETER_VALUE, "x-partners", SRU_1_1, SRU_SEARCH},
    {S11 "query=x&x-partners=a,+b", DIAG_PARAMETER_VALUE, "x-partners", SRU_1_1, SRU_SEARCH},
    {S11 "query=x&x-partners=a&x-partners=b", DIAG_PARAMETER_VALUE, "x-partners", SRU_1_1,
	SRU_SEARCH},
    {S12 "query=x&x-deadline=800ms", DIAG_NONE, NULL, SRU_1_2, SRU_SEARCH},
    {S12 "query=x&x-deadline=1ms", DIAG_NONE, NULL, SRU_1_2, SRU_SEARCH},
    {S12 "query=x&x-deadline=0ms", DIAG_PARAMETER_VALUE, "x-deadline", SRU_1_2, SRU_SEARCH},
    {S12 "query=x&x-deadline=800", DIAG_PARAMETER_VALUE, "x-deadline", SRU_1_2, SRU_SEARCH},
    {S12 "query=x&x-deadline=-1s", DIAG_PARAMETER_VALUE, "x-deadline", SRU_1_2, SRU_SEARCH},
    {S12 "query=x&x-deadline=", DIAG_PARAMETER_VALUE, "x-deadline", SRU_1_2, SRU_SEARCH},
    {"query=x&x-dedup=off", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&x-dedup=strict", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&x-dedup=normal", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&x-dedup=work", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&x-dedup=Work", DIAG_PARAMETER_VALUE, "x-dedup", SRU_2_0, SRU_SEARCH},
    {"query=x&x-explain=1", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&x-explain=0", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&x-explain=yes", DIAG_PARAMETER_VALUE, "x-explain", SRU_2_0, SRU_SEARCH},
    {"query=x&x-partial=quiet", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&x-partial=diagnostic", DIAG_NONE, NULL, SRU_2_0, SRU_SEARCH},
    {"query=x&x-partial=59", DIAG_PARAMETER_VALUE, "x-partial", SRU_2_0, SRU_SEARCH},
    {"query=x&x-partial=%ff", DIAG_PARAMETER_VALUE, "x-partial", SRU_2_0, SRU_SEARCH},
    /* the first thing wrong is what is said, the version before all else */
    {"query=x&foo=1&startRecord=0", DIAG_PARAMETER_UNSUPPORTED, "foo", SRU_2_0, SRU_SEARCH},
    {"query=x&startRecord=0&foo=1", DIAG_PARAMETER_VALUE, "startRecord", SRU_2_0, SRU_SEARCH},
    {"foo=1&operation=bogus&version=9.9", DIAG_VERSION, "2.0", SRU_2_0, SRU_SEARCH},
};

static void check_row(const struct row *row)
{
	struct arena *arena = arena_create(0, NULL);
	struct sru_request request;
	struct diag diag = {DIAG_NONE, ""};
	bool good = sru_decode(arena, row->text, strlen(row->text), NULL, &request, &diag);

	if (good != (row->id == DIAG_NONE) || diag.id != row->id ||
	    request.version != row->version || request.operation != row->operation ||
	    (row->details && strcmp(row->details, diag.details) != 0))
		fail_msg("%s: diagnostic %d (%s), version %u, operation %u", row->text,
		    diag_srw(diag.id), diag.details, request.version, request.operation);
	arena_destroy(arena);
}

static void every_request_gets_its_outcome(void **state)
{
	assert_true(sizeof rows / sizeof *rows >= 120);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_row(&rows[i]);
}

static struct sru_request decode(struct arena *arena, const char *text, const char *accept)
{
	struct sru_request request;
	struct diag diag;

	if (!sru_decode(arena, text, strlen(text), accept, &request, &diag))
		fail_msg("%s: %d %s", text, diag_srw(diag.id), diag.details);
	return request;
}

static void values_are_read(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct sru_request r = decode(arena,
	    S11 "query=dc.title+%3D+%22a;b%26c%2B%22&startRecord=11&maximumRecords=25&"
		"recordPacking=string"
		"&recordSchema=dc&sortKeys=title&resultSetTTL=300&stylesheet=/s.xsl&x-partners=a,b"
		"&x-deadline=2s&x-dedup=work&x-explain=1&x-partial=diagnostic&x-silang-via=g1",
	    NULL);

	assert_string_equal(r.query, "dc.title = \"a;b&c+\"");
	assert_int_equal(r.start, 11);
	assert_int_equal(r.maximum, 25);
	assert_true(r.maximum_given);
	assert_true(r.packing_string);
	assert_string_equal(r.schema, "dc");
	assert_string_equal(r.sort_keys, "title");
	assert_int_equal(r.ttl, 300);
	assert_string_equal(r.stylesheet, "/s.xsl");
	assert_string_equal(r.partners, "a,b");
	assert_int_equal(r.deadline, 2000);
	assert_string_equal(r.dedup, "work");
	assert_true(r.explain);
	assert_int_equal(r.partial_diagnostic, 1);
	assert_string_equal(r.via, "g1");
	assert_int_equal(r.nparameters, 16);
	assert_string_equal(r.parameters[2].name, "query");
	arena_destroy(arena);
}

static void what_is_not_given_has_its_default(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	struct sru_request r = decode(arena, "query=x&x-unknown=1&recordSchema=", NULL);

	assert_int_equal(r.start, 1);
	assert_int_equal(r.maximum, 10);
	assert_false(r.maximum_given);
	assert_null(r.schema);
	assert_null(r.partners);
	assert_null(r.dedup);
	assert_null(r.via);
	assert_int_equal(r.deadline, -1);
	assert_int_equal(r.partial_diagnostic, -1);
	assert_string_equal(r.query_type, "cql");
	assert_string_equal(r.content_type, "text/xml; charset=utf-8");
	assert_int_equal(r.format, SRU_XML);
	assert_int_equal(r.nparameters, 2); /* those of others are not echoed */
	r = decode(arena, SC11 "scanClause=a", NULL);
	assert_int_equal(r.response_position, 1);
	assert_int_equal(r.maximum_terms, 0);
	arena_destroy(arena);
}

static void media_types_are_negotiated(void **state)
{
	static const struct {
		const char *text, *accept;
		enum sru_format format;
		const char *content_type;
	} cases[] = {
	    {"query=x", "*/*", SRU_XML, "text/xml; charset=utf-8"},
	    {"query=x", "", SRU_XML, "text/xml; charset=utf-8"},
	    {"query=x", "image/png", SRU_XML, "text/xml; charset=utf-8"},
	    {"query=x", "application/json", SRU_JSON, "application/json"},
	    {"query=x", "Application/JSON; charset=utf-8", SRU_JSON, "application/json"},
	    {"query=x", "application/json, text/plain, */*", SRU_JSON, "application/json"},
	    {"query=x", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", SRU_XML,
		"application/xml; charset=utf-8"},
	    {"query=x", "application/json;q=0.5, text/xml;q=0.8", SRU_XML,
		"text/xml; charset=utf-8"},
	    {"query=x", "application/json;q=0, */*;q=0.1", SRU_XML, "text/xml; charset=utf-8"},
	    {"query=x", "text/*;q=0,application/*", SRU_XML, "application/sru+xml; charset=utf-8"},
	    {"query=x", "application/sru+xml", SRU_XML, "application/sru+xml; charset=utf-8"},
	    {"query=x", "*/json", SRU_XML, "text/xml; charset=utf-8"},
	    {"query=x&httpAccept=application/json", "text/xml", SRU_JSON, "application/json"},
	    {"query=x&httpAccept=text/xml", "application/json", SRU_XML, "text/xml; charset=utf-8"},
	    {"query=x&responseType=application/json", NULL, SRU_JSON, "application/json"},
	    {"", "application/json", SRU_JSON, "application/json"},
	    {S11 "query=x", "application/json", SRU_XML, "text/xml; charset=utf-8"},
	    {S12 "query=x", "application/sru+xml", SRU_XML, "text/xml; charset=utf-8"},
	};
	struct arena *arena = arena_create(0, NULL);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sru_request r = decode(arena, cases[i].text, cases[i].accept);

		if (r.format != cases[i].format ||
		    strcmp(r.content_type, cases[i].content_type) != 0)
			fail_msg(
			    "%s, Accept: %s: %s", cases[i].text, cases[i].accept, r.content_type);
	}
	arena_destroy(arena);
}

static void a_failure_keeps_the_format(void **state)
{
	static const char text[] = "query=x&startRecord=0&httpAccept=application/json";
	struct arena *arena = arena_create(0, NULL);
	struct sru_request r;

	assert_false(sru_decode(arena, text, sizeof text - 1, NULL, &r, NULL));
	assert_int_equal(r.format, SRU_JSON);
	assert_string_equal(r.content_type, "application/json");
	arena_destroy(arena);
}

static void too_many_parameters_are_refused(void **state)
{
	struct arena *arena = arena_create(0, NULL);
	char text[4096] = "query=x";
	struct sru_request r;
	struct diag diag;

	for (int i = 1; i < 100; i++)
		strcat(text, "&x-a=1");
	assert_true(sru_decode(arena, text, strlen(text), NULL, &r, &diag));
	strcat(text, "&x-one=1");
	assert_false(sru_decode(arena, text, strlen(text), NULL, &r, &diag));
	assert_int_equal(diag.id, DIAG_PARAMETER_UNSUPPORTED);
	assert_string_equal(diag.details, "x-one");
	arena_destroy(arena);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* A request of pieces that mean something, with some bytes spoilt. */
static size_t make_request(uint32_t *seed, char *out, size_t size)
{
	static const char *const pieces[] = {"version=", "1.1", "1.2", "2.0", "&",
	    "&operation=", "searchRetrieve", "scan", "explain",
	    "&query=", "&scanClause=", "&startRecord=", "%", "%00", "%C3%A9", "%FF", "\xC3\xA9",
	    "<", "]]>", "&stylesheet=", "http://a/b", "?>", "&httpAccept=", "application/json",
	    "&x-dedup=", "&x-foo=", "=", "+", "12", "&recordPacking=", "string", "%01",
	    "&recordXMLEscaping="};
	size_t length = 0;

	for (unsigned n = next_random(seed) % 12; n; n--) {
		const char *piece = pieces[next_random(seed) % (sizeof pieces / sizeof *pieces)];

		if (length + strlen(piece) >= size)
			break;
		memcpy(out + length, piece, strlen(piece));
		length += strlen(piece);
	}
	if (length && next_random(seed) % 3 == 0)
		out[next_random(seed) % length] = (char)next_random(seed);
	return length;
}

static void check_document(const struct sru_request *request, const char *text, size_t length)
{
	if (request->format == SRU_JSON) {
		json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);

		assert_non_null(json);
		json_decref(json);
		return;
	}

	xmlDocPtr doc = xmlReadMemory(text, (int)length, NULL, NULL, XML_PARSE_NONET);

	assert_non_null(doc);
	xmlFreeDoc(doc);
}

/* Whatever comes: a request or a diagnostic, and an answer that can be read. */
static void any_bytes_are_answered(void **state)
{
	uint32_t seed = 20260701;

	print_message("# seed %u\n", seed);
	for (int i = 0; i < 20000; i++) {
		struct arena *arena = arena_create(0, NULL);
		struct diag diag = {DIAG_NONE, ""};
		struct sru_request request;
		char text[512];
		size_t size = make_request(&seed, text, sizeof text), length;
		bool good = sru_decode(arena, text, size, NULL, &request, &diag);

		assert_int_equal(good, diag.id == DIAG_NONE);
		if (good && request.operation == SRU_SEARCH)
			assert_true(text_is_utf8(request.query, strlen(request.query)));
		if (good)
			diag_set(&diag, DIAG_GENERAL, "%s", request.query ? request.query : "");

		char *answer = sru_encode_failure(arena, &request, &diag, &length);

		check_document(&request, answer, length);
		arena_destroy(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_request_gets_its_outcome),
	    cmocka_unit_test(values_are_read),
	    cmocka_unit_test(what_is_not_given_has_its_default),
	    cmocka_unit_test(media_types_are_negotiated),
	    cmocka_unit_test(a_failure_keeps_the_format),
	    cmocka_unit_test(too_many_parameters_are_refused),
	    cmocka_unit_test(any_bytes_are_answered),
	};

	return cmocka_run_group_tests_name("sru decode", tests, NULL, NULL);
}
