import { describe, expect, test } from '@jest/globals';

import { responseError } from '../../src/oci/errors.ts';
import type { HttpRequest, HttpResponse } from '../../src/oci/http.ts';

/** What registries answer, by their documentation and their sources. */
interface Row {
  readonly who: string;
  readonly method: HttpRequest['method'];
  readonly url: string;
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly code: string;
  /** In the message. */
  readonly told: string;
  /** In the hint; null: there is none. */
  readonly hint: string | null;
}

const errors = (code: string, message: string, detail?: unknown): string =>
  JSON.stringify({ errors: [{ code, message, ...(detail === undefined ? {} : { detail }) }] });

const ECR = 'https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/team/cache';
const SIZE = '10.0 MiB of storage resource, which when updated to current usage of 95.0 MiB';

const ROWS: readonly Row[] = [
  {
    who: 'GHCR: a job without the permission',
    method: 'POST',
    url: 'https://ghcr.io/v2/o/r/blobs/uploads/',
    status: 403,
    body: errors('DENIED', 'permission_denied: write_package'),
    code: 'DENIED',
    told: '(DENIED: permission_denied: write_package)',
    hint: 'permissions: packages: write',
  },
  {
    who: 'GHCR: no credentials',
    method: 'GET',
    url: 'https://ghcr.io/v2/o/r/manifests/main',
    status: 401,
    body: errors('UNAUTHORIZED', 'authentication required'),
    code: 'UNAUTHORIZED',
    told: 'UNAUTHORIZED: authentication required',
    hint: 'docker login ghcr.io',
  },
  {
    who: 'GHCR: too many requests, with a duration and no header',
    method: 'PUT',
    url: 'https://ghcr.io/v2/o/r/manifests/main',
    status: 429,
    body: 'toomanyrequests: retry-after: 182.345µs, allowed: 2000/minute\n',
    code: 'REMOTE',
    told: 'allowed: 2000/minute',
    hint: 'try later',
  },
  {
    who: 'GHCR: a burst',
    method: 'GET',
    url: 'https://ghcr.io/v2/o/r/tags/list',
    status: 403,
    body: '{"documentation_url":"https://docs.github.com/x","message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}',
    code: 'REMOTE',
    told: 'secondary rate limit',
    hint: 'limits how often',
  },
  {
    who: 'GHCR: no deletion',
    method: 'DELETE',
    url: 'https://ghcr.io/v2/o/r/manifests/main',
    status: 405,
    body: errors('UNSUPPORTED', 'The operation is unsupported.'),
    code: 'UNSUPPORTED',
    told: 'The operation is unsupported',
    hint: 'its own API',
  },
  {
    who: 'Docker Hub: a repository that one may not see',
    method: 'GET',
    url: 'https://registry-1.docker.io/v2/library/nothing/manifests/latest',
    status: 401,
    body: errors('UNAUTHORIZED', 'authentication required', [
      { Type: 'repository', Class: '', Name: 'library/nothing', Action: 'pull' },
    ]),
    code: 'UNAUTHORIZED',
    told: 'authentication required',
    hint: 'docker login',
  },
  {
    who: 'Docker Hub: too many pulls',
    method: 'GET',
    url: 'https://registry-1.docker.io/v2/library/alpine/manifests/latest',
    status: 429,
    body: errors(
      'TOOMANYREQUESTS',
      'You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
    ),
    code: 'REMOTE',
    told: 'pull rate limit',
    hint: 'try later',
  },
  {
    who: "Docker Hub's token server",
    method: 'GET',
    url: 'https://auth.docker.io/token?service=registry.docker.io&scope=x',
    status: 401,
    body: '{"details":"incorrect username or password"}\n',
    code: 'UNAUTHORIZED',
    told: '(incorrect username or password)',
    hint: 'docker login',
  },
  {
    who: 'ECR: no such repository',
    method: 'POST',
    url: `${ECR}/blobs/uploads/`,
    status: 404,
    body: errors(
      'NAME_UNKNOWN',
      "The repository with name 'team/cache' does not exist in the registry with id '123456789012'",
    ),
    code: 'NOT_FOUND',
    told: 'does not exist in the registry',
    hint: 'aws ecr create-repository',
  },
  {
    who: 'ECR: an immutable tag',
    method: 'PUT',
    url: `${ECR}/manifests/main`,
    status: 400,
    body: errors(
      'TAG_INVALID',
      "The image tag 'main' already exists in the 'team/cache' repository and cannot be overwritten because the tag is immutable.",
    ),
    code: 'DENIED',
    told: 'because the tag is immutable',
    hint: 'immutable tags',
  },
  {
    who: 'ECR: a role without the right',
    method: 'POST',
    url: `${ECR}/blobs/uploads/`,
    status: 403,
    body: errors(
      'DENIED',
      'User: arn:aws:sts::123456789012:assumed-role/ci/x is not authorized to perform: ecr:InitiateLayerUpload',
    ),
    code: 'DENIED',
    told: 'arn:aws:sts::123456789012:assumed-role',
    hint: 'ecr:InitiateLayerUpload',
  },
  {
    who: 'ECR: too fast',
    method: 'PUT',
    url: `${ECR}/manifests/main`,
    status: 429,
    body: errors('TOOMANYREQUESTS', 'Rate exceeded'),
    code: 'REMOTE',
    told: 'Rate exceeded',
    hint: 'try later',
  },
  {
    who: 'GAR: no such repository',
    method: 'POST',
    url: 'https://europe-docker.pkg.dev/v2/project/repo/cache/blobs/uploads/',
    status: 404,
    body: errors('NAME_UNKNOWN', 'Repository "repo" not found'),
    code: 'NOT_FOUND',
    told: 'Repository "repo" not found',
    hint: 'on the first push: create it at europe-docker.pkg.dev',
  },
  {
    who: 'GAR: a page of its front end',
    method: 'GET',
    url: 'https://europe-docker.pkg.dev/v2/project/repo/cache/manifests/main',
    status: 502,
    body: '<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n<title>Error 502 (Server Error)!!1</title>\n<style>\n*{margin:0;padding:0}html,code{font:15px/22px arial}\n</style>\n<a href=//www.google.com/><span id=logo></span></a>\n<p><b>502.</b> <ins>That&#39;s an error.</ins>\n',
    code: 'REMOTE',
    told: "(Error 502 (Server Error)!!1 502. That's an error.)",
    hint: 'The fault lies with',
  },
  {
    who: 'Harbor: an immutable tag',
    method: 'PUT',
    url: 'https://harbor.example/v2/library/cache/manifests/main',
    status: 412,
    body: errors(
      'PRECONDITION',
      "Failed to process request due to 'library/cache:main' configured as immutable.",
    ),
    code: 'DENIED',
    told: 'configured as immutable',
    hint: 'immutable tags',
  },
  {
    who: 'Harbor: no room left',
    method: 'PUT',
    url: 'https://harbor.example/v2/library/cache/blobs/uploads/1?_state=secret',
    status: 403,
    body: errors('DENIED', `adding ${SIZE} will exceed the configured upper limit of 100.0 MiB.`),
    code: 'DENIED',
    told: 'will exceed the configured upper limit',
    hint: 'used up',
  },
  {
    who: 'Harbor: no such project',
    method: 'POST',
    url: 'https://harbor.example/v2/nothing/cache/blobs/uploads/',
    status: 401,
    body: errors('UNAUTHORIZED', 'unauthorized to access repository: nothing/cache, action: push'),
    code: 'UNAUTHORIZED',
    told: 'unauthorized to access repository',
    hint: 'docker login harbor.example',
  },
  {
    who: 'GitLab: media types that it does not know',
    method: 'PUT',
    url: 'https://registry.gitlab.com/v2/g/p/manifests/main',
    status: 400,
    body: errors('MANIFEST_INVALID', 'manifest invalid', {
      message: 'unknown media type: application/vnd.cafs.config.v1+json',
    }),
    code: 'UNSUPPORTED',
    told: 'manifest invalid: unknown media type: application/vnd.cafs.config.v1+json',
    hint: 'media types',
  },
  {
    who: "GitLab's token server",
    method: 'GET',
    url: 'https://gitlab.com/jwt/auth?service=container_registry',
    status: 403,
    body: errors('DENIED', 'access forbidden'),
    code: 'DENIED',
    told: 'DENIED: access forbidden',
    hint: 'ask for the right',
  },
  {
    who: 'Quay: media types that it does not know',
    method: 'PUT',
    url: 'https://quay.io/v2/o/r/manifests/main',
    status: 415,
    body: errors('MANIFEST_INVALID', 'manifest invalid', {
      message: 'manifest schema version not supported',
    }),
    code: 'UNSUPPORTED',
    told: 'manifest schema version not supported',
    hint: 'media types',
  },
  {
    who: 'Quay: no room left',
    method: 'PUT',
    url: 'https://quay.io/v2/o/r/manifests/main',
    status: 403,
    body: errors('DENIED', 'Quota has been exceeded on namespace', {}),
    code: 'DENIED',
    told: 'Quota has been exceeded',
    hint: 'used up',
  },
  {
    who: "Quay's token server",
    method: 'GET',
    url: 'https://quay.io/v2/auth?service=quay.io',
    status: 401,
    body: '{"error":"Invalid Username or Password"}',
    code: 'UNAUTHORIZED',
    told: '(Invalid Username or Password)',
    hint: 'docker login',
  },
  {
    who: 'distribution: a blob that is not there',
    method: 'PUT',
    url: 'http://localhost:5000/v2/a/manifests/main',
    status: 404,
    body: errors('MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry', `sha256:${'a'.repeat(64)}`),
    code: 'NOT_FOUND',
    told: `MANIFEST_BLOB_UNKNOWN: blob unknown to registry: sha256:${'a'.repeat(64)}`,
    hint: 'store that first',
  },
  {
    who: 'distribution: other bytes',
    method: 'PUT',
    url: 'http://localhost:5000/v2/a/blobs/uploads/1?_state=secret',
    status: 400,
    body: errors('DIGEST_INVALID', 'provided digest did not match uploaded content', {}),
    code: 'INTEGRITY',
    told: 'did not match uploaded content',
    hint: null,
  },
  {
    who: 'distribution: deletion is off',
    method: 'DELETE',
    url: 'http://localhost:5000/v2/a/manifests/main',
    status: 405,
    body: errors('UNSUPPORTED', 'The operation is unsupported.'),
    code: 'UNSUPPORTED',
    told: 'unsupported',
    hint: 'not switched on at localhost:5000',
  },
  {
    who: 'distribution: a full disk',
    method: 'PUT',
    url: 'http://localhost:5000/v2/a/blobs/uploads/1',
    status: 500,
    body: errors('UNKNOWN', 'unknown error', { DriverName: 'filesystem', Enclosed: { Err: 28 } }),
    code: 'REMOTE',
    told: 'UNKNOWN: unknown error',
    hint: 'The fault lies with localhost:5000',
  },
  {
    who: "ACR's token server",
    method: 'POST',
    url: 'https://me.azurecr.io/oauth2/token',
    status: 400,
    body: '{"error":"invalid_grant","error_description":"refresh token has expired"}',
    code: 'REMOTE',
    told: '(refresh token has expired)',
    hint: null,
  },
  {
    who: 'nginx: too much at once',
    method: 'PUT',
    url: 'https://registry.example/v2/a/blobs/uploads/1',
    status: 413,
    body: '<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n<center><h1>413 Request Entity Too Large</h1></center>\r\n<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n',
    code: 'REMOTE',
    told: '413 Request Entity Too Large',
    hint: 'size of uploads',
  },
  {
    who: 'Go: nothing there',
    method: 'GET',
    url: 'https://registry.example/v2/a/manifests/main',
    status: 404,
    body: '404 page not found\n',
    code: 'NOT_FOUND',
    told: '(404 page not found)',
    hint: 'registry.example does not look like a registry (404 with no media type, without',
  },
  {
    who: 'a web server: a page',
    method: 'POST',
    url: 'https://www.example/v2/a/blobs/uploads/',
    status: 404,
    body: '<html><h1>Not Found</h1></html>',
    headers: { 'content-type': 'text/html; charset=utf-8' },
    code: 'NOT_FOUND',
    told: '(Not Found)',
    hint: 'www.example does not look like a registry (404 with "text/html; charset=utf-8", without a registry\'s code): check the reference.',
  },
  {
    who: 'a web server: JSON of its own',
    method: 'GET',
    url: 'https://www.example/v2/a/tags/list',
    status: 404,
    body: '{}',
    headers: { 'content-type': 'application/json' },
    code: 'NOT_FOUND',
    told: '({})',
    hint: 'does not look like a registry',
  },
  {
    who: 'distribution: no such repository',
    method: 'GET',
    url: 'https://registry.example/v2/a/blobs/x',
    status: 404,
    body: errors('NAME_UNKNOWN', 'repository name not known to registry', { name: 'a' }),
    headers: { 'content-type': 'text/plain' },
    code: 'NOT_FOUND',
    told: 'NAME_UNKNOWN',
    hint: 'Check the name.',
  },
  {
    who: 'distribution: no such manifest',
    method: 'GET',
    url: 'https://registry.example/v2/a/manifests/x',
    status: 404,
    body: errors('MANIFEST_UNKNOWN', 'manifest unknown', {}),
    headers: { 'content-type': 'text/html' },
    code: 'NOT_FOUND',
    told: 'MANIFEST_UNKNOWN',
    hint: null,
  },
  {
    who: "a token server's page",
    method: 'GET',
    url: 'https://tokens.example/token',
    status: 404,
    body: '<h1>Not Found</h1>',
    headers: { 'content-type': 'text/html' },
    code: 'NOT_FOUND',
    told: '(Not Found)',
    hint: null,
  },
  {
    who: "distribution 2: a blob's digest, asked for as a manifest",
    method: 'GET',
    url: `https://registry.example/v2/a/manifests/sha256:${'a'.repeat(64)}`,
    status: 500,
    body: errors('UNKNOWN', 'unknown error', {}),
    code: 'REMOTE',
    told: 'answered 500',
    hint: "Check that the digest is a manifest's: where it is a blob's, distribution 2 answers 500 each time, and getBlob gets it. Else the fault lies with registry.example",
  },
];

