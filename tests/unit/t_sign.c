/* t_sign.c: request signatures. PUBLISHED vectors are the vendors' own examples; the others were computed by an independent
 * implementation of the vendors' pages. tests/sign.t compares with the vendors' SDKs, too. */
#include "base/rsa.h"
#include "provider/sign.h"
#include "tap.h"

/* The key of draft-cavage-http-signatures-08, appendix C, which Oracle's examples use; a text editor's line after it. */
#define PEM1 \
    "-----BEGIN RSA PRIVATE KEY-----\n" \
    "MIICXgIBAAKBgQDCFENGw33yGihy92pDjZQhl0C36rPJj+CvfSC8+q28hxA161QF\n" \
    "NUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6Z4UMR7EOcpfdUE9Hf3m/hs+F\n" \
    "UR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJwoYi+1hqp1fIekaxsyQIDAQAB\n" \
    "AoGBAJR8ZkCUvx5kzv+utdl7T5MnordT1TvoXXJGXK7ZZ+UuvMNUCdN2QPc4sBiA\n" \
    "QWvLw1cSKt5DsKZ8UETpYPy8pPYnnDEz2dDYiaew9+xEpubyeW2oH4Zx71wqBtOK\n" \
    "kqwrXa/pzdpiucRRjk6vE6YY7EBBs/g7uanVpGibOVAEsqH1AkEA7DkjVH28WDUg\n" \
    "f1nqvfn2Kj6CT7nIcE3jGJsZZ7zlZmBmHFDONMLUrXR/Zm3pR5m0tCmBqa5RK95u\n" \
    "412jt1dPIwJBANJT3v8pnkth48bQo/fKel6uEYyboRtA5/uHuHkZ6FQF7OUkGogc\n" \
    "mSJluOdc5t6hI1VsLn0QZEjQZMEOWr+wKSMCQQCC4kXJEsHAve77oP6HtG/IiEn7\n" \
    "kpyUXRNvFsDE0czpJJBvL/aRFUJxuRK91jhjC68sA7NsKMGg5OXb5I5Jj36xAkEA\n" \
    "gIT7aFOYBFwGgQAQkWNKLvySgKbAZRTeLBacpHMuQdl1DfdntvAyqpAZ0lY0RKmW\n" \
    "G6aFKaqQfOXKCyWoUiVknQJAXrlgySFci/2ueKlIE1QqIiLSZ8V8OlpFLRnb1pzI\n" \
    "7U1yQXnTAEFYM560yJlzUpOb1V4cScGd365tiSMvxLOvTA==\n" \
    "-----END RSA PRIVATE KEY-----\n"
/* The same in PKCS#8, with CR LF, behind another object; and on one line as in a variable. */
#define PEM8 \
    "Bag Attributes\r\n-----BEGIN CERTIFICATE-----\r\nMAA=\r\n-----END CERTIFICATE-----\r\n" \
    "-----BEGIN PRIVATE KEY-----\r\n" \
    "MIICeAIBADANBgkqhkiG9w0BAQEFAASCAmIwggJeAgEAAoGBAMIUQ0bDffIaKHL3\r\n" \
    "akONlCGXQLfqs8mP4K99ILz6rbyHEDXrVAU1R3XfC4JNRyrRB3aqwF7/aEXJzYMI\r\n" \
    "kmDSHUvvz7pnhQxHsQ5yl91QT0d/eb+Gz4VRHjm4El4MrUdIUcPxscoPqS/wU8Z8\r\n" \
    "lOi1z7bGMnChiL7WGqnV8h6RrGzJAgMBAAECgYEAlHxmQJS/HmTO/6612XtPkyei\r\n" \
    "t1PVO+hdckZcrtln5S68w1QJ03ZA9ziwGIBBa8vDVxIq3kOwpnxQROlg/Lyk9iec\r\n" \
    "MTPZ0NiJp7D37ESm5vJ5bagfhnHvXCoG04qSrCtdr+nN2mK5xFGOTq8TphjsQEGz\r\n" \
    "+Du5qdWkaJs5UASyofUCQQDsOSNUfbxYNSB/Weq9+fYqPoJPuchwTeMYmxlnvOVm\r\n" \
    "YGYcUM40wtStdH9mbelHmbS0KYGprlEr3m7jXaO3V08jAkEA0lPe/ymeS2HjxtCj\r\n" \
    "98p6Xq4RjJuhG0Dn+4e4eRnoVAXs5SQaiByZImW451zm3qEjVWwufRBkSNBkwQ5a\r\n" \
    "v7ApIwJBAILiRckSwcC97vug/oe0b8iISfuSnJRdE28WwMTRzOkkkG8v9pEVQnG5\r\n" \
    "Er3WOGMLrywDs2wowaDk5dvkjkmPfrECQQCAhPtoU5gEXAaBABCRY0ou/JKApsBl\r\n" \
    "FN4sFpykcy5B2XUN92e28DKqkBnSVjREqZYbpoUpqpB85coLJahSJWSdAkBeuWDJ\r\n" \
    "IVyL/a54qUgTVCoiItJnxXw6WkUtGdvWnMjtTXJBedMAQVgznrTImXNSk5vVXhxJ\r\n" \
    "wZ3frm2JIy/Es69M\r\n" \
    "-----END PRIVATE KEY-----\r\nOCI_API_KEY"
