#!/usr/bin/env node
import { render } from './render.js';

console.log(render('Hello {name}', { name: 'world' }));
