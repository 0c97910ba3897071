// Keeps content under a key, and gets it back: npm run example -- quickstart
import { open } from 'cafs-action';

await using store = await open('demo/quickstart:main', { cacheDir: '.cafs' });

const { digest, size } = await store.put('greeting', 'Hello, cafs!');
console.log(`Stored:  ${digest.slice(0, 20)}... (${size} bytes)`);

const content = await store.get('greeting'); // verified against its digest
console.log(`Content: ${content.toString()}`);

// Changes when, and only when, some entry's key or content does.
console.log(`Root:    ${store.root().slice(0, 20)}...`);
