// sign.js TOOL KEY-DIR: has requests signed by tests/tools/sign.c, and signs the very same again with the vendors' own SDKs.
// The time is frozen by telling them which one to take. Prints TAP.
'use strict';
const { execFileSync } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const [, , tool, keys] = process.argv;
let count = 0;
let failed = 0;

function is(got, want, name) {
  const good = got === want && want !== undefined;
  console.log(`${good ? 'ok' : 'not ok'} ${++count} - ${name}`);
  if (good) return;
  failed++;
  console.log(`#   got:  ${got}\n#   want: ${want}`);
}

const TIME = 1704164645; // 2024-01-02T03:04:05Z
const NONCE = '00112233445566778899';
const ID = 'AKIDexample0001';
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const date = new Date(TIME * 1000);

// What our player would send.
function ours(scheme, method, url, body, ...args) {
  const type = body ? (body[0] === '{' ? JSON_TYPE : body[0] === '<' ? 'application/xml' : FORM_TYPE) : '';
  const out = execFileSync(tool, [scheme, String(TIME), NONCE, method, url, type, body, ...args]).toString();
  const end = out.indexOf('\r\n\r\n') < 0 ? out.indexOf('\r\n') : out.indexOf('\r\n\r\n');
  const [first, ...lines] = out.slice(0, end).split(/\r?\n/);
  const headers = {};
  for (const line of lines.filter(Boolean)) headers[line.slice(0, line.indexOf(':')).toLowerCase()] = line.slice(line.indexOf(':') + 2);
  return { url: new URL(first), headers, type, method, body: out.slice(end).replace(/^\r\n(\r\n)?/, '') };
}

const query = (url) => Object.fromEntries(url.searchParams);
const without = (object, ...names) => Object.fromEntries(Object.entries(object).filter(([k]) => !names.includes(k)));

async function aws() {
  const { SignatureV4 } = require('@smithy/signature-v4');
  const { Sha256 } = require('@aws-crypto/sha256-js');
  const signer = new SignatureV4({ service: 'route53', region: 'us-east-1', sha256: Sha256, applyChecksum: false,
    credentials: { accessKeyId: ID, secretAccessKey: SECRET } });
  for (const [method, path, body] of [
    ['GET', '/2013-04-01/hostedzonesbyname?dnsname=example.com.&maxitems=1', ''],
    ['GET', '/2013-04-01/hostedzone/Z1PA6795UKMFR9/rrset?name=%2A.example.com.&type=AAAA&maxitems=1', ''],
    ['GET', '/2013-04-01/a%2Fb/c@d/e%20f?b=2&a=%7E1&a=%2C0', ''],
    ['POST', '/2013-04-01/hostedzone/Z1PA6795UKMFR9/rrset', '<?xml version="1.0"?><ChangeResourceRecordSetsRequest/>'],
  ]) {
    const our = ours('aws', method, 'https://route53.amazonaws.com' + path, body, ID, SECRET, 'us-east-1', 'route53');
    const q = {};
    for (const [k, v] of our.url.searchParams) q[k] = k in q ? [].concat(q[k], v) : v;
    const their = await signer.sign({ method, protocol: 'https:', hostname: our.url.hostname, path: our.url.pathname, query: q,
      headers: { host: our.url.host, ...(body ? { 'content-type': our.type } : {}) }, body: body || undefined }, { signingDate: date });
    is(our.headers.authorization, their.headers.authorization, `aws: ${method} ${path}`);
    is(our.headers['x-amz-date'], their.headers['x-amz-date'], 'aws: date');
  }
}

