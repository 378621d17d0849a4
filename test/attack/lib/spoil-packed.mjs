// Loaded into packimage (NODE_OPTIONS=--import): spoils the packed file before it is published, as SPOIL says.
// `bit` changes the file when it is flushed for the first time, which may be before it is complete, `cut` and
// `longer` when it is; `short` writes less than is asked and says that all is written; `disk` lets the disk hold
// another bit than it was given, while memory has the right one: the file system lies in the file SPOIL_DISK.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';

const { SPOIL: how, SPOIL_DISK: disk } = process.env;
const nameOf = (fd) => fs.readlinkSync(`/proc/self/fd/${fd}`);
const isPacked = (path) => /\/\.rootimg-tmp-[^/]*-rootimg\.[^/]*$/.test(path);

function flip(path, position) {
  const fd = fs.openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  fs.readSync(fd, byte, 0, 1, position);
  byte[0] ^= 4;
  fs.writeSync(fd, byte, 0, 1, position);
  fs.closeSync(fd);
}

/** Where the middle of the file's first extent lies on its disk. */
function placeOnDisk(path) {
  const said = execFileSync('filefrag', ['-v', path], { encoding: 'utf8' });
  const blockSize = Number(/blocks? of (\d+) bytes/.exec(said)[1]);
  const [, start, end] = /^ +0: +0\.\. +\d+: +(\d+)\.\. +(\d+):/m.exec(said);
  return Math.floor((Number(start) + Number(end)) / 2) * blockSize + 7;
}

/** Whether we ourselves have it open to write. */
function isBeingWritten(path) {
  return fs.readdirSync('/proc/self/fd').some((fd) => {
    try {
      const flags = Number.parseInt(
        /flags:\s*(\d+)/.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))[1],
        8,
      );
      return nameOf(fd) === path && (flags & fs.constants.O_WRONLY) !== 0;
    } catch {
      return false; // the one of the listing
    }
  });
}

const isTimeTo = (path) => (how !== 'cut' && how !== 'longer') || !isBeingWritten(path);

let isDone = false;
const { prototype } = (await open('/')).constructor;
const { sync } = prototype;
prototype.sync = async function () {
  const path = nameOf(this.fd);
  if (isDone || !isPacked(path)) return sync.call(this);
  const { size } = fs.statSync(path);
  if (size === 0 || !isTimeTo(path)) return sync.call(this);
  isDone = true;
  if (how === 'bit') flip(path, Math.floor(size / 2));
  if (how === 'cut') {
    // Not the file itself: libuv copies one that becomes shorter meanwhile for ever.
    fs.writeFileSync(`${path}-shorter`, fs.readFileSync(path).subarray(0, -1));
    fs.renameSync(`${path}-shorter`, path);
  }
  if (how === 'longer') fs.appendFileSync(path, '\0');
  await sync.call(this);
  if (how === 'disk') flip(disk, placeOnDisk(path));
};

if (how === 'short') {
  const { write } = fs;
  const other = (fd, buffer, offset, length, position, done) => {
    if (length < 4096 || !isPacked(nameOf(fd))) return write(fd, buffer, offset, length, position, done);
    return write(fd, buffer, offset, length - 512, position, (error) => done(error, length, buffer));
  };
  other[promisify.custom] = (fd, buffer, offset, length, position) =>
    new Promise((resolve, reject) => {
      other(fd, buffer, offset, length, position, (error, bytesWritten) =>
        error ? reject(error) : resolve({ bytesWritten, buffer }),
      );
    });
  fs.write = other;
  syncBuiltinESMExports();
}
