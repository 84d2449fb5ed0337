// openapi.js PRISM FOLDER TRANSCRIPTS EXE WORK DNS-PORT: what we send, judged by the vendors' own OpenAPI descriptions (FOLDER), which
// Prism serves as validating mocks. First every request of a provider's transcripts, which are compared byte for byte with what
// ddns sends (t_transcripts); then the exe itself, through a proxy that asks Prism and answers with the transcript's replies.
// Prints TAP.
'use strict';
const { execFile, spawn } = require('child_process');
const fs = require('fs');
const http = require('http');
const net = require('net');
const [, , prism, folder, transcripts, exe, work, dns] = process.argv;

// Recipe, description, and the path of the recipe's base.
const PROVIDERS = [['cloudflare', 'cloudflare', '/client/v4'], ['digitalocean', 'digitalocean', '/v2'],
  ['hetzner', 'hetzner-cloud-dns', '/v1'], ['powerdns', 'powerdns', '']];

let count = 0;
let failed = 0;
function ok(good, name, ...why) {
  console.log(`${good ? 'ok' : 'not ok'} ${++count} - ${name}`);
  if (good) return;
  failed++;
  for (const line of why) console.log(`#   ${line}`);
}

const freePort = () => new Promise((done) => {
  const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); });
});

// A transcript: settings, items, and requests with the replies to them.
function read(file) {
  const t = { settings: [], items: [], turns: [] };
  let before = '';
  for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
    const [word, ...rest] = line.split(' ');
    if (word === 'set') t.settings.push(rest.join(' '));
    if (word === 'item') t.items.push({ host: rest[0], type: rest[1], ip: rest[2] });
    if (word[0] === '>' && before !== '>') t.turns.push({ request: '', reply: '' });
    if (word[0] === '>' || word[0] === '<') {
      const turn = t.turns[t.turns.length - 1];
      const part = rest.join(' ') + (word[1] === '-' ? '' : '\r\n');
      turn[word[0] === '>' ? 'request' : 'reply'] += part.replace('{agent}', 'ddns');
    }
    before = word[0];
  }
  return t;
}

function parse(text) {
  const end = text.indexOf('\r\n\r\n');
  const [first, ...lines] = text.slice(0, end).split('\r\n');
  const headers = {};
  for (const line of lines) headers[line.slice(0, line.indexOf(':')).toLowerCase()] = line.slice(line.indexOf(':') + 1).trim();
  return { first: first.split(' '), headers, body: text.slice(end + 4) };
}