#define PEM_LINE \
    "-----BEGIN PRIVATE KEY-----\\n" \
    "MIICeAIBADANBgkqhkiG9w0BAQEFAASCAmIwggJeAgEAAoGBAMIUQ0bDffIaKHL3\\n" \
    "akONlCGXQLfqs8mP4K99ILz6rbyHEDXrVAU1R3XfC4JNRyrRB3aqwF7/aEXJzYMI\\n" \
    "kmDSHUvvz7pnhQxHsQ5yl91QT0d/eb+Gz4VRHjm4El4MrUdIUcPxscoPqS/wU8Z8\\n" \
    "lOi1z7bGMnChiL7WGqnV8h6RrGzJAgMBAAECgYEAlHxmQJS/HmTO/6612XtPkyei\\n" \
    "t1PVO+hdckZcrtln5S68w1QJ03ZA9ziwGIBBa8vDVxIq3kOwpnxQROlg/Lyk9iec\\n" \
    "MTPZ0NiJp7D37ESm5vJ5bagfhnHvXCoG04qSrCtdr+nN2mK5xFGOTq8TphjsQEGz\\n" \
    "+Du5qdWkaJs5UASyofUCQQDsOSNUfbxYNSB/Weq9+fYqPoJPuchwTeMYmxlnvOVm\\n" \
    "YGYcUM40wtStdH9mbelHmbS0KYGprlEr3m7jXaO3V08jAkEA0lPe/ymeS2HjxtCj\\n" \
    "98p6Xq4RjJuhG0Dn+4e4eRnoVAXs5SQaiByZImW451zm3qEjVWwufRBkSNBkwQ5a\\n" \
    "v7ApIwJBAILiRckSwcC97vug/oe0b8iISfuSnJRdE28WwMTRzOkkkG8v9pEVQnG5\\n" \
    "Er3WOGMLrywDs2wowaDk5dvkjkmPfrECQQCAhPtoU5gEXAaBABCRY0ou/JKApsBl\\n" \
    "FN4sFpykcy5B2XUN92e28DKqkBnSVjREqZYbpoUpqpB85coLJahSJWSdAkBeuWDJ\\n" \
    "IVyL/a54qUgTVCoiItJnxXw6WkUtGdvWnMjtTXJBedMAQVgznrTImXNSk5vVXhxJ\\n" \
    "wZ3frm2JIy/Es69M\\n" \
    "-----END PRIVATE KEY-----\\n"
#define KEY_FILE \
    "{\"type\": \"service_account\", \"project_id\": \"p\", \"private_key_id\": \"0123\", \"private_key\": \"" PEM_LINE \
    "\", \"client_email\": \"dns@p.iam.gserviceaccount.com\", \"client_id\": \"1\", \"token_uri\": " \
    "\"https://oauth2.googleapis.com/token\"}"

#define AWS_ID "AKIDEXAMPLE"
#define AWS_SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define AWS_HEAD(names, signature) \
    "x-amz-date: 20150830T123600Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/" \
    "aws4_request, SignedHeaders=" names ", Signature=" signature "\r\n"
#define NONCE "00112233445566778899"
#define JSON_TYPE "application/json"

