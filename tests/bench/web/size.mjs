// Prints the size of the files together, compressed as a web host does, for scripts/benchtable: node size.mjs FILE...
import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

const sizes = process.argv.slice(2).map((file) => brotliCompressSync(readFileSync(file)).length);
console.log(`Benchmarkweb/size 1 ${sizes.reduce((sum, size) => sum + size, 0)} bytes`);
