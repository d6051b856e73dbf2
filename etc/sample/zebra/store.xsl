<?xml version="1.0" encoding="UTF-8"?>
<!-- What is stored of an <item>: the record's bytes, and whether it is UNIMARC. -->
<xsl:stylesheet version="1.0"
    xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:m="http://www.loc.gov/MARC21/slim"
    exclude-result-prefixes="m">
  <xsl:output method="xml" encoding="UTF-8" omit-xml-declaration="yes"/>
  <xsl:template match="/">
    <item>
      <xsl:if test="item/m:record[m:datafield[@tag='200'] and not(m:datafield[@tag='245'])]">
        <xsl:attribute name="unimarc">yes</xsl:attribute>
      </xsl:if>
      <xsl:copy-of select="item/raw"/>
    </item>
  </xsl:template>
</xsl:stylesheet>
