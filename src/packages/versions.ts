// Kernel versions are compared as the packages that bring them.
export { compareRpmVersions as compareVersions } from './rpm/rpm-version.ts';
