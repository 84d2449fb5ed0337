# api.pl DIR: an API that nobody offers, for tests/custom.t: HTTP on a free port of loopback (written to DIR/port), two steps.
#   GET   /v2/zones/ZONE/records?type=TYPE   {"status":"ok","records":[{"id","name","type","data","ttl"}, …]}
#   PATCH /v2/zones/ZONE/records/ID {"data"}, POST /v2/zones/ZONE/records {"name","type","data"}   {"status":"ok"}
# and GET /nic/update in the words of DynDNS v2. Needs X-Api-Token: right. Keeps the records in DIR/records, a line each
# (ID NAME TYPE DATA TTL), and every request in DIR/requests: METHOD TARGET STATUS.
use strict;
use warnings;
use IO::Socket::INET;
use JSON::PP;

my $dir = shift;
my $json = JSON::PP->new->canonical;

sub records { open my $in, '<', "$dir/records" or return (); return map { [split] } <$in> }

sub save {
    open my $out, '>', "$dir/records.new" or die;
    print $out map { "@$_\n" } @_;
    close $out;
    rename "$dir/records.new", "$dir/records";
}

sub problem { return ($_[0], {status => 'error', error => {code => $_[1], message => $_[2]}}) }

sub fields { my $f = eval { $json->decode($_[0]) }; return ref $f eq 'HASH' ? $f : {} }

sub shape { my ($f, @names) = @_; return join(' ', sort keys %$f) eq join(' ', sort @names) }

sub answer {
    my ($method, $target, $head, $body) = @_;
    if ($target =~ m{^/nic/update\?hostname=nas\.myhost\.example&myip=([\d.]+)$}) {
        return $head =~ /^Authorization: Basic bWU6dXBkYXRlLXB3\r$/m ? (200, "good $1\n") : (401, "badauth\n");
    }
    my ($token) = $head =~ /^X-Api-Token: (.*)\r$/m;
    return problem(401, 'bad_token', "the token $token is not valid") if $token ne 'right';
    my ($zone, $rest) = $target =~ m{^/v2/zones/([^/]+)/records(.*)$} or return problem(404, 'no_such_path', $target);
    return problem(404, 'no_such_zone', "zone $zone is not yours") if $zone ne 'example.net';
    my @all = records();
    if ($method eq 'GET' && $rest =~ /^\?type=(AAAA|A)$/) {
        my @rows = map { my %r; @r{qw(id name type data ttl)} = @$_; \%r } grep { $_->[2] eq $1 } @all;
        return (200, {status => 'ok', records => \@rows});
    }
    my $f = fields($body);
    if ($method eq 'PATCH' && $rest =~ m{^/(r\d+)$} && shape($f, 'data')) {
        my ($r) = grep { $_->[0] eq $1 } @all;
        return problem(404, 'no_such_record', $1) unless $r;
        $r->[3] = $f->{data};
    } elsif ($method eq 'POST' && $rest eq '' && shape($f, qw(data name type))) {
        push @all, ['r' . (100 + @all), @$f{qw(name type data)}, 3600];
    } else {
        return problem(422, 'bad_request', "$method $target $body");
    }
    save(@all);
    return (200, {status => 'ok'});
}

sub serve {
    my ($c, $log) = @_;
    my $text = '';
    while (sysread $c, my $part, 65536) {
        $text .= $part;
        last if $text =~ /^(.*?\r\n)\r\n(.*)$/s && length $2 >= ($1 =~ /^content-length: (\d+)/im ? $1 : 0);
    }
    my ($method, $target, $head, $body) = $text =~ /^(\S+) (\S+) HTTP\/1\.1\r\n(.*?\r\n)\r\n(.*)$/s or return;
    my ($status, $reply) = answer($method, $target, $head, $body);
    print $log "$method $target $status\n";
    my $type = ref $reply ? 'application/json' : 'text/plain';
    $reply = $json->encode($reply) if ref $reply;
    print $c "HTTP/1.1 $status X\r\nContent-Type: $type\r\nContent-Length: ", length $reply, "\r\nConnection: close\r\n\r\n$reply";
}

my $l = IO::Socket::INET->new(Listen => 8, LocalAddr => '127.0.0.1', ReuseAddr => 1) or die "api.pl: $!";
open my $log, '>>', "$dir/requests" or die;
$log->autoflush;
open my $port, '>', "$dir/port.new" or die;
print $port $l->sockport, "\n";
close $port;
rename "$dir/port.new", "$dir/port";
while (my $c = $l->accept) { serve($c, $log); close $c }
