import { Command } from 'commander';
import type { CommandIo } from './io.ts';

export function chdefCommand(_io: CommandIo): Command {
  return new Command('chdef');
}
