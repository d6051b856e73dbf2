<?xml version="1.0" encoding="UTF-8"?>
<!-- MARCXML to simple Dublin Core, for SRU clients that ask for it. -->
<xsl:stylesheet version="1.0"
    xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:m="http://www.loc.gov/MARC21/slim"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:srw_dc="info:srw/schema/1/dc-schema"
    exclude-result-prefixes="m">

  <xsl:output method="xml" encoding="UTF-8"/>

  <xsl:template match="/">
    <srw_dc:dc>
      <xsl:apply-templates select="m:record/*"/>
    </srw_dc:dc>
  </xsl:template>

  <xsl:template match="*"/>

  <xsl:template match="m:datafield[@tag='245']">
    <dc:title>
      <xsl:for-each select="m:subfield[contains('abnp', @code)]">
        <xsl:if test="position() &gt; 1"><xsl:text> </xsl:text></xsl:if>
        <xsl:value-of select="."/>
      </xsl:for-each>
    </dc:title>
  </xsl:template>
  <xsl:template match="m:datafield[@tag='100' or @tag='110']">
    <dc:creator><xsl:value-of select="m:subfield[@code='a']"/></dc:creator>
  </xsl:template>
  <xsl:template match="m:datafield[@tag='700' or @tag='710']">
    <dc:contributor><xsl:value-of select="m:subfield[@code='a']"/></dc:contributor>
  </xsl:template>
  <xsl:template match="m:datafield[@tag='260' or @tag='264']">
    <xsl:for-each select="m:subfield[@code='b']"><dc:publisher><xsl:value-of select="."/></dc:publisher></xsl:for-each>
    <xsl:for-each select="m:subfield[@code='c']"><dc:date><xsl:value-of select="."/></dc:date></xsl:for-each>
  </xsl:template>
  <xsl:template match="m:datafield[@tag='650' or @tag='651']">
    <dc:subject>
      <xsl:for-each select="m:subfield[contains('avxyz', @code)]">
        <xsl:if test="position() &gt; 1"><xsl:text>--</xsl:text></xsl:if>
        <xsl:value-of select="."/>
      </xsl:for-each>
    </dc:subject>
  </xsl:template>
  <xsl:template match="m:datafield[@tag='020']/m:subfield[@code='a']" mode="urn">
    <dc:identifier><xsl:value-of select="concat('URN:ISBN:', .)"/></dc:identifier>
  </xsl:template>
  <xsl:template match="m:datafield[@tag='020']">
    <xsl:apply-templates select="m:subfield[@code='a']" mode="urn"/>
  </xsl:template>
  <xsl:template match="m:controlfield[@tag='008']">
    <xsl:if test="normalize-space(substring(., 36, 3))">
      <dc:language><xsl:value-of select="substring(., 36, 3)"/></dc:language>
    </xsl:if>
  </xsl:template>
</xsl:stylesheet>
