#ifndef SILANG_QUERY_CCL_H
#define SILANG_QUERY_CCL_H
/*
 * The Common Command Language (ISO 8777) into RPN, through YAZ's parser, with the qualifiers people
 * use: ti, au, su, pu, date, isbn and their kin.
 */
#include <stdbool.h>
#include <yaz/odr.h>
#include <yaz/z-core.h>

struct rpn_fault;

/* `odr` holds the result. False with diagnostic 108 and the position. */
bool cclq_parse(ODR odr, const char *text, Z_RPNQuery **out, struct rpn_fault *fault);

#endif
