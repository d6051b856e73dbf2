<?xml version="1.0" encoding="UTF-8"?>
<!-- From one MARC 21 record to what is indexed of it. An index is written NAME:TYPE; the names are
     those of bib1.att, the types those of types.idx. UNIMARC's title, imprint and ISBN fields are
     known, too, so that a UNIMARC file can be served as well. -->
<xsl:stylesheet version="1.0"
    xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:m="http://www.loc.gov/MARC21/slim"
    xmlns:z="http://indexdata.com/zebra-2.0"
    exclude-result-prefixes="m">

  <!-- A record without field 245 but with field 200 is taken for UNIMARC. -->
  <xsl:variable name="unimarc" select="item/m:record[m:datafield[@tag='200'] and not(m:datafield[@tag='245'])]"/>

  <xsl:template match="/">
    <z:record>
      <xsl:apply-templates select="item/m:record"/>
    </z:record>
  </xsl:template>

  <xsl:template match="text()"/>

  <xsl:template match="m:record">
    <xsl:apply-templates/>
    <xsl:call-template name="sort-keys"/>
    <xsl:call-template name="dates"/>
    <xsl:for-each select="m:datafield[@tag &gt; '009' and @tag &lt; '900' and @tag != '852' and @tag != '876']">
      <z:index name="any:w">
        <xsl:apply-templates select="m:subfield[not(contains('0256', @code))]" mode="words"/>
      </z:index>
    </xsl:for-each>
    <z:index name="any:w"><xsl:value-of select="m:controlfield[@tag='001']"/></z:index>
  </xsl:template>

  <!-- A field's subfields, one behind the other. -->
  <xsl:template match="m:subfield" mode="words">
    <xsl:if test="position() &gt; 1"><xsl:text> </xsl:text></xsl:if>
    <xsl:value-of select="."/>
  </xsl:template>

  <!-- Numbers -->

  <xsl:template match="m:controlfield[@tag='001']">
    <z:index name="local-number:w local-number:p local-number:0"><xsl:value-of select="."/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='020']/m:subfield[@code='a' or @code='z']">
    <xsl:call-template name="isbn"/>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='010']/m:subfield[@code='a']">
    <xsl:choose>
      <xsl:when test="$unimarc"><xsl:call-template name="isbn"/></xsl:when>
      <xsl:otherwise>
        <z:index name="lc-card-number:w lc-card-number:0 identifier-standard:w">
          <xsl:value-of select="normalize-space(.)"/>
        </z:index>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='022' or @tag='011']/m:subfield[@code='a' or @code='y' or @code='l']">
    <z:index name="issn:w issn:p issn:0 identifier-standard:w"><xsl:value-of select="."/></z:index>
    <z:index name="issn:w issn:0 identifier-standard:w"><xsl:value-of select="translate(., '-', '')"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='024' or @tag='028']/m:subfield[@code='a']">
    <z:index name="identifier-standard:w"><xsl:value-of select="."/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='082']/m:subfield[@code='a']">
    <z:index name="dewey-classification:w dewey-classification:p"><xsl:value-of select="."/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='090' or @tag='852']/m:subfield[@code='a' or @code='h']">
    <xsl:if test="../@tag = '090' or @code = 'h'">
      <z:index name="number-local-call:w number-local-call:p"><xsl:value-of select="."/></z:index>
    </xsl:if>
  </xsl:template>

  <!-- Language -->

  <xsl:template match="m:controlfield[@tag='008']">
    <xsl:if test="normalize-space(substring(., 36, 3))">
      <z:index name="code-language:w code-language:0"><xsl:value-of select="substring(., 36, 3)"/></z:index>
    </xsl:if>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='041' or @tag='101']/m:subfield[@code='a' or @code='d']">
    <z:index name="code-language:w code-language:0"><xsl:value-of select="."/></z:index>
  </xsl:template>

  <!-- Titles -->

  <xsl:template match="m:datafield[@tag='245' or @tag='246' or @tag='200']">
    <z:index name="title:w">
      <xsl:apply-templates select="m:subfield[contains('abehinp', @code)]" mode="words"/>
    </z:index>
    <xsl:call-template name="phrase-title"/>
    <xsl:if test="@tag != '246'">
      <z:index name="author:w"><xsl:value-of select="m:subfield[@code='c' or (@code='f' and $unimarc)]"/></z:index>
    </xsl:if>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='130' or @tag='240' or @tag='730']">
    <z:index name="title:w title-uniform:w title:p title-uniform:p">
      <xsl:apply-templates select="m:subfield[not(contains('0256', @code))]" mode="words"/>
    </z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='740']">
    <z:index name="title:w title:p"><xsl:value-of select="m:subfield[@code='a']"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='440' or @tag='490' or @tag='830' or @tag='225']">
    <z:index name="title-series:w title-series:p">
      <xsl:apply-templates select="m:subfield[contains('anp', @code)]" mode="words"/>
    </z:index>
  </xsl:template>

  <!-- The title proper alone, with its remainder, and both again without the leading article. -->
  <xsl:template name="phrase-title">
    <xsl:variable name="proper"><xsl:apply-templates select="m:subfield[contains('anp', @code)]" mode="words"/></xsl:variable>
    <xsl:variable name="whole"><xsl:apply-templates select="m:subfield[contains('abenp', @code)]" mode="words"/></xsl:variable>
    <z:index name="title:p"><xsl:value-of select="$proper"/></z:index>
    <xsl:if test="string($whole) != string($proper)">
      <z:index name="title:p"><xsl:value-of select="$whole"/></z:index>
    </xsl:if>
    <xsl:if test="@tag = '245' and @ind2 &gt; 0">
      <z:index name="title:w title:p"><xsl:value-of select="substring($proper, @ind2 + 1)"/></z:index>
    </xsl:if>
  </xsl:template>

  <!-- Names -->

  <xsl:template match="m:datafield[@tag='100' or @tag='700']">
    <z:index name="author:w author:p personal-name:w personal-name:p name:w name:p">
      <xsl:call-template name="name"/>
    </z:index>
    <xsl:call-template name="name-title"/>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='110' or @tag='710']">
    <z:index name="author:w author:p corporate-name:w corporate-name:p name:w name:p">
      <xsl:call-template name="name"/>
    </z:index>
    <xsl:call-template name="name-title"/>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='111' or @tag='711']">
    <z:index name="author:w author:p conference-name:w conference-name:p name:w name:p">
      <xsl:call-template name="name"/>
    </z:index>
  </xsl:template>

  <xsl:template name="name">
    <xsl:apply-templates select="m:subfield[contains('abcdnq', @code)]" mode="words"/>
  </xsl:template>

  <xsl:template name="name-title">
    <xsl:if test="m:subfield[@code='t']">
      <z:index name="title:w title:p"><xsl:value-of select="m:subfield[@code='t']"/></z:index>
    </xsl:if>
  </xsl:template>

  <!-- Subjects -->

  <xsl:template match="m:datafield[starts-with(@tag, '6') and contains('600 610 611 630 648 650 651 653 655 606', @tag)]">
    <z:index name="subject-heading:w subject-heading:p">
      <xsl:apply-templates select="m:subfield[not(contains('023456', @code))]" mode="words"/>
    </z:index>
    <xsl:if test="@tag = '651'">
      <z:index name="name-geographic:w name-geographic:p"><xsl:value-of select="m:subfield[@code='a']"/></z:index>
    </xsl:if>
    <xsl:if test="@tag = '600' or @tag = '610'">
      <z:index name="name:w name:p"><xsl:call-template name="name"/></z:index>
    </xsl:if>
  </xsl:template>

  <!-- Imprint and notes -->

  <xsl:template match="m:datafield[@tag='260' or @tag='264' or @tag='210']">
    <z:index name="publisher:w publisher:p">
      <xsl:apply-templates select="m:subfield[(@code='b' and not($unimarc)) or (@code='c' and $unimarc)]" mode="words"/>
    </z:index>
    <z:index name="place-publication:w place-publication:p">
      <xsl:apply-templates select="m:subfield[@code='a']" mode="words"/>
    </z:index>
  </xsl:template>

  <xsl:template match="m:datafield[starts-with(@tag, '5')]/m:subfield[@code='a' or @code='t']">
    <z:index name="note:w"><xsl:value-of select="."/></z:index>
  </xsl:template>

  <!-- The same in the original script -->

  <xsl:template match="m:datafield[@tag='880']">
    <xsl:variable name="tag" select="substring(m:subfield[@code='6'], 1, 3)"/>
    <xsl:choose>
      <xsl:when test="$tag = '245' or $tag = '246'">
        <z:index name="title:w"><xsl:apply-templates select="m:subfield[contains('abnp', @code)]" mode="words"/></z:index>
        <xsl:call-template name="phrase-title"/>
      </xsl:when>
      <xsl:when test="$tag = '100' or $tag = '700'">
        <z:index name="author:w author:p personal-name:w personal-name:p name:w name:p">
          <xsl:call-template name="name"/>
        </z:index>
      </xsl:when>
    </xsl:choose>
  </xsl:template>

  <!-- Material: record type and level as they stand in the leader, such as "am". -->

  <xsl:template match="m:leader">
    <z:index name="material-type:w material-type:0"><xsl:value-of select="substring(., 7, 2)"/></z:index>
  </xsl:template>

  <!-- Sort keys: one of each a record. -->

  <xsl:template name="sort-keys">
    <xsl:for-each select="m:datafield[@tag='245' or (@tag='200' and $unimarc)][1]">
      <xsl:variable name="skip" select="concat('0', translate(@ind2, translate(@ind2, '0123456789', ''), ''))"/>
      <xsl:variable name="title"><xsl:apply-templates select="m:subfield[contains('abnp', @code)]" mode="words"/></xsl:variable>
      <z:index name="title:s"><xsl:value-of select="substring($title, 1 + $skip)"/></z:index>
    </xsl:for-each>
    <xsl:for-each select="(m:datafield[@tag='100' or @tag='110' or @tag='111' or @tag='700' or @tag='710'])[1]">
      <z:index name="author:s creator:s"><xsl:call-template name="name"/></z:index>
    </xsl:for-each>
  </xsl:template>

  <!-- Dates: every group of four digits in the imprint; without one, date 1 of field 008. -->

  <xsl:template name="dates">
    <xsl:variable name="imprint">
      <xsl:apply-templates mode="words"
          select="m:datafield[@tag='260' or @tag='264']/m:subfield[@code='c']
                  | m:datafield[@tag='210' and $unimarc]/m:subfield[@code='d']"/>
    </xsl:variable>
    <xsl:variable name="blanks" select="'                                                            '"/>
    <xsl:variable name="others" select="translate($imprint, '0123456789', '')"/>
    <xsl:variable name="digits" select="normalize-space(translate($imprint, $others, $blanks))"/>
    <xsl:variable name="fixed" select="substring(m:controlfield[@tag='008'], 8, 4)"/>
    <xsl:variable name="years">
      <xsl:call-template name="years"><xsl:with-param name="text" select="$digits"/></xsl:call-template>
      <xsl:if test="not($unimarc) and string-length(translate($fixed, translate($fixed, '0123456789', ''), '')) = 4">
        <xsl:value-of select="$fixed"/><xsl:text> </xsl:text>
      </xsl:if>
    </xsl:variable>
    <xsl:if test="string($years)">
      <z:index name="date-of-publication:w date-of-publication:n"><xsl:value-of select="$years"/></z:index>
      <z:index name="date-of-publication:y date-of-publication:d date-of-publication:p">
        <xsl:value-of select="substring-before($years, ' ')"/>
      </z:index>
      <z:index name="date-of-publication:s date:s">
        <xsl:value-of select="substring-before($years, ' ')"/>
      </z:index>
    </xsl:if>
  </xsl:template>

  <xsl:template name="years">
    <xsl:param name="text"/>
    <xsl:variable name="first" select="substring-before(concat($text, ' '), ' ')"/>
    <xsl:if test="string-length($first) = 4"><xsl:value-of select="$first"/><xsl:text> </xsl:text></xsl:if>
    <xsl:if test="contains($text, ' ')">
      <xsl:call-template name="years"><xsl:with-param name="text" select="substring-after($text, ' ')"/></xsl:call-template>
    </xsl:if>
  </xsl:template>

  <!-- ISBN: as catalogued, and without hyphens and qualifier both as ten and as thirteen digits. -->

  <xsl:template name="isbn">
    <xsl:variable name="first" select="substring-before(concat(normalize-space(.), ' '), ' ')"/>
    <xsl:variable name="plain" select="translate(translate($first, 'x', 'X'), translate($first, '0123456789Xx', ''), '')"/>
    <z:index name="isbn:w isbn:p identifier-standard:w"><xsl:value-of select="."/></z:index>
    <z:index name="isbn:w isbn:p isbn:0 identifier-standard:w"><xsl:value-of select="$plain"/></z:index>
    <xsl:choose>
      <xsl:when test="string-length($plain) = 10">
        <xsl:variable name="nine" select="concat('978', substring($plain, 1, 9))"/>
        <xsl:variable name="sum" select="38
          + 3 * (substring($nine, 4, 1) + substring($nine, 6, 1) + substring($nine, 8, 1)
                 + substring($nine, 10, 1) + substring($nine, 12, 1))
          + substring($nine, 5, 1) + substring($nine, 7, 1) + substring($nine, 9, 1)
          + substring($nine, 11, 1)"/>
        <z:index name="isbn:w isbn:p isbn:0 identifier-standard:w">
          <xsl:value-of select="concat($nine, (10 - $sum mod 10) mod 10)"/>
        </z:index>
      </xsl:when>
      <xsl:when test="string-length($plain) = 13 and starts-with($plain, '978')">
        <xsl:variable name="d" select="substring($plain, 4, 9)"/>
        <xsl:variable name="sum" select="10 * substring($d, 1, 1) + 9 * substring($d, 2, 1)
          + 8 * substring($d, 3, 1) + 7 * substring($d, 4, 1) + 6 * substring($d, 5, 1)
          + 5 * substring($d, 6, 1) + 4 * substring($d, 7, 1) + 3 * substring($d, 8, 1)
          + 2 * substring($d, 9, 1)"/>
        <z:index name="isbn:w isbn:p isbn:0 identifier-standard:w">
          <xsl:value-of select="concat($d, substring('0123456789X', 1 + (11 - $sum mod 11) mod 11, 1))"/>
        </z:index>
      </xsl:when>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
