import { setFlagsFromString } from 'node:v8';

/** Of Node.js: before 22 a function is made fast in one step, which costs as much as running it for long. */
const oneStep = Number(process.versions.node.split('.')[0]) < 22;

/**
 * Bytes of code that a function runs before V8 makes it fast; V8's own 135,168 are meant for what runs for
 * minutes. A pack of an image takes a second or two, of which the compiler took a tenth of a second and the
 * cleaning of memory on several threads half of that. Trees with hundreds of thousands of files still have
 * their loops made fast.
 */
if (oneStep) setFlagsFromString('--interrupt-budget=500000');
if (oneStep) setFlagsFromString('--no-parallel-scavenge');