function answerOf({ url, status, body, headers = {} }: Row, at = url): HttpResponse {
  return {
    status,
    headers,
    url: new URL(at),
    body: {
      async *[Symbol.asyncIterator]() {
        yield await Promise.resolve(Buffer.from(body));
      },
      discard: () => Promise.resolve(),
    },
  };
}

async function errorOf(row: Row, at?: string): ReturnType<typeof responseError> {
  return responseError({ method: row.method, url: new URL(row.url) }, answerOf(row, at));
}

describe('an error of', () => {
  test.each(ROWS)('$who', async (row) => {
    const error = await errorOf(row);
    const shown = row.url.replace(/\?.*/, '?...');
    expect(error).toMatchObject({
      code: row.code,
      status: row.status,
      message: expect.stringContaining(`${row.method} ${shown} answered ${String(row.status)} (`),
    });
    expect(error.message).toContain(row.told);
    if (row.hint === null) expect(error.hint).toBeUndefined();
    else expect(error.hint).toContain(row.hint);
  });

  test.each([
    [
      'S3',
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match.</Message><AWSAccessKeyId>AKIAEXAMPLE</AWSAccessKeyId><StringToSign>topsecret</StringToSign></Error>',
      'SignatureDoesNotMatch: The request signature we calculated does not match.',
    ],
    [
      "Azure's storage",
      '\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request.\nRequestId:1</Message><AuthenticationErrorDetail>topsecret</AuthenticationErrorDetail></Error>',
      'AuthenticationFailed: Server failed to authenticate the request. RequestId:1',
    ],
  ])('%s, where a registry keeps its blobs', async (_, body, told) => {
    const row: Row = {
      who: '',
      method: 'GET',
      url: 'https://ghcr.io/v2/o/r/blobs/sha256:0',
      status: 403,
      body,
      code: 'DENIED',
      told,
      hint: null,
    };
    const error = await errorOf(row, 'https://blobs.example/x?signature=topsecret');
    expect(error.message).toBe(`GET ${row.url} answered 403 by way of blobs.example (${told}).`);
    expect(error.hint).toContain('ghcr.io keeps this at blobs.example');
    expect(`${error.message}${String(error.hint)}`).not.toContain('topsecret');
  });
});
