const makesInitrd = (name: string) => `#!/bin/sh
echo "${name}: genimage makes the initrd when all packages are in" >&2
`;

/** What stands before the image's own programs of these names while its packages are configured. */
export const stubs: Readonly<Record<string, string>> = {
  dracut: makesInitrd('dracut'),
  'update-initramfs': makesInitrd('update-initramfs'),
  'start-stop-daemon': `#!/bin/sh
case " $* " in
  *' --start '* | *' --stop '* | *' -S '* | *' -K '*)
    echo "start-stop-daemon: services do not run while the image is built" >&2
    exit 0
    ;;
esac
for folder in /usr/sbin /sbin; do
  if [ -x "$folder/start-stop-daemon" ]; then exec "$folder/start-stop-daemon" "$@"; fi
done
`,
};

/** invoke-rc.d and deb-systemd-invoke ask it: nothing is started. */
export const policyText = '#!/bin/sh\n# There while genimage installs packages.\nexit 101\n';
