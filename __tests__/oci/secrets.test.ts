import { describe, expect, test } from '@jest/globals';

import { basicAuthorization } from '../../src/oci/credentials.ts';
import { hideAuthorizations, maskOf } from '../../src/oci/secrets.ts';

const basic = (password: string): string => basicAuthorization({ username: 'me', password });

describe('maskOf', () => {
  test.each([
    ['the header', 'p4ss&word', `got ${basic('p4ss&word')}.`, 'got Basic ***'],
    ['the base64 alone', 'p4ss', `got ${basic('p4ss').slice(6)}!`, 'got ***!'],
    ['the base64 without its end', 'p4s', basic('p4s').slice(6).replace(/=+$/, ''), '***'],
    ['the base64 of addresses', '>>>???', 'bWU6Pj4-Pz8_', '***'],
    ['the password', 'p4ss', 'me:p4ss', 'me:***'],
    [
      'the password in JSON',
      'a"b\\c',
      JSON.stringify({ password: 'a"b\\c' }),
      '{"password":"***"}',
    ],
    ['the password in HTML', `a&<"b`, 'a&amp;&lt;&quot;b', '***'],
    ['the password in an address', 'a/b c', 'x=a%2Fb%20c&y=a%2Fb+c', 'x=***&y=***'],
    ['the password as a host', 'SeCret', 'https://secret.example', 'https://***.example'],
    ['a password of one letter, as a word', 'a', 'a manifest: a', '*** manifest: ***'],
    [
      'a short password behind an escape',
      'p4ss',
      'me%3Ap4ss \\np4ss _p4ss_',
      'me%3A*** \\n*** _***_',
    ],
    ['no part of a word', 'word', 'no password, no "word"', 'no password, no "***"'],
    ['a password that is an expression', '.*+', 'any .*+ text', 'any *** text'],
    ['no password', '', 'any text', 'any text'],
    [
      'the header in lines',
      'p4ss'.repeat(9),
      basic('p4ss'.repeat(9)).replaceAll(/.{20}/g, '$&\n'),
      'Basic ***',
    ],
    [
      'the password in JSON in JSON',
      'a&b"c/d\\e',
      JSON.stringify(String.raw`{"p":"a\u0026b\"c\/d\\e"}`),
      '"{\\"p\\":\\"***\\"}"',
    ],
  ])('hides %s', (_, password, text, shown) => {
    const authorization = basic(password);
    expect(maskOf({ headers: { authorization } })(text)).toBe(shown);
    expect(maskOf({}, { authorization })(text)).toBe(shown);
  });

  test('hides a token', () => {
    const mask = maskOf({}, { authorization: 'Bearer abc.def-g' });
    expect(mask('token=abc.def-g, Bearer abc.def-g')).toBe('token=***, Bearer ***');
  });

  test('hides the identity token of an exchange, and no other body', () => {
    const body = Buffer.from('grant_type=refresh_token&refresh_token=id%2Ft0ken');
    expect(maskOf({ body, confidential: true })('id/t0ken, id%2Ft0ken')).toBe('***, ***');
    expect(maskOf({ body })('id/t0ken')).toBe('id/t0ken');
  });
});

describe('hideAuthorizations', () => {
  test.each([
    ['Authorization: Basic dXNlcjpwYXNz, and', 'Authorization: Basic *** and'],
    ['"bearer  eyJh.b-c"', '"bearer  ***"'],
    ['x=Bearer%20abc', 'x=Bearer%20***'],
    ['Bearer auth-abc', 'Bearer ***'],
    ['Bearer auth.abc', 'Bearer ***'],
    ['Basic authentication is required.', 'Basic authentication is required.'],
    ['a Bearer token.', 'a Bearer token.'],
    ['Bearer realm="https://a"', 'Bearer realm="https://a"'],
  ])('%s', (text, shown) => {
    expect(hideAuthorizations(text)).toBe(shown);
  });
});
