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
  like($gateway->raw("OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), qr{\AHTTP/1\.1 204 .*^Allow: .*\bPOST\b}ms, 'of the whole server, too');
};

subtest 'forms' => sub {
  my $count = sub { my ($answer) = @_; my ($n) = $answer->{body} =~ /numberOfRecords>(\d+)</; return $n };
  my $expected = $count->($gateway->get('/sru/union?query=dc.title%3Dmanusia&maximumRecords=0'));
  my @form = ('-H', 'Content-Type: application/x-www-form-urlencoded');
  is($count->($gateway->get('/sru/union', @form, '-d', 'query=dc.title%3Dmanusia&maximumRecords=0')), $expected, 'in the body');
  is($count->($gateway->get('/sru/union?query=dc.title%3Dmanusia', @form, '-d', 'maximumRecords=0')), $expected, 'in both places');
  is($count->($gateway->get('/sru/union?query=dc.title%3Dmanusia&maximumRecords=0', @form, '-d', '')), $expected, 'in the address');
  is($count->($gateway->get('/sru/union?query=dc.title%3Dmanusia&maximumRecords=0', '-X', 'POST')), $expected, 'without a body');
  like($gateway->get('/sru/union?query=a', @form, '-d', 'query=b')->{body}, qr{diagnostic/1/6<.*>query<}s, 'twice is once too often');
  is($count->($gateway->get('/sru/union', '-H', 'Content-Type: Application/X-WWW-Form-Urlencoded; charset=UTF-8', '-d', 'query=dc.title%3Dmanusia&maximumRecords=0')),
    $expected, 'with a charset');
};

subtest 'one connection' => sub {
  my @titles = qw(islam hukum manusia xyzzy bumi);
  my @counts = map { $gateway->search('union', query => "dc.title=$_", maximumRecords => 0)->hits } @titles;
  my $ask = sub { my ($title, $more) = @_; return "GET /sru/union?query=dc.title%3D$title&maximumRecords=0 HTTP/1.1\r\nHost: a\r\n$more\r\n" };
  my $all = $gateway->raw(join '', (map { $ask->($_, '') } @titles[ 0 .. 3 ]), $ask->($titles[4], "Connection: close\r\n"));
  is_deeply([ $all =~ /numberOfRecords>(\d+)</g ], \@counts, 'requests one behind the other: answers in their order');
  is(scalar(() = $all =~ m{^HTTP/1\.1 200 }mg), 5, 'each a response of its own');
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
