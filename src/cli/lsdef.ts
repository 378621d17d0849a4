import { Command } from 'commander';
import type { CommandIo } from './io.ts';

export function lsdefCommand(_io: CommandIo): Command {
  return new Command('lsdef');
}
