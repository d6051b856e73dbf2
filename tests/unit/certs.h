#ifndef SILANG_TESTS_CERTS_H
#define SILANG_TESTS_CERTS_H
/* Certificates made on the spot, in a directory that certs_remove deletes again. */

struct certs {
	char directory[64];
	char authority[96]; /* who signed all below */
	char stranger[96];  /* another authority */
	/* certificate and key in one file each */
	char good[96];	  /* for localhost, *.example.test and 127.0.0.1 */
	char expired[96]; /* same, until yesterday */
	char client[96];
};

void certs_make(struct certs *certs);
void certs_remove(struct certs *certs);

#endif
