// echo.js DIR: the rudest of servers, for tests/canary.t, in a network namespace of its own: answers every name with 127.0.0.1
// (DNS, port 53) and every request on ports 443 and 80 by throwing it back. DIR/mode says how:
//   words    400, and where the recipe of that host reads codes and words: the secrets of the request, as they are
//   coded    401, likewise: as they were sent, percent-encoded or in base64
//   raw      200, the whole request as text
//   away     302 to a place that holds them
// DIR/paths has a line for each host: HOST PATH…, JSON paths and "marks". Needs DIR/cert.pem and key.pem; DIR/requests gets a
// line for each request: HOST MODE SECRETS-SEEN. DIR/ready appears when it listens.
'use strict';
const dgram = require('dgram');
const fs = require('fs');
const net = require('net');
const tls = require('tls');
const dir = process.argv[2];
const CANARY = /KNRY[\w+/=.~:-]*/g;

const paths = new Map(fs.readFileSync(`${dir}/paths`, 'utf8').trim().split('\n')
  .map((line) => [line.split(' ')[0], line.match(/"[^"]*"|\S+/g).slice(1)]));

const decoded = (text) => { try { return decodeURIComponent(text); } catch { return text; } };
const base64 = (text) => Buffer.from(text, 'base64').toString('latin1');

// What of the request is secret: as it is meant, and as it stood there.
function secrets(text) {
  const blobs = text.match(/[A-Za-z0-9+/_-]{12,}={0,2}/g) || [];
  const coded = blobs.filter((b) => base64(b).includes('KNRY'));
  const written = text.match(/KNRY[\w%+/=.~:-]*/g) || [];
  const plain = [decoded(text), ...coded.map(base64)].flatMap((t) => t.match(CANARY) || []);
  return { plain: [...new Set(plain)], coded: [...new Set([...written.filter((w) => w.includes('%')), ...coded])] };
}

function put(object, path, value) {
  const names = path.split('.');
  const last = names.pop();
  let at = object;
  for (const name of names) {
    if (typeof at[name] === 'string') return;
    at = at[name] = at[name] || {};
  }
  if (!(last in at)) at[last] = value;
}

// Objects with nothing but numbers for names are arrays.
function arrays(value) {
  if (typeof value !== 'object') return value;
  for (const name of Object.keys(value)) value[name] = arrays(value[name]);
  return Object.keys(value).length && Object.keys(value).every((k) => /^\d+$/.test(k)) ? Object.values(value) : value;
}

function refusal(status, host, words) {
  const wanted = paths.get(host) || [];
  const marks = wanted.filter((p) => p.startsWith('"')).map((p) => p.slice(1, -1));
  const json = wanted.filter((p) => !p.startsWith('"'));
  if (json.length === 0) return [status, 'text/plain', `${words.join(' ')}\n${marks.map((m) => m + words.join(' ')).join('\n')}`];
  const object = {};
  for (const path of json) put(object, path, words.join(' '));
  return [status, 'application/json', JSON.stringify(arrays(object))];
}

function answer(mode, host, text) {
  const found = secrets(text);
  const coded = found.coded.length ? found.coded : found.plain.map(encodeURIComponent);
  switch (mode) {
    case 'words': return refusal(400, host, found.plain);
    case 'coded': return refusal(401, host, coded);
    case 'away': return [302, 'text/plain', '', `Location: https://${host}/${found.plain.concat(coded).join('/')}\r\n`];
    default: return [200, 'text/plain', text];
  }
}

function serve(socket) {
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (part) => {
    text += part.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    const length = /^content-length: (\d+)/im.exec(text.slice(0, end + 2));
    if (end < 0 || text.length < end + 4 + (length ? Number(length[1]) : 0)) return;
    const host = (/^host: ([^\r:]*)/im.exec(text) || ['', '-'])[1];
    const mode = fs.readFileSync(`${dir}/mode`, 'utf8').trim();
    const [status, type, body, more] = answer(mode, host, text);
    fs.appendFileSync(`${dir}/requests`, `${host} ${mode} ${secrets(text).plain.length}\n`);
    socket.end(`HTTP/1.1 ${status} X\r\n${more || ''}Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body, 'latin1')}\r\n` +
      `Connection: close\r\n\r\n${body}`, 'latin1');
    text = '';
  });
}

function names() {
  const dns = dgram.createSocket('udp4');
  dns.on('message', (q, from) => {
    let end = 12;
    while (q[end]) end += q[end] + 1;
    const a = q.readUInt16BE(end + 1) === 1;
    const head = Buffer.from([q[0], q[1], 0x81, 0x80, 0, 1, 0, a ? 1 : 0, 0, 0, 0, 0]);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    dns.send(Buffer.concat([head, q.subarray(12, end + 5), a ? record : Buffer.alloc(0)]), from.port, from.address);
  });
  dns.bind(53, '127.0.0.1', ready);
}

let open = 0;
function ready() { if (++open === 3) fs.writeFileSync(`${dir}/ready`, ''); }
names();
net.createServer(serve).listen(80, '127.0.0.1', ready);
tls.createServer({ key: fs.readFileSync(`${dir}/key.pem`), cert: fs.readFileSync(`${dir}/cert.pem`) }, serve)
  .on('tlsClientError', () => {}).listen(443, '127.0.0.1', ready);
