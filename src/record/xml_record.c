#include "record/xml_record.h"

#include "record/marc.h"

bool xml_record_decode(struct arena *arena, const char *bytes, size_t length,
    enum xml_record_kind *kind, struct marc **marc, struct diag *diag)
{
	*kind = XML_RECORD_MARC;
	return marc_decode_xml(arena, bytes, length, marc, diag);
}
