import type { BuildRequest } from '../plan/request.ts';
import type { OptionSpec } from './getopt.ts';

type FieldsOf<T> = { [K in keyof BuildRequest]-?: BuildRequest[K] extends T ? K : never }[keyof BuildRequest];
export type ValueField = Exclude<FieldsOf<string | undefined>, 'imageName'>;
export type SwitchField = FieldsOf<boolean>;

interface Described extends OptionSpec {
  /** What stands for the value in a usage line. */
  readonly placeholder: string;
}
export interface ValueOption extends Described {
  readonly takesValue: true;
  readonly field: ValueField;
}
export interface SwitchOption extends Described {
  readonly takesValue: false;
  readonly field: SwitchField;
}
export type NodeOption = ValueOption | SwitchOption;

const value = (name: string, field: ValueField, placeholder: string): ValueOption => ({
  names: [name],
  takesValue: true,
  field,
  placeholder,
});
const flag = (field: SwitchField, name: string = field): SwitchOption => ({
  names: [name],
  takesValue: false,
  field,
  placeholder: '',
});
/** One that xCAT does not have. */
const ours = <T extends NodeOption>(option: T): T => ({ ...option, ours: true });

/** The command line of the genimage that runs on the building node, in the order in which xCAT prints it. */
export const nodeOptions: readonly NodeOption[] = [
  value('a', 'arch', 'ARCH'),
  value('o', 'osvers', 'OSVERS'),
  value('p', 'profile', 'PROFILE'),
  value('n', 'netdrivers', 'DRIVERS'),
  value('i', 'nodebootif', 'INTERFACE'),
  value('r', 'otherifce', 'INTERFACES'),
  value('l', 'rootlimit', 'SIZE'),
  value('t', 'tmplimit', 'SIZE'),
  value('k', 'kernelver', 'VERSION'),
  value('g', 'krpmver', 'VERSION'),
  value('m', 'mode', 'statelite'),
  value('permission', 'permission', 'MODE'),
  value('kerneldir', 'kerneldir', 'DIR'),
  flag('interactive'),
  flag('onlyinitrd'),
  value('env', 'environvar', 'K=V,…'),
  value('srcdir', 'srcdir', 'DIR,…'),
  value('pkglist', 'pkglist', 'FILE,…'),
  value('otherpkgdir', 'otherpkgdir', 'DIR,…'),
  value('otherpkglist', 'otherpkglist', 'FILE,…'),
  value('postinstall', 'postinstall', 'SCRIPT,…'),
  value('rootimgdir', 'rootimgdir', 'DIR'),
  value('driverupdatesrc', 'driverupdatesrc', 'FILE,…'),
  flag('ignorekernelchk'),
  flag('noupdate'),
  value('timezone', 'timezone', 'ZONE'),
  ours(flag('nogpgcheck', 'no-gpgcheck')),
  ours(flag('toleratescriptlets', 'tolerate-scriptlets')),
  ours(flag('acceptlicenses', 'accept-licenses')),
  ours(flag('allowvendorchange', 'allow-vendor-change')),
  ours(flag('nonetwork', 'no-network')),
  ours(value('gpgkeys', 'gpgkeys', 'FILE,…')),
  ours(value('repository', 'repositorysettings', "'ADDRESS [gpgcheck=no] [sslcacert=FILE],…'")),
  ours(value('mirror', 'mirror', 'URL')),
  ours(value('sumskey', 'sumskey', 'FILE')),
  ours(flag('fresh')),
  ours(flag('noCache', 'no-cache')),
  ours(value('locked', 'locked', 'FILE')),
  ours(value('keep-packages', 'keepPackages', 'DIR')),
  ours(value('source-date-epoch', 'sourceDateEpoch', 'SECONDS')),
  ours(flag('wait')),
  ours(value('stage', 'stage', 'DIR')),
  ours(value('postinstall-timeout', 'postinstallTimeout', 'SECONDS')),
  ours(flag('force')),
  ours(flag('emulate')),
];
