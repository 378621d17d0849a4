import { Command } from 'commander';
import type { CommandIo } from './io.ts';

export function mkdefCommand(_io: CommandIo): Command {
  return new Command('mkdef');
}
