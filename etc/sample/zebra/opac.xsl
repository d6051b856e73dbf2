<?xml version="1.0" encoding="UTF-8"?>
<!-- MARCXML with holdings embedded (852 a shelf, 876 an item of it, linked by $8) to the XML that
     YAZ turns into a Z39.50 OPAC record. The bibliographic part loses those two fields. -->
<xsl:stylesheet version="1.0"
    xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:m="http://www.loc.gov/MARC21/slim"
    exclude-result-prefixes="m">

  <xsl:output method="xml" encoding="UTF-8"/>

  <xsl:template match="/">
    <opacRecord>
      <bibliographicRecord>
        <xsl:apply-templates select="m:record" mode="copy"/>
      </bibliographicRecord>
      <holdings>
        <xsl:apply-templates select="m:record/m:datafield[@tag='852']"/>
      </holdings>
    </opacRecord>
  </xsl:template>

  <xsl:template match="@*|node()" mode="copy">
    <xsl:copy><xsl:apply-templates select="@*|node()" mode="copy"/></xsl:copy>
  </xsl:template>
  <xsl:template match="m:datafield[@tag='852' or @tag='876']" mode="copy"/>

  <xsl:template match="m:datafield[@tag='852']">
    <xsl:variable name="link" select="m:subfield[@code='8']"/>
    <xsl:variable name="items" select="../m:datafield[@tag='876'][m:subfield[@code='8'] = $link]"/>
    <holding>
      <typeOfRecord>x</typeOfRecord>
      <encodingLevel>1</encodingLevel>
      <receiptAcqStatus>0</receiptAcqStatus>
      <generalRetention>8</generalRetention>
      <nucCode><xsl:value-of select="m:subfield[@code='a']"/></nucCode>
      <localLocation><xsl:value-of select="m:subfield[@code='b']"/></localLocation>
      <xsl:if test="m:subfield[@code='c']">
        <shelvingLocation><xsl:value-of select="m:subfield[@code='c']"/></shelvingLocation>
      </xsl:if>
      <xsl:if test="m:subfield[@code='h' or @code='i']">
        <callNumber>
          <xsl:for-each select="m:subfield[@code='h' or @code='i']">
            <xsl:if test="position() &gt; 1"><xsl:text> </xsl:text></xsl:if>
            <xsl:value-of select="."/>
          </xsl:for-each>
        </callNumber>
      </xsl:if>
      <xsl:if test="$items">
        <copyNumber><xsl:value-of select="count($items)"/></copyNumber>
      </xsl:if>
      <xsl:if test="m:subfield[@code='z']">
        <publicNote><xsl:value-of select="m:subfield[@code='z']"/></publicNote>
      </xsl:if>
      <circulations>
        <xsl:apply-templates select="$items"/>
      </circulations>
    </holding>
  </xsl:template>

  <!-- Status in 876 $j, what readers are told in $z: "kembali" is followed by the date due. -->
  <xsl:template match="m:datafield[@tag='876']">
    <xsl:variable name="status" select="m:subfield[@code='j']"/>
    <circulation>
      <availableNow>
        <xsl:attribute name="value"><xsl:value-of select="number($status != 'Dipinjam')"/></xsl:attribute>
      </availableNow>
      <xsl:if test="starts-with(m:subfield[@code='z'], 'kembali ')">
        <availabilityDate><xsl:value-of select="substring-after(m:subfield[@code='z'], 'kembali ')"/></availabilityDate>
      </xsl:if>
      <xsl:if test="m:subfield[@code='h']">
        <restrictions><xsl:value-of select="m:subfield[@code='h']"/></restrictions>
      </xsl:if>
      <itemId><xsl:value-of select="m:subfield[@code='p']"/></itemId>
      <renewable value="0"/>
      <onHold>
        <xsl:attribute name="value"><xsl:value-of select="number($status = 'Dipesan')"/></xsl:attribute>
      </onHold>
      <xsl:if test="m:subfield[@code='3']">
        <enumAndChron><xsl:value-of select="m:subfield[@code='3']"/></enumAndChron>
      </xsl:if>
      <xsl:if test="m:subfield[@code='l']">
        <temporaryLocation><xsl:value-of select="m:subfield[@code='l']"/></temporaryLocation>
      </xsl:if>
    </circulation>
  </xsl:template>
</xsl:stylesheet>
