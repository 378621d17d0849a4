import { normaliseArch } from '../../../base/architecture.ts';
import { own } from '../../../base/own.ts';

/** What an ELF file of an architecture is made of: e_machine and e_flags, class, byte order, instructions. */
interface Kind {
  readonly machine: number;
  readonly flags?: number;
  readonly bits?: 32;
  readonly big?: true;
  /** `exit(0)` by the system call itself; hex. */
  readonly code: string;
}

/** The numbers are those of the System V ABI of each architecture, and of Linux's tables of system calls. */
const kinds: Readonly<Record<string, Kind>> = {
  // xor edi,edi; mov eax,60; syscall
  x86_64: { machine: 62, code: '31ff b83c000000 0f05' },
  // xor ebx,ebx; mov eax,1; int 0x80
  x86: { machine: 3, bits: 32, code: '31db b801000000 cd80' },
  // mov x0,0; mov x8,93; svc 0
  aarch64: { machine: 183, code: '000080d2 a80b80d2 010000d4' },
  // li r3,0; li r0,1; sc; flags: ELFv2, in which the entry is code
  ppc64le: { machine: 21, flags: 2, code: '00006038 01000038 02000044' },
  ppc64: { machine: 21, flags: 2, big: true, code: '38600000 38000001 44000002' },
  // lghi r2,0; svc 1
  s390x: { machine: 22, big: true, code: 'a7290000 0a01' },
  // li a0,0; li a7,93; ecall
  riscv64: { machine: 243, code: '13050000 9308d005 73000000' },
};

/** Where the program is loaded: a multiple of the largest page there is. */
const base = 0x40_0000;
const page = 0x1_0000;

/**
 * The smallest program of an architecture: static, it only exits with status 0. Whoever runs it knows that
 * this host runs such programs. Undefined for an architecture that we cannot write one for.
 */
export function trialProgram(arch: string): Buffer | undefined {
  const kind = own(kinds, normaliseArch(arch));
  if (kind === undefined) return undefined;
  const { half, word, long } = fields(kind);
  const isWide = kind.bits === undefined;
  const code = Buffer.from(kind.code.replaceAll(' ', ''), 'hex');
  const [header, segment] = isWide ? [64, 56] : [52, 32];
  const start = header + segment;
  const size = start + code.length;
  const ident = Buffer.alloc(16);
  ident.set([0x7f, 0x45, 0x4c, 0x46, isWide ? 2 : 1, kind.big ? 2 : 1, 1]);
  const [loaded, readable] = [1, 5];
  return Buffer.concat([
    // File header: ET_EXEC, machine, version, entry, where the segments are and the sections are not.
    ...[ident, half(2), half(kind.machine), word(1), long(base + start), long(header), long(0)],
    ...[word(kind.flags ?? 0), half(header), half(segment), half(1), half(0), half(0), half(0)],
    // The one segment: the whole file, to be read and executed. Only the order of its fields has two forms.
    ...(isWide ? [word(loaded), word(readable)] : [word(loaded)]),
    ...[long(0), long(base), long(base), long(size), long(size)],
    ...(isWide ? [long(page)] : [word(readable), word(page)]),
    code,
  ]);
}

/** Writers of numbers in the byte order of a kind; `long` is as wide as its addresses. */
function fields({ big, bits }: Kind) {
  const write = (width: number) => (value: number) => {
    const bytes = Buffer.alloc(width);
    if (big) bytes.writeUIntBE(value, Math.max(0, width - 6), Math.min(width, 6));
    else bytes.writeUIntLE(value, 0, Math.min(width, 6));
    return bytes;
  };
  return { half: write(2), word: write(4), long: write(bits === 32 ? 4 : 8) };
}
