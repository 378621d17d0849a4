import { Command } from 'commander';
import type { CommandIo } from './io.ts';

export function rmdefCommand(_io: CommandIo): Command {
  return new Command('rmdef');
}