function aliyun() {
  const Util = require('@alicloud/openapi-util').default;
  const calls = [
    'Action=DescribeDomainInfo&DomainName=example.com',
    'Action=UpdateDomainRecord&RecordId=9999985&RR=%40&Type=AAAA&Value=2001%3Adb8%3A%3A7&TTL=600&Line=default',
    'Action=AddDomainRecord&DomainName=example.com&RR=%2A&Type=A&Value=203.0.113.7&Remark=a%20b%2Bc~%27%21%28%29',
  ];
  for (const call of calls) {
    const url = `https://alidns.aliyuncs.com/?${call}&Version=2015-01-09&Format=JSON`;
    const sent = query(ours('aliyun', 'GET', url, '', ID, SECRET).url);
    is(sent.Signature, Util.getRPCSignature(without(sent, 'Signature'), 'GET', SECRET), `aliyun: ${sent.Action}`);

    const v3 = ours('acs3', call.startsWith('Action=Add') ? 'POST' : 'GET', url, '', ID, SECRET);
    const signed = { ...without(v3.headers, 'authorization'), host: v3.url.host };
    is(v3.headers.authorization, Util.getAuthorization({ method: v3.method, pathname: '/', query: query(v3.url), headers: signed },
      'ACS3-HMAC-SHA256', v3.headers['x-acs-content-sha256'], ID, SECRET), `acs3: ${sent.Action}`);
    is(v3.headers['x-acs-action'], sent.Action, 'acs3: action');
    is(v3.url.searchParams.has('Action'), false, 'acs3: action is not in the query');
  }
}

function tencent() {
  const sign = require('tencentcloud-sdk-nodejs-common/tencentcloud/common/sign').default;
  for (const [service, action, version, body] of [
    ['dnspod', 'DescribeRecordList', '2021-03-23', '{"Domain":"example.com","Subdomain":"www","RecordType":"A"}'],
    ['dnspod', 'ModifyDynamicDNS', '2021-03-23', '{"Domain":"example.com","RecordLine":"默认","Value":"2001:db8::7"}'],
    ['teo', 'DescribeZones', '2022-09-01', '{"Filters":[{"Name":"zone-name","Values":["example.com"]}]}'],
  ]) {
    const url = `https://${service}.tencentcloudapi.com/`;
    const our = ours('tc3', 'POST', `${url}?Action=${action}&Version=${version}`, body, ID, SECRET, service);
    is(our.headers.authorization, sign.sign3({ method: 'POST', url, payload: JSON.parse(body), timestamp: TIME, service,
      secretId: ID, secretKey: SECRET, multipart: false, boundary: '', headers: { 'Content-Type': JSON_TYPE, Host: new URL(url).host } }),
      `tc3: ${service} ${action}`);
    is(our.url.href, url, 'tc3: nothing is left in the query');
    is(our.headers['x-tc-timestamp'], String(TIME), 'tc3: time');
  }
}

function huawei() {
  const { AKSKSigner } = require('@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner');
  const credential = { getAk: () => ID, getSk: () => SECRET };
  for (const [method, path, body] of [
    ['GET', '/v2/zones?name=example.com.&search_mode=equal', ''],
    ['GET', '/v2.1/zones/2c9eb155587194ec01587224c9f90149/recordsets?type=A&name=%2A.example.com.', ''],
    ['PUT', '/v2.1/zones/2c9e/recordsets/2c9f', '{"name":"h.example.com.","type":"A","records":["203.0.113.7"],"ttl":300}'],
  ]) {
    const our = ours('huawei', method, 'https://dns.myhuaweicloud.com' + path, body, ID, SECRET);
    const their = AKSKSigner.sign({ method, endpoint: our.url.origin + our.url.pathname, queryParams: query(our.url),
      headers: { 'X-Sdk-Date': our.headers['x-sdk-date'], ...(body ? { 'content-type': our.type } : {}) },
      ...(body ? { data: JSON.parse(body) } : {}) }, credential);
    is(our.headers.authorization, their.Authorization, `huawei: ${method} ${path}`);
  }
}

function baidu() {
  const Auth = require('@baiducloud/sdk').Auth;
  for (const [method, path, body] of [
    ['GET', '/v1/dns/zone?name=example.com', ''],
    ['GET', '/v1/dns/zone/example.com/record?rr=%40&marker=a%2Bb', ''],
    ['PUT', '/v1/dns/zone/example.com/record/rc-1', '{"rr":"home","type":"A","value":"203.0.113.7","ttl":300}'],
  ]) {
    const our = ours('bce', method, 'https://dns.baidubce.com' + path, body, ID, SECRET);
    const headers = { host: our.url.host, 'x-bce-date': our.headers['x-bce-date'], ...(body ? { 'content-type': our.type } : {}) };
    is(our.headers.authorization, new Auth(ID, SECRET).generateAuthorization(method, our.url.pathname, query(our.url), headers, TIME,
      1800, Object.keys(headers)), `bce: ${method} ${path}`);
  }
}

