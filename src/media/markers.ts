const markers =
  /^(\.discinfo|\.treeinfo|treeinfo|content|media\.\d+\/(media|products)|\.disk\/info|README\.diskdefines)$/;

/** True for a file that says what its medium is. */
export function isMarker(path: string): boolean {
  return markers.test(path);
}

/** What is looked for, as people read it. */
export const markersSought =
  '.treeinfo or .discinfo (EL, Fedora), media.1/media and media.1/products (SUSE), .disk/info (Debian, Ubuntu)';
