#ifndef SILANG_PROTOCOL_SRU_SOAP_H
#define SILANG_PROTOCOL_SRU_SOAP_H
/*
 * SRU over SOAP 1.1 and 1.2 (SRW): the request out of an envelope's body into the same value as
 * that of a GET. The envelope around an answer is the answer writer's business (struct sru_request
 * says which); only faults are written here.
 */
#include "protocol/sru.h"

enum sru_soap_result {
	SRU_SOAP_GOOD,
	SRU_SOAP_REFUSED, /* an SRU request that fails: answer it with `diag` */
	SRU_SOAP_FAULT	  /* no SRU request: answer with `fault` */
};

struct sru_fault {
	enum sru_soap version; /* of the envelope that carries it */
	enum { SRU_FAULT_CLIENT, SRU_FAULT_VERSION, SRU_FAULT_UNDERSTAND } code;
	const char *text;
};

/* Reads an HTTP body. A searchRetrieveRequest, scanRequest or explainRequest, in the namespace of
 * SRU 1.x or of 2.0's requests; its elements are the parameters, with the same rules. xQuery is
 * passed over, extraRequestData holds elements that are named as the x- parameters are. */
enum sru_soap_result sru_soap_decode(struct arena *arena, const char *bytes, size_t length,
    struct sru_request *out, struct diag *diag, struct sru_fault *fault);
/* The media type that answers of this version have. */
const char *sru_soap_content_type(enum sru_soap version);
/* The HTTP status that the fault is sent with. */
int sru_soap_status(const struct sru_fault *fault);
/* The whole document, in the arena. */
char *sru_soap_write_fault(struct arena *arena, const struct sru_fault *fault, size_t *length);

#endif
