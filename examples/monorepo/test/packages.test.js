import assert from 'node:assert/strict';
import { test } from 'node:test';

import { render } from '@example/app';

test('app renders a template with strings and core', () => {
  assert.equal(render('Hello {name}', { name: 'world' }), 'Hello world');
});