static const struct {
    const char *name, *scheme, *args[SIGN_ARGS];
    int64_t wall;
    const char *nonce, *method, *url, *type, *body;
    const char *path, *head, *form; /* wanted; NULL: as it was */
} vectors[] = {
    {"aliyun RPC: PUBLISHED", "aliyun", {"testid", "testsecret"}, 1458837714, "f59ed6a9-83fc-473b-9cc6-99c95df3856e", "GET",
     "http://alidns.aliyuncs.com/?Action=DescribeDomainRecords&DomainName=example.com&Format=XML&Version=2015-01-09", 0, "",
     "/?Action=DescribeDomainRecords&DomainName=example.com&Format=XML&Version=2015-01-09&SignatureVersion=1.0&"
     "AccessKeyId=testid&SignatureMethod=HMAC-SHA1&SignatureNonce=f59ed6a9-83fc-473b-9cc6-99c95df3856e&"
     "Timestamp=2016-03-24T16%3A41%3A54Z&Signature=uRpHwaSEt3J%2B6KQD%2F%2FsvCh%2Fx%2BpI%3D", "", 0},
    {"aliyun RPC: values that need an escape", "aliyun", {"testid", "testsecret"}, 1704164645, "1", "GET",
     "https://alidns.aliyuncs.com/?Action=UpdateDomainRecord&RecordId=1&RR=%40&Type=AAAA&Value=2001%3Adb8%3A%3A1&TTL=600&"
     "Version=2015-01-09&Format=JSON", 0, "",
     "/?Action=UpdateDomainRecord&RecordId=1&RR=%40&Type=AAAA&Value=2001%3Adb8%3A%3A1&TTL=600&Version=2015-01-09&Format=JSON&"
     "SignatureVersion=1.0&AccessKeyId=testid&SignatureMethod=HMAC-SHA1&SignatureNonce=1&"
     "Timestamp=2024-01-02T03%3A04%3A05Z&Signature=AX0b84d45VYjNbSxfx8YFqZD17A%3D", "", 0},
    {"acs3: PUBLISHED", "acs3", {"YourAccessKeyId", "YourAccessKeySecret"}, 1698315752, "3156853299f313e23d1673dc12e1703d",
     "POST", "https://ecs.cn-shanghai.aliyuncs.com/?Action=RunInstances&RegionId=cn-shanghai&"
     "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&Version=2014-05-26", 0, "",
     "/?RegionId=cn-shanghai&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
     "x-acs-action: RunInstances\r\n"
     "x-acs-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\n"
     "x-acs-date: 2023-10-26T10:22:32Z\r\nx-acs-signature-nonce: 3156853299f313e23d1673dc12e1703d\r\n"
     "x-acs-version: 2014-05-26\r\nAuthorization: ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;"
     "x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
     "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0\r\n", 0},
    {"tc3: PUBLISHED", "tc3", {"AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", "cvm"}, 1551113065,
     NONCE, "POST", "https://cvm.tencentcloudapi.com/?Action=DescribeInstances&Version=2017-03-12",
     "application/json; charset=utf-8",
     "{\"Limit\": 1, \"Filters\": [{\"Values\": [\"\\u672a\\u547d\\u540d\"], \"Name\": \"instance-name\"}]}", "/",
     "x-tc-action: DescribeInstances\r\nx-tc-timestamp: 1551113065\r\nx-tc-version: 2017-03-12\r\n"
     "Authorization: TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, "
     "SignedHeaders=content-type;host, Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168\r\n", 0},
    {"huawei", "huawei", {"AKTEST", "SKTEST"}, 1704164645, NONCE, "GET",
     "https://dns.myhuaweicloud.com/v2.1/recordsets?type=A&name=www.example.com", 0, "", NULL,
     "x-sdk-date: 20240102T030405Z\r\nAuthorization: SDK-HMAC-SHA256 Access=AKTEST, SignedHeaders=host;x-sdk-date, "
     "Signature=f2a6e67516fe59aeff150585b61d28444a38b4a0def1414f775593ca3071695b\r\n", 0},
    {"huawei: with a body", "huawei", {"AKTEST", "SKTEST"}, 1704164645, NONCE, "PUT",
     "https://dns.myhuaweicloud.com/v2.1/zones/z/recordsets/r", JSON_TYPE, "{\"name\":\"h.example.com.\"}", NULL,
     "x-sdk-date: 20240102T030405Z\r\nAuthorization: SDK-HMAC-SHA256 Access=AKTEST, SignedHeaders=content-type;host;x-sdk-date,"
     " Signature=cf48b8255479d89754dfae44a96bcc325f46d76f3fee6a645fcefad1d5f37805\r\n", 0},
    {"bce", "bce", {"AKTEST", "SKTEST"}, 1704164645, NONCE, "POST", "https://bcd.baidubce.com/v1/domain/resolve/edit",
     JSON_TYPE, "{}", NULL,
     "x-bce-date: 2024-01-02T03:04:05Z\r\nAuthorization: bce-auth-v1/AKTEST/2024-01-02T03:04:05Z/1800/"
     "content-type;host;x-bce-date/d2c1c964e1ceb2b61ecdd0f62891e24e42493ed12c1118b8a1ffad523986e766\r\n", 0},
    {"volc", "volc", {"AKTEST", "SKTEST", "cn-north-1", "DNS"}, 1704164645, NONCE, "GET",
     "https://open.volcengineapi.com/?Action=ListZones&Key=example.com&Version=2018-08-01", JSON_TYPE, "", NULL,
     "x-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\nx-date: 20240102T030405Z\r\n"
     "Authorization: HMAC-SHA256 Credential=AKTEST/20240102/cn-north-1/DNS/request, "
     "SignedHeaders=content-type;host;x-content-sha256;x-date, "
     "Signature=5661bbb4e2e661fd5d330d5c3bb18c938ff75eb40e6b7ffc8e1978e41e6e403c\r\n", 0},
    {"volc: with a body", "volc", {"AKTEST", "SKTEST", "cn-north-1", "DNS"}, 1704164645, NONCE, "POST",
     "https://open.volcengineapi.com/?Version=2018-08-01&Action=UpdateRecord", JSON_TYPE, "{\"ZID\":1}", NULL,
     "x-content-sha256: e08c61630de4c31ebcee78e457093f2a092e00665bc9cf2689e3e25a7e5fa18b\r\nx-date: 20240102T030405Z\r\n"
     "Authorization: HMAC-SHA256 Credential=AKTEST/20240102/cn-north-1/DNS/request, "
     "SignedHeaders=content-type;host;x-content-sha256;x-date, "
     "Signature=54146ad101e8c46b31a121eff1486509301b7871f554d52b9c89da26a3f14f5c\r\n", 0},
    {"aws: PUBLISHED get-vanilla", "aws", {AWS_ID, AWS_SECRET, "us-east-1", "service"}, 1440938160, NONCE, "GET",
     "https://example.amazonaws.com/", 0, "", NULL,
     AWS_HEAD("host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"), 0},
    {"aws: PUBLISHED post-vanilla", "aws", {AWS_ID, AWS_SECRET, "us-east-1", "service"}, 1440938160, NONCE, "POST",
     "https://example.amazonaws.com", 0, "", NULL,
     AWS_HEAD("host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"), 0},
    {"aws: PUBLISHED get-vanilla-query-order-key-case", "aws", {AWS_ID, AWS_SECRET, "us-east-1", "service"}, 1440938160, NONCE,
     "GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1", 0, "", NULL,
     AWS_HEAD("host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"), 0},
    {"aws: PUBLISHED get-vanilla-query-order-value", "aws", {AWS_ID, AWS_SECRET, "us-east-1", "service"}, 1440938160, NONCE,
     "GET", "https://example.amazonaws.com/?Param1=value2&Param1=value1", 0, "", NULL,
     AWS_HEAD("host;x-amz-date", "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"), 0},
    {"aws: PUBLISHED post-x-www-form-urlencoded", "aws", {AWS_ID, AWS_SECRET, "us-east-1", "service"}, 1440938160, NONCE,
     "POST", "https://example.amazonaws.com/", "application/x-www-form-urlencoded", "Param1=value1", NULL,
     AWS_HEAD("content-type;host;x-amz-date", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"), 0},
    {"todaynic", "todaynic", {"ID", "SKTEST"}, 1704164645, NONCE, "GET",
     "https://api.now.cn/api/Dns/DescribeRecordIndex?Domain=example.com&Host=%40&Type=AAAA", 0, "",
     "/api/Dns/DescribeRecordIndex?Domain=example.com&Host=%40&Type=AAAA&AccessInstanceID=ID&SignatureMethod=HMAC-SHA1&"
     "SignatureNonce=" NONCE "&Timestamp=2024-01-02T03%3A04%3A05Z&Signature=WKXafmCVUmzYy%2FWdmWAfeq1TbZs%3D", "", 0},
    {"ding", "ding", {"SECtest"}, 1704164645, NONCE, "POST", "https://oapi.dingtalk.com/robot/send?access_token=t", JSON_TYPE,
     "{}", "/robot/send?access_token=t&timestamp=1704164645000&sign=IdeSMUbau3mSfyGK1PcA4gIZPIcS4gRtOrTHu32dqqg%3D", "", 0},
    {"ovh: PUBLISHED", "ovh", {"7kbG7Bk7S9Nt7ZSV", "EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF", "MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1"},
     1366560945, NONCE, "GET", "https://eu.api.ovh.com/1.0/domains/", 0, "", NULL,
     "X-Ovh-Application: 7kbG7Bk7S9Nt7ZSV\r\nX-Ovh-Consumer: MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1\r\n"
     "X-Ovh-Timestamp: 1366560945\r\nX-Ovh-Signature: $1$d3705e8afb27a0d2970a322b96550abfc67bb798\r\n", 0},
    {"ovh: with a body", "ovh", {"AK", "AS", "CK"}, 1704164645, NONCE, "PUT",
     "https://eu.api.ovh.com/1.0/domain/zone/example.com/record/1", JSON_TYPE, "{\"target\":\"192.0.2.1\"}", NULL,
     "X-Ovh-Application: AK\r\nX-Ovh-Consumer: CK\r\nX-Ovh-Timestamp: 1704164645\r\n"
     "X-Ovh-Signature: $1$a025f560c183bbbf83d086e468073005b0790f87\r\n", 0},
    {"nfsn: PUBLISHED", "nfsn", {"testuser", "p3kxmRKf9dk3l6ls"}, 1012121212, "dkwo28Sile4jdXkw", "GET",
     "https://api.nearlyfreespeech.net/site/example/getInfo", 0, "", NULL,
     "X-NFSN-Authentication: testuser;1012121212;dkwo28Sile4jdXkw;0fa8932e122d56e2f6d1550f9aab39c4aef8bfc4\r\n", 0},
    {"nfsn: with a body", "nfsn", {"testuser", "p3kxmRKf9dk3l6ls"}, 1704164645, "abcdefghijklmnopqrst", "POST",
     "https://api.nearlyfreespeech.net/dns/example.com/listRRs", "application/x-www-form-urlencoded", "name=www&type=A", NULL,
     "X-NFSN-Authentication: testuser;1704164645;abcdefghijklmnop;3f228f81b26216f2ec205d1c1e5efceb00c38535\r\n", 0},
    {"dnsme: PUBLISHED", "dnsme", {"1c1a3c91-4770-4ce7-96f4-54c0eb0e457a", "c9b5625f-9834-4ff8-baba-4ed5f32cae55"}, 1297544344,
     NONCE, "GET", "https://api.dnsmadeeasy.com/V2.0/dns/managed/name?domainname=example.com", 0, "", NULL,
     "x-dnsme-apiKey: 1c1a3c91-4770-4ce7-96f4-54c0eb0e457a\r\nx-dnsme-requestDate: Sat, 12 Feb 2011 20:59:04 GMT\r\n"
     "x-dnsme-hmac: b3502e6116a324f3cf4a8ed693d78bcee8d8fe3c\r\n", 0},
    {"oci: the published request on its true weekday", "oci",
     {"ocid1.tenancy.oc1..aaaa/ocid1.user.oc1..bbbb/20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34", PEM1}, 1388957500, NONCE,
     "GET", "https://iaas.us-phoenix-1.oraclecloud.com/20160918/instances?availabilityDomain=Pjwf%3A%20PHX-AD-1&"
     "compartmentId=ocid1.compartment.oc1..aaaaaaaam3we6vgnherjq5q2idnccdflvjsnog7mlr6rtdb25gilchfeyjxa&"
     "displayName=TeamXInstances&volumeId="
     "ocid1.volume.oc1.phx.abyhqljrgvttnlx73nmrwfaux7kcvzfs3s66izvxf2h4lgvyndsdsnoiwr5q", 0, "", NULL,
     "date: Sun, 05 Jan 2014 21:31:40 GMT\r\nAuthorization: Signature version=\"1\",headers=\"date (request-target) host\","
     "keyId=\"ocid1.tenancy.oc1..aaaa/ocid1.user.oc1..bbbb/20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34\","
     "algorithm=\"rsa-sha256\",signature=\"JDFdcwTJ0TbiDFvAv5Q2irKMwrvEQoVzw9qYvcVianMskb8XrLLFlvs3Yr9uz/d9y74rMqxRlWS0KATOlhD1a"
     "o2+/FnyOj2yjdWCSjDnKR56uV8IsWCum0g7eY5jXnfOSACBj01gwbM28JYrJ//DLmyUzF4QPScgFYXrAmrwQO0=\"\r\n", 0},
    {"oci: with a body", "oci", {"t/u/f", PEM8}, 1388957500, NONCE, "PUT",
     "https://dns.eu-frankfurt-1.oraclecloud.com/20180115/zones/example.com/records/home.example.com/A", JSON_TYPE,
     "{\"items\":[{\"domain\":\"home.example.com\",\"rtype\":\"A\",\"rdata\":\"203.0.113.7\",\"ttl\":60}]}", NULL,
     "date: Sun, 05 Jan 2014 21:31:40 GMT\r\nx-content-sha256: XznOR1sVZBAFbYDVbVVIlur3VBMT1hcN69EE2WpBK2A=\r\n"
     "Authorization: Signature version=\"1\",headers=\"date (request-target) host content-length content-type "
     "x-content-sha256\",keyId=\"t/u/f\",algorithm=\"rsa-sha256\",signature=\"tkFehjy2nEEmENxvYmISm7IRwupMGCstW01O/wVOQJboLUNe3CV"
     "kTP8uN4RtdqFmn+qDu/B32QBFBEDm11/W8Non9Rvlvsoy/NKuSCjvL+B6iisYK0WcIfgh84d8S0s+n09MwqOQ+r+B7mSDRHWD2z1KIdH6KnBtlGBsbH2upBw="
     "\"\r\n", 0},
    {"transip", "transip", {PEM_LINE}, 1704164645, NONCE, "POST", "https://api.transip.nl/v6/auth", JSON_TYPE,
     "{\"login\":\"me\",\"nonce\":\"00112233445566778899\"}", NULL,
     "Signature: DMXBYaakeyd81YWAtfL/kpF9xbGkEz0IqKn1mKouiEAcrX0RANXJOfL81uZoHD6G1q1sx5kXSLikh2+KMnxVTuDsU+YaEUF64YtcyNVthaYQE"
     "YDjKAmSLPYmiQYgNrabYxN1VwXblYioKHRpck5vFa+KYaFoXHCdEXhS/MsLS04=\r\n", 0},
    {"jwt", "jwt", {KEY_FILE, "https://www.googleapis.com/auth/ndev.clouddns.readwrite"}, 1704164645, NONCE, "POST",
     "https://oauth2.googleapis.com/token", "application/x-www-form-urlencoded", "grant_type=x", NULL, "",
     "grant_type=x&assertion=eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkbnNAcC5pYW0uZ3NlcnZpY2VhY2NvdW50LmNvbSIsInNjb3Bl"
     "IjoiaHR0cHM6Ly93d3cuZ29vZ2xlYXBpcy5jb20vYXV0aC9uZGV2LmNsb3VkZG5zLnJlYWR3cml0ZSIsImF1ZCI6Imh0dHBzOi8vb2F1dGgyLmdvb2dsZWFw"
     "aXMuY29tL3Rva2VuIiwiaWF0IjoxNzA0MTY0NjQ1LCJleHAiOjE3MDQxNjUyNDV9.VW7fyDDi13ehDWG3KG9rYhQB7mUcfzFKykKg9XwBNGzgN9fJO5k7gV0"
     "8mHLEYft0xZK2jHgzFdY_fePIaE6tp3i4ZPopz9c9KOYB4G1kkYNqxhVTdbieWx8FUX5yhDk5slYWVBhLdfN5IqO6zPolEy2j7j9p0SnjtD6UQ-PPdQI"},
};

struct call {
    struct signing s;
    struct url url;
    struct buf text, body, head;
};
static struct json json;
static char url_room[2048], body_room[8192], head_room[4096];

static void fill(struct call *c, const char *url, const char *body, size_t body_cap)
{
    c->text = (struct buf)BUF(url_room);
    c->body = (struct buf){.p = body_room + sizeof body_room - body_cap, .cap = body_cap};
    c->head = (struct buf)BUF(head_room);
    buf_z(&c->text, url);
    buf_z(&c->body, body);
    url_parse(buf_view(&c->text), &c->url);
    c->s.text = &c->text;
    c->s.url = &c->url;
    c->s.body = &c->body;
    c->s.head = &c->head;
    c->s.json = &json;
}

static void begin(struct call *c, size_t i, size_t body_cap)
{
    *c = (struct call){.s = {.wall = vectors[i].wall, .nonce = span_z(vectors[i].nonce), .method = span_z(vectors[i].method),
                             .type = span_z(vectors[i].type)}};
    for (unsigned k = 0; k < SIGN_ARGS; k++)
        c->s.args[k] = span_z(vectors[i].args[k]);
    fill(c, vectors[i].url, vectors[i].body, body_cap);
}

static void check_vector(size_t i)
{
    struct call c;
    struct url before;
    begin(&c, i, 8000);
    before = c.url;
    ok(sign_request(span_z(vectors[i].scheme), &c.s), vectors[i].name);
    is_span(span_z(c.s.why), SPAN_NONE, "nothing is wrong");
    is_span(c.url.path, vectors[i].path ? span_z(vectors[i].path) : before.path, "path");
    is_str(buf_view(&c.head), vectors[i].head, "head");
    is_str(buf_view(&c.body), vectors[i].form ? vectors[i].form : vectors[i].body, "body");
    ok(!c.text.over && !c.body.over && !c.head.over, "it fits");
    ok(url_parse(buf_view(&c.text), &before) && span_eq(before.path, c.url.path), "the URL is whole");
}

/* With any less room than it needs a bound says so, and nothing is written outside. */
static void check_room(size_t i)
{
    struct call whole, c;
    bool good = true;
    size_t fits = 0;
    begin(&whole, i, 8000);
    sign_request(span_z(vectors[i].scheme), &whole.s);
    for (size_t cap = whole.body.n; cap < 4000 && fits < 40; cap += fits ? 1 : 7) {
        begin(&c, i, cap);
        if (!sign_request(span_z(vectors[i].scheme), &c.s))
            good = false;
        if (!c.body.over && !c.s.why)
            fits++;
        if (c.body.over || c.s.why)
            good &= fits == 0;
    }
    ok(good && fits == 40, "less room is noticed");
    for (size_t cap = strlen(vectors[i].url); cap < whole.text.n; cap++) {
        begin(&c, i, 8000);
        c.text.cap = cap;
        sign_request(span_z(vectors[i].scheme), &c.s);
        good &= c.text.over;
    }
    for (size_t cap = 0; cap < whole.head.n; cap++) {
        begin(&c, i, 8000);
        c.head.cap = cap;
        sign_request(span_z(vectors[i].scheme), &c.s);
        good &= c.head.over;
    }
    ok(good, "a short URL or head is noticed");
}

static const struct {
    const char *name, *scheme, *args[SIGN_ARGS], *why;
} wrongs[] = {
    {"a key id with a line end", "aws", {"A\r\nX: y", "s", "r", "s"}, "a setting holds a character that cannot be sent"},
    {"a key id with a quote", "oci", {"t/u/\"f", PEM1}, "a setting holds a character that cannot be sent"},
    {"a consumer key with a line end", "ovh", {"a", "s", "c\n"}, "a setting holds a character that cannot be sent"},
    {"an access key with a line end", "bce", {"a\n", "s"}, "a setting holds a character that cannot be sent"},
    {"no PEM at all", "transip", {"secret"}, "there is no private key"},
    {"a file name instead of the file", "transip", {"key.pem"}, "there is no private key"},
    {"an empty key", "transip", {""}, "there is no private key"},
    {"a public key", "transip", {"-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n"}, "there is no private key"},
    {"a key that ends early", "transip", {"-----BEGIN PRIVATE KEY-----\nMIICXgIB"}, "there is no private key"},
    {"a key that is no base64", "transip", {"-----BEGIN PRIVATE KEY-----\n****\n-----END PRIVATE KEY-----\n"}, "the private key is damaged"},
    {"a key that is no key", "transip", {"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"},
     "the private key is no RSA key"},
    {"a key with a passphrase", "transip", {"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n"},
     "the private key has a passphrase"},
    {"an EC key", "transip",
     {"-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2\n"
      "OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r\n"
      "1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G\n-----END PRIVATE KEY-----\n"},
     "the private key is no RSA key"},
    {"a PEM file where Google's JSON should be", "jwt", {PEM1, "scope"}, "the key is not the JSON key file"},
    {"a key file of another sort", "jwt", {"{\"type\":\"authorized_user\"}", "scope"}, "the key is not the JSON key file"},
    {"a key file without a key", "jwt", {"{\"client_email\":\"a@b\"}", "scope"}, "there is no private key"},
    {"a key file cut off", "jwt", {"{\"client_email\":\"a@b\",\"private_key\":\"-----BEGIN", "scope"}, "there is no private key"},
};

static void check_wrong(size_t i)
{
    struct call c = {.s = {.wall = 1704164645, .nonce = SPAN(NONCE), .method = SPAN("POST"), .type = SPAN(JSON_TYPE)}};
    for (unsigned k = 0; k < SIGN_ARGS; k++)
        c.s.args[k] = span_z(wrongs[i].args[k]);
    fill(&c, "https://api.example.net/v1?Action=X", "{}", 8000);
    sign_request(span_z(wrongs[i].scheme), &c.s);
    ok(c.s.why != NULL, wrongs[i].name);
    is_str(span_upto(span_z(c.s.why), strlen(wrongs[i].why)), wrongs[i].why, "says so");
}

/* Action and Version wherever they stand. */
static void check_moves(void)
{
    static const char *const urls[][2] = {
        {"https://h.example/?Action=A&B=1&Version=2", "/?B=1"}, {"https://h.example/?B=1&Action=A&Version=2", "/?B=1"},
        {"https://h.example/?Version=2&Action=A", "/"}, {"https://h.example?Action=A&Version=2", ""},
        {"https://h.example/?B=1&Version=2&Action=A&C=%2F", "/?B=1&C=%2F"}, {"https://h.example/p?Action=A&Version=2", "/p"},
        {"https://h.example/?XAction=1&Version=2&Action=A&Action2=3", "/?XAction=1&Action2=3"},
    };
    for (size_t i = 0; i < COUNT(urls); i++) {
        struct call c = {.s = {.args = {SPAN_INIT("i"), SPAN_INIT("s")}, .nonce = SPAN(NONCE), .method = SPAN("GET")}};
        fill(&c, urls[i][0], "", 8000);
        sign_request(SPAN("acs3"), &c.s);
        is_str(c.url.path, urls[i][1], urls[i][0]);
        ok(span_starts(buf_view(&c.head), SPAN("x-acs-action: A\r\n")) &&
               span_find(buf_view(&c.head), SPAN("\r\nx-acs-version: 2\r\n")) > 0, "both are headers");
    }
}

/* Parameters whose names begin alike, empty ones, a lone name, a port, an IPv6 host: the query of the same call in another
 * order has the same signature. */
static void check_order(void)
{
    static const char *const same[] = {
        "https://[2001:db8::1]:8443/?a=&a1=2&a-b=3&B=%2C,&ab", "https://[2001:db8::1]:8443/?ab&B=,%2c&a-b=3&a1=2&a",
    };
    char first[256];
    struct buf b = BUF(first);
    for (unsigned i = 0; i < 2; i++) {
        struct call c = {.s = {.args = {SPAN_INIT("i"), SPAN_INIT("s"), SPAN_INIT("r"), SPAN_INIT("s")}, .nonce = SPAN(NONCE),
                               .method = SPAN("GET")}};
        fill(&c, same[i], "", 8000);
        sign_request(SPAN("aws"), &c.s);
        if (i == 0)
            buf_span(&b, buf_view(&c.head));
        else
            is_span(buf_view(&c.head), buf_view(&b), "the order of the query does not matter");
    }
    struct call c = {.s = {.args = {SPAN_INIT("i"), SPAN_INIT("s")}, .method = SPAN("GET"), .nonce = SPAN(NONCE)}};
    fill(&c, "https://h/?1&2&3&4&5&6&7&8&9&10&11&12&13&14&15&16&17&18&19&20&21&22&23&24&25", "", 8000);
    sign_request(SPAN("huawei"), &c.s);
    is_str(span_z(c.s.why), "more than 24 parameters in a signed call", "a bound says so");
}

static void check_names(void)
{
    struct span usage = SPAN_NONE, all = SPAN_NONE, name;
    unsigned args = 0, known = 0;
    struct call c = {.s = {.method = SPAN("GET")}};
    fill(&c, "https://h/", "", 100);
    ok(!sign_usage(SPAN("awz"), &args, &all), "an unknown scheme");
    ok(!sign_request(SPAN(""), &c.s), "no scheme");
    while ((name = span_word(&all)).n)
        known += sign_usage(name, &args, &usage) && args && args <= SIGN_ARGS && usage.n;
    is_i64(known, 15, "all schemes are listed");
    ok(sign_usage(SPAN("aws"), &args, &usage), "aws");
    is_str(usage, "ID SECRET REGION SERVICE", "its arguments");
}

/* A key with one byte changed is refused, or signs something: BearSSL does not prove that its numbers belong together. */
static void check_rsa(void)
{
    static const char text[] = PEM1;
    char damaged[sizeof text];
    uint8_t want[RSA_SIZE_MAX], got[RSA_SIZE_MAX];
    const char *why;
    bool good = true;
    size_t n = rsa_sign(SPAN(PEM1), HASH_SHA256, HASH_PARTS(SPAN("a"), SPAN("b")), want, &why);
    is_i64((int64_t)n, 128, "size of the signature");
    ok(rsa_sign(SPAN(PEM8), HASH_SHA256, HASH_PARTS(SPAN("ab")), got, &why) == 128 && !memcmp(want, got, 128), "PKCS#8, parts");
    ok(rsa_sign(SPAN(PEM8), HASH_SHA512, HASH_PARTS(SPAN("ab")), got, &why) == 128 && memcmp(want, got, 128), "SHA-512");
    for (size_t i = 0; i < sizeof text - 1; i += 7) {
        memcpy(damaged, text, sizeof text);
        damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
        n = rsa_sign((struct span){damaged, sizeof text - 1}, HASH_SHA256, HASH_PARTS(SPAN("ab")), got, &why);
        good &= n ? n <= RSA_SIZE_MAX && !why : why != NULL;
    }
    ok(good, "damaged keys");
    /* From the last line on all of it was there: @FILE takes the line end off. */
    size_t last = (size_t)span_find(SPAN(PEM1), SPAN("-----END"));
    for (size_t i = 0; i < last; i += 11) {
        n = rsa_sign((struct span){text, i}, HASH_SHA256, HASH_PARTS(SPAN("ab")), got, &why);
        good &= n == 0 && why;
    }
    ok(good, "keys cut off");
}

int app_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    for (size_t i = 0; i < COUNT(vectors); i++) {
        check_vector(i);
        check_room(i);
    }
    for (size_t i = 0; i < COUNT(wrongs); i++)
        check_wrong(i);
    check_moves();
    check_order();
    check_names();
    check_rsa();
    return done();
}
