import { expect, it } from 'vitest';
import { compareRequests, readXcatLine, shellWords } from '../../../../src/cli/parity/xcat-line.ts';
import { parseNodeArguments } from '../../../../src/render/parse-arguments.ts';

/** As xCAT prints it for an image with everything set. */
const printed = `Generating image: 
The kernelver is different from the value in linuximage table, will update it.
cd /opt/xcat/share/xcat/netboot/rh; ./genimage -a x86_64 -o rhels9.4 -p compute -n tg3,bnx2 -i eth0 -r eth1,ib0 -k 5.14.0-427.13.1.el9_4.x86_64 -g 2.6.32.23-0.3.1 --permission 777 --kerneldir /install/kernels --env A=b --srcdir "/install/rhels9.4/x86_64" --pkglist /l/compute.pkglist --otherpkgdir "/install/post/otherpkgs/rhels9.4/x86_64" --otherpkglist /l/o.pkglist --postinstall "/l/p1.sh a b" --rootimgdir /install/i --driverupdatesrc dud:/install/dd.img,rpm:/install/d.rpm --ignorekernelchk 1 --noupdate 1 image`;

it("xCAT's line is read whole, with its habits of quoting and of switches", () => {
  const line = readXcatLine(printed);
  expect(line).toMatchObject({
    familyDir: '/opt/xcat/share/xcat/netboot/rh',
    request: {
      ...{
        arch: 'x86_64',
        osvers: 'rhels9.4',
        profile: 'compute',
        netdrivers: 'tg3,bnx2',
        nodebootif: 'eth0',
      },
      ...{ otherifce: 'eth1,ib0', krpmver: '2.6.32.23-0.3.1', permission: '777', environvar: 'A=b' },
      ...{ srcdir: '/install/rhels9.4/x86_64', postinstall: '/l/p1.sh a b', imageName: 'image' },
      ...{ ignorekernelchk: true, noupdate: true, driverupdatesrc: 'dud:/install/dd.img,rpm:/install/d.rpm' },
    },
  });
  expect(readXcatLine('Error: [xcatmn]: Cannot find image')).toBeUndefined();
});

it('words are those that a shell makes', () => {
  expect(shellWords(`a "b c"d 'e "f"' --x="y z" ""`)).toEqual(['a', 'b cd', 'e "f"', '--x=y z', '']);
});

it('options are compared one by one; those that nobody has do not count', () => {
  const read = (words: string) => parseNodeArguments(words.split(' '));
  expect(
    compareRequests(read('-a x86_64 -o o -k 1 --noupdate i'), read('-a x86_64 -o p --wait --noupdate i')),
  ).toEqual({
    same: 2,
    differences: [
      { option: '-o', xcat: 'o', here: 'p' },
      { option: '-k', xcat: '1', here: undefined },
      { option: '--wait', xcat: undefined, here: 'true' },
    ],
  });
});