function volcengine() {
  const { Signer } = require('@volcengine/openapi');
  for (const path of ['/?Action=ListZones&Key=example.com&SearchMode=exact&Version=2018-08-01',
    '/?Version=2018-08-01&Action=ListRecords&ZID=58846&Type=AAAA&Host=%2A']) {
    const our = ours('volc', 'GET', 'https://open.volcengineapi.com' + path, '', ID, SECRET, 'cn-north-1', 'DNS');
    const request = { region: 'cn-north-1', method: 'GET', pathname: '/', params: query(our.url),
      headers: { host: our.url.host, 'X-Content-Sha256': our.headers['x-content-sha256'] } };
    new Signer(request, 'DNS').addAuthorization({ accessKeyId: ID, secretKey: SECRET, sessionToken: '' }, date);
    is(our.headers.authorization, request.headers.Authorization, `volc: ${path}`);
  }
}

function ovh() {
  const client = require('ovh')({ endpoint: 'ovh-eu', appKey: ID, appSecret: SECRET, consumerKey: 'MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1' });
  for (const [method, path, body] of [
    ['GET', '/1.0/domain/zone/example.com/record?fieldType=A&subDomain=', ''],
    ['PUT', '/1.0/domain/zone/example.com/record/1', '{"target":"203.0.113.7"}'],
    ['POST', '/1.0/domain/zone/example.com/refresh', ''],
  ]) {
    const our = ours('ovh', method, 'https://eu.api.ovh.com' + path, body, ID, SECRET, client.consumerKey);
    is(our.headers['x-ovh-signature'], client.signRequest(method, our.url.href, body, TIME), `ovh: ${method} ${path}`);
  }
}

function rsa() {
  const httpSignature = require('http-signature');
  const jws = require('jws');
  for (const size of ['2048', '3072', '4096']) {
    const pem = fs.readFileSync(`${keys}/rsa${size}.pem`, 'utf8');
    const pub = crypto.createPublicKey(pem);
    const text = pub.export({ type: 'spki', format: 'pem' });
    for (const [method, path, body] of [
      ['GET', '/20180115/zones/example.com/records/%2A.example.com/A', ''],
      ['PUT', '/20180115/zones/example.com/records/home.example.com/A', '{"items":[{"domain":"home.example.com"}]}'],
    ]) {
      const our = ours('oci', method, 'https://dns.eu-frankfurt-1.oci.oraclecloud.com' + path, body, 't/u/f', `@${keys}/rsa${size}.pem`);
      const headers = { ...our.headers, host: our.url.host,
        ...(body ? { 'content-type': our.type, 'content-length': String(Buffer.byteLength(body)) } : {}) };
      const parsed = httpSignature.parseRequest({ method, url: our.url.pathname, headers }, { clockSkew: 1e12,
        headers: ['date', '(request-target)', 'host'] });
      is(httpSignature.verifySignature(parsed, text), true, `oci: ${size} bits, ${method}`);
      is(parsed.params.keyId, 't/u/f', 'oci: key id');
      if (body) is(headers['x-content-sha256'], crypto.createHash('sha256').update(body).digest('base64'), 'oci: hash of the body');
    }
    const file = `${keys}/google${size}.json`;
    fs.writeFileSync(file, JSON.stringify({ type: 'service_account', private_key: pem, client_email: 'ddns@p.iam.gserviceaccount.com' }, null, 2));
    const scope = 'https://www.googleapis.com/auth/ndev.clouddns.readwrite';
    const form = ours('jwt', 'POST', 'https://oauth2.googleapis.com/token', 'grant_type=x', `@${file}`, scope).body;
    is(new URLSearchParams(form).get('assertion'), jws.sign({ header: { alg: 'RS256', typ: 'JWT' }, privateKey: pem,
      payload: { iss: 'ddns@p.iam.gserviceaccount.com', scope, aud: 'https://oauth2.googleapis.com/token', iat: TIME, exp: TIME + 600 } }),
      `jwt: ${size} bits, as google-auth-library's jws signs it`);
  }
}

(async () => {
  for (const test of [aws, aliyun, tencent, huawei, baidu, volcengine, ovh, rsa]) {
    try {
      await test();
    } catch (error) {
      is(String(error.stack || error), 'no error', test.name);
    }
  }
  console.log(`1..${count}`);
  process.exitCode = failed ? 1 : 0;
})();
