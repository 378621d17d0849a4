// Loaded into a command under attack (NODE_OPTIONS=--import): what would wait for minutes waits for a second.
const real = globalThis.setTimeout;
globalThis.setTimeout = (work, time, ...words) => real(work, time >= 60_000 ? 1000 : time, ...words);
