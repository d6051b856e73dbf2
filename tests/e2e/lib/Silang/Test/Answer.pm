package Silang::Test::Answer;

# One answer of the gateway, read by libxml2. The prefixes zs, diag, s, marc, dc, zr and sra can be
# used in XPath whatever the version of SRU is.
use strict;
use warnings;
use Encode ();
use XML::LibXML ();

my %NAMESPACES = (
  s    => 'urn:silang:response:1',
  marc => 'http://www.loc.gov/MARC21/slim',
  dc   => 'http://purl.org/dc/elements/1.1/',
  zr   => 'http://explain.z3950.org/dtd/2.0/',
  sra  => 'http://docs.oasis-open.org/ns/search-ws/searchResultAnalysis',
);

sub new {
  my ($class, $http) = @_;
  my $self = bless { http => $http }, $class;
  my $document = eval { XML::LibXML->new(no_network => 1)->parse_string($http->{body}) };
  if (!$document) {
    $self->{error} = "HTTP $http->{status} $http->{error}: no XML: $@";
    return $self;
  }
  my $context   = XML::LibXML::XPathContext->new($document);
  my $namespace = $document->documentElement->namespaceURI // '';
  $context->registerNs($_ => $NAMESPACES{$_}) for keys %NAMESPACES;
  $context->registerNs(zs => $namespace);
  $context->registerNs(diag => $namespace =~ /oasis/
    ? 'http://docs.oasis-open.org/ns/search-ws/diagnostic'
    : 'http://www.loc.gov/zing/srw/diagnostic/');
  @$self{qw(document context)} = ($document, $context);
  return $self;
}

sub http { return $_[0]{http} }

sub status { return $_[0]{http}{status} }

sub error { return $_[0]{error} }

sub namespace { return $_[0]{document}->documentElement->namespaceURI }

sub nodes {
  my ($self, $path, $node) = @_;
  die $self->{error} if $self->{error};
  my @nodes = $self->{context}->findnodes($path, $node // $self->{document});
  return @nodes;
}

# The text of the first that the path finds, undefined if there is none.
sub text {
  my ($self, $path, $node) = @_;
  my ($found) = $self->nodes($path, $node);
  return defined $found ? $found->textContent : undef;
}

sub texts {
  my ($self, $path, $node) = @_;
  return map { $_->textContent } $self->nodes($path, $node);
}

sub hits { return $_[0]->text('/*/zs:numberOfRecords') }

sub next_position { return $_[0]->text('/*/zs:nextRecordPosition') }

sub set { return $_[0]->text('/*/zs:resultSetId') }

sub records { return $_[0]->nodes('/*/zs:records/zs:record') }

# "61 12", "16 dc.foo": the answer's own diagnostics, number and details.
sub diagnostics {
  my ($self) = @_;
  return map { $self->diagnostic($_) } $self->nodes('/*/zs:diagnostics/diag:diagnostic');
}

sub diagnostic {
  my ($self, $node) = @_;
  my ($number) = $self->text('diag:uri', $node) =~ m{\Ainfo:srw/diagnostic/1/(\d+)\z};
  my $details = $self->text('diag:details', $node);
  return defined $details ? "$number $details" : $number;
}

# For each record its holdings as "PARTNER ID", best first.
sub holdings {
  my ($self) = @_;
  return map {
    [ map { $_->getAttribute('partner') . ' ' . $_->getAttribute('id') }
        $self->nodes('zs:extraRecordData/s:holdings/s:holding', $_) ]
  } $self->records;
}

sub scores { return $_[0]->texts('/*/zs:records/zs:record/zs:extraRecordData/s:holdings/@score') }

# {ugm => {status => 'ok', hits => ...}, ...}
sub partners {
  my ($self) = @_;
  return { map { my $node = $_; $node->getAttribute('id') => { map { $_->nodeName => $_->value } $node->attributes } }
      $self->nodes('/*/zs:extraResponseData/s:partners/s:partner') };
}

# Their ids as they stand.
sub partner_ids { return $_[0]->texts('/*/zs:extraResponseData/s:partners/s:partner/@id') }

# "ok", "failed refused", "failed diagnostic bib1:114"
sub outcome {
  my ($self, $id) = @_;
  my $partner = $self->partners->{$id} // return 'not there';
  return join ' ', grep { defined } @$partner{qw(status reason code)};
}

# The control numbers of MARCXML records.
sub controls {
  my ($self) = @_;
  return map { $self->text('zs:recordData/marc:record/marc:controlfield[@tag="001"]', $_) } $self->records;
}

1;