// Asks Prism: absent when the request is as the description has it, else what is wrong with it.
function judge(api, method, target, headers, body) {
  if (!target.startsWith(api.base)) return Promise.resolve(`the path does not begin with ${api.base}`);
  const sent = { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' };
  return new Promise((done, fail) => {
    const rq = http.request({ host: '127.0.0.1', port: api.port, method, path: target.slice(api.base.length), headers: sent }, (re) => {
      let text = '';
      re.on('data', (part) => { text += part; });
      re.on('end', () => {
        const violations = JSON.parse(re.headers['sl-violations'] || '[]').filter((v) => v.location[0] === 'request');
        done(re.statusCode >= 400 || violations.length ? `${re.statusCode} ${JSON.stringify(violations)} ${text.slice(0, 300)}` : undefined);
      });
    });
    rq.setTimeout(10000, () => rq.destroy(new Error(`Prism does not answer ${method} ${target}`)));
    rq.on('error', fail);
    rq.end(body);
  });
}

// Cloudflare's description wants name, type and ttl in a PATCH; the API keeps those that are not sent, and so does ddns. Such a
// request must be right once they are added.
const PATCHED = ' (it misses name, type or ttl only, which the API keeps)';
async function weigh(api, id, method, target, headers, body) {
  const why = await judge(api, method, target, headers, body);
  if (!why || id !== 'cloudflare' || method !== 'PATCH') return { why, note: '' };
  const whole = JSON.stringify({ name: 'home.example.com', type: 'A', ttl: 1, ...JSON.parse(body) });
  return { why: await judge(api, method, target, headers, whole), note: PATCHED };
}

const short = (target) => target.replace(/\?.*/, '?…');

async function replay(api, id, name) {
  for (const turn of read(`${transcripts}/${id}/${name}.txt`).turns) {
    const { first: [method, target], headers, body } = parse(turn.request);
    const { why, note } = await weigh(api, id, method, target, headers, body);
    ok(!why, `${id}/${name}: ${method} ${short(target)}${note}`, ...turn.request.split('\r\n'), why);
  }
}

// The proxy: each request of the exe goes to Prism, what the exe hears is the transcript's next reply.
async function drive(api, id, name) {
  const t = read(`${transcripts}/${id}/${name}.txt`);
  const seen = [];
  const proxy = http.createServer((rq, re) => {
    let body = '';
    rq.on('data', (part) => { body += part; });
    rq.on('end', async () => {
      const turn = t.turns[seen.length];
      const entry = { method: rq.method, target: rq.url, body };
      seen.push(entry);
      Object.assign(entry, await weigh(api, id, rq.method, rq.url, rq.headers, body));
      const reply = parse(turn ? turn.reply : 'HTTP/1.1 500 X\r\n\r\n');
      re.writeHead(Number(reply.first[1]), { 'content-type': reply.headers['content-type'] || 'text/plain' });
      re.end(reply.body);
    });
  });
  await new Promise((done) => { proxy.listen(0, '127.0.0.1', done); });
  const dir = fs.mkdtempSync(`${work}/exe.`);
  const hosts = [...new Set(t.items.map((i) => i.host))];
  const server = `server = http://127.0.0.1:${proxy.address().port}${api.recipe}`;
  const v6 = t.items.find((i) => i.type === 'AAAA');
  fs.writeFileSync(`${dir}/a4`, t.items.find((i) => i.type === 'A').ip);
  if (v6) fs.writeFileSync(`${dir}/a6`, v6.ip);
  fs.writeFileSync(`${dir}/ddns.cfg`, ['allow = documentation', `dns = 127.0.0.1:${dns}`, 'log = -', 'verify = no', 'ipv4 = file a4',
    ...(v6 ? ['ipv6 = file a6'] : []), `[${id}]`, server, ...t.settings.filter((s) => !s.startsWith('server ')), `hosts = ${hosts.join(', ')}`,
    ''].join('\n'), { mode: 0o600 });
  const [status, said] = await new Promise((done) => {
    execFile(exe, ['-v', '-c', `${dir}/ddns.cfg`, 'once'], { timeout: 20000 }, (e, out, err) => done([e ? e.code : 0, out + err]));
  });
  proxy.close();
  for (const { method, target, body, why, note } of seen)
    ok(!why, `${id}/${name}, the exe: ${method} ${short(target)}${note}`, body, why);
  ok(status === 0 && seen.length === t.turns.length, `${id}/${name}, the exe: done in ${t.turns.length} requests`, `status ${status}`, said);
}

// Does the mock refuse what is wrong?
async function guards(api, id) {
  const { turns } = read(`${transcripts}/${id}/created.txt`);
  const { first: [method, target], headers, body } = turns.map((turn) => parse(turn.request)).filter((r) => r.body).pop();
  const bare = Object.fromEntries(Object.entries(headers).filter(([k]) => k !== 'authorization' && k !== 'x-api-key'));
  ok(/^404/.test(await judge(api, 'GET', `${api.base}/no/such/path`, headers, '')), `${id}: the mock refuses what is not described`);
  ok(/^401/.test(await judge(api, method, target, bare, body)), `${id}: the mock refuses a request without its key`);
  const wrong = body.replace(/"(content|data|value|changetype)":"[^"]*"/, '"$1":[5]');
  ok(/^4/.test(await judge(api, method, target, headers, wrong)), `${id}: the mock refuses a wrong type`);
}

async function start([, spec, recipe]) {
  const text = JSON.parse(fs.readFileSync(`${folder}/${spec}.json`, 'utf8'));
  const port = await freePort();
  const child = spawn(process.execPath, [prism, 'mock', '-h', '127.0.0.1', '-p', String(port), `${folder}/${spec}.json`], { stdio: ['ignore', 'pipe', 'pipe'] });
  process.on('exit', () => child.kill());
  await new Promise((done, fail) => {
    let said = '';
    const hear = (part) => { said += part; if (/listening on/.test(said)) done(); };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', () => fail(new Error(`Prism: ${said}`)));
  });
  return { port, recipe, base: new URL(text.servers[0].url, 'http://x').pathname.replace(/\/$/, '') };
}

async function main() {
  const apis = await Promise.all(PROVIDERS.map(start));
  for (const [i, [id]] of PROVIDERS.entries()) {
    await guards(apis[i], id);
    const names = fs.readdirSync(`${transcripts}/${id}`).map((f) => f.replace('.txt', '')).sort();
    for (const name of names) await replay(apis[i], id, name);
    for (const name of ['changed', 'created', 'same']) await drive(apis[i], id, name);
  }
  console.log(`1..${count}`);
  process.exit(failed ? 1 : 0);
}
process.on('SIGTERM', () => process.exit(1)); // takes Prism along
main().catch((e) => { console.log(`# ${e.stack}`); process.exit(1); });
