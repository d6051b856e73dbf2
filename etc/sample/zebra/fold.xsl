<?xml version="1.0" encoding="UTF-8"?>
<!-- Words that hold an apostrophe, an ayn or a hamza are indexed as they are, which makes two words
     of them, and once more without the sign: Qur'an is found as "Qur'an" and as "Quran". Arabic
     vowel signs and the tatweel are not indexed. -->
<xsl:stylesheet version="1.0"
    xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:z="http://indexdata.com/zebra-2.0">

  <xsl:variable name="signs">'’‘ʻʼʾʿʹ`</xsl:variable>
  <xsl:variable name="vowels">&#x640;&#x64B;&#x64C;&#x64D;&#x64E;&#x64F;&#x650;&#x651;&#x652;&#x653;&#x670;</xsl:variable>

  <xsl:template match="@*|node()">
    <xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy>
  </xsl:template>

  <xsl:template match="z:index[contains(@name, ':w')]">
    <xsl:variable name="text" select="translate(., $vowels, '')"/>
    <z:index name="{@name}"><xsl:value-of select="$text"/></z:index>
    <xsl:if test="translate($text, $signs, '') != $text">
      <z:index name="{@name}"><xsl:value-of select="translate($text, $signs, '')"/></z:index>
    </xsl:if>
  </xsl:template>
</xsl:stylesheet>
