#!/usr/bin/perl
# What the gateway owes to HTTP's other parties: pages of other sites, caches, slow lines, SOAP
# stacks.
use strict;
use warnings;
use utf8;
use Silang::Test;

my $zebra   = zebra();
my $gateway = gateway(partners => sample_partners($zebra));
my $search  = '/sru/union?query=dc.title%3Dmanusia&maximumRecords=5';

# A second answer to the same question differs in the milliseconds alone.
sub same {
  my (@texts) = @_;
  s/ ms="\d+"//g for @texts;
  s/resultSetTTL>\d+// for @texts;
  return is($texts[0], $texts[1], 'the same document');
}

subtest 'compressed answers' => sub {
  my $plain = $gateway->get($search);
  is($plain->{headers}{'content-encoding'}, undef, 'plain unless asked otherwise');
  like($plain->{headers}{vary}, qr/Accept-Encoding/, 'caches are told what the answer depends on');
  my $packed = $gateway->get($search, '-H', 'Accept-Encoding: gzip');
  is($packed->{headers}{'content-encoding'}, 'gzip', 'gzip when asked');
  is($packed->{headers}{'content-length'}, length $packed->{body}, 'with its true length');
  cmp_ok(length $packed->{body}, '<', length($plain->{body}) / 2, 'less than half as long');
  same($gateway->get($search, '--compressed')->{body}, $plain->{body});
  is($gateway->get($search, '-H', 'Accept-Encoding: gzip;q=0')->{headers}{'content-encoding'}, undef, 'gzip refused');
  is($gateway->get('/health', '-H', 'Accept-Encoding: gzip')->{headers}{'content-encoding'}, undef, 'not what is short');
  is($gateway->get('/status', '-H', 'Accept-Encoding: gzip')->{headers}{'content-encoding'}, 'gzip', 'status, too');
  my $head = $gateway->raw("HEAD $search HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n");
  like($head, qr/^Content-Encoding: gzip\r\n.*\r\n\r\n\z/ms, 'HEAD says the same and sends nothing');
};

subtest 'pages of other sites' => sub {
  for my $path ($search, '/sru', '/sru/nobody', '/status', '/health', '/sru?bogus=1') {
    is($gateway->get($path, '-H', 'Origin: http://portal.example.org')->{headers}{'access-control-allow-origin'}, '*', $path);
  }
  is($gateway->get('/metrics')->{headers}{'access-control-allow-origin'}, undef, 'not the metrics');
  my $ask = $gateway->get('/sru/ptkin', '-X', 'OPTIONS', '-H', 'Origin: http://portal.example.org',
    '-H', 'Access-Control-Request-Method: POST', '-H', 'Access-Control-Request-Headers: content-type');
  is($ask->{status}, 204, 'OPTIONS: HTTP 204');
  is($ask->{headers}{'access-control-allow-origin'}, '*', 'any site');
  like($ask->{headers}{'access-control-allow-methods'}, qr/\bPOST\b/, 'may POST');
  like($ask->{headers}{'access-control-allow-headers'}, qr/\bContent-Type\b/, 'with a Content-Type');
  like($ask->{headers}{allow}, qr/\bHEAD\b/, 'and is told the methods');
};

subtest 'SOAP' => sub {
  my %soap = ('1.1' => [ 'text/xml', 'http://schemas.xmlsoap.org/soap/envelope/' ],
    '1.2' => [ 'application/soap+xml', 'http://www.w3.org/2003/05/soap-envelope' ]);
  for my $version (sort keys %soap) {
    my ($type, $uri) = @{ $soap{$version} };
    my $post = sub {
      my ($body) = @_;
      my $file = spew(workdir() . '/soap.xml', qq(<s:Envelope xmlns:s="$uri"><s:Body>$body</s:Body></s:Envelope>));
      return $gateway->get('/sru/union', '--data-binary', "\@$file", '-H', "Content-Type: $type; charset=utf-8", '-H', 'SOAPAction: "x"');
    };
    my $good = $post->('<searchRetrieveRequest xmlns="http://www.loc.gov/zing/srw/"><version>1.1</version>'
        . '<query>dc.title=manusia</query><maximumRecords>2</maximumRecords></searchRetrieveRequest>');
    is($good->{status}, 200, "$version: HTTP 200");
    like($good->{type}, qr{\A\Q$type\E; charset=utf-8\z}, 'its type');
    my $document = XML::LibXML->new->parse_string($good->{body});
    is($document->findvalue('namespace-uri(/*)'), $uri, 'its envelope');
    is($document->findvalue('count(/*/*/*[local-name()="searchRetrieveResponse"]/*[local-name()="records"]/*)'), 2, 'two records');
    my $bad = $post->('<searchRetrieveRequest xmlns="http://www.loc.gov/zing/srw/"><query>(</query></searchRetrieveRequest>');
    is($bad->{status}, 200, 'a bad query: HTTP 200');
    like($bad->{body}, qr{diagnostic/1/10<}, 'and a diagnostic');
    my $explain = $post->('<explainRequest xmlns="http://www.loc.gov/zing/srw/"><version>1.1</version></explainRequest>');
    like($explain->{body}, qr{:explainResponse}, 'explain');
    my $fault = $post->('<nothing/>');
    is($fault->{status}, $version eq '1.1' ? 500 : 400, 'no request: a fault');
    is(XML::LibXML->new->parse_string($fault->{body})->findvalue('count(/*/*/*[local-name()="Fault"])'), 1, 'in an envelope');
  }
  my $file = spew(workdir() . '/soap.xml', '{"query": "a"}');
  is($gateway->get('/sru', '--data-binary', "\@$file", '-H', 'Content-Type: application/json')->{status}, 415, 'another type: 415');
  is($gateway->get('/sru', '--data-binary', "\@$file", '-H', 'Content-Type: text/xml')->{status}, 500, 'no XML: 500');
};

finish();
