<?xml version="1.0" encoding="UTF-8"?>
<!-- The bytes of an <item>. They travel through XML as the characters U+0020 to U+00FF, which
     ISO 8859-1 turns back into bytes; control characters stay written as #NN; here, and
     <solrmarc/> in yazgfs.xml turns those back. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text" encoding="iso-8859-1"/>
  <xsl:template match="/">
    <xsl:value-of select="item/raw"/>
  </xsl:template>
</xsl:stylesheet>
