<?xml version="1.0" encoding="UTF-8"?>
<!-- The bytes of an <item> that is a UNIMARC record; for any other the retrieval fails. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:import href="raw.xsl"/>
  <xsl:output method="text" encoding="iso-8859-1"/>
  <xsl:template match="/">
    <xsl:if test="not(item/@unimarc)">
      <xsl:message terminate="yes">not a UNIMARC record</xsl:message>
    </xsl:if>
    <xsl:apply-imports/>
  </xsl:template>
</xsl:stylesheet>
