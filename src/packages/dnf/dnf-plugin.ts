/** Name of the file beside the plugin that it writes. */
export const toldFile = 'brought';

/**
 * A plugin of dnf 4, for runs that only look. It writes down what dnf's table does not tell of the packages that
 * it would put in. Where none is there yet it ends dnf as soon as they are chosen: what dnf does then, its record
 * of the transaction above all, takes the longer the more they are, and nobody reads it. Nor is a cache written
 * that no other run reads.
 */
export const dnfPlugin = `import gc
import os
import dnf
import dnf.sack
import hawkey
import rpm


class Rootimg(dnf.Plugin):
    name = 'rootimg'

    def __init__(self, base, cli):
        super(Rootimg, self).__init__(base, cli)
        gc.disable()
        if hasattr(gc, 'freeze'):
            gc.freeze()
        if hasattr(dnf.sack.Sack, 'load_repo'):
            load = dnf.sack.Sack.load_repo
            dnf.sack.Sack.load_repo = lambda sack, *values, **words: load(
                sack, *values, **dict(words, build_cache=False))

    def sack(self):
        choose = getattr(self.base, '_goal2transaction', None)
        if choose is None or len(self.base.sack.query().installed()) > 0:
            return

        def chosen(goal):
            brought = goal.list_installs()
            # dnf has words for those.
            if any(one.arch == 'src' for one in brought):
                return choose(goal)
            self.tell(brought, ['all'])
            os._exit(0)

        self.base._goal2transaction = chosen

    def resolved(self):
        if self.base.transaction is not None:
            self.tell(self.base.transaction.install_set, [])

    def tell(self, brought, end):
        lines = [['rpm', rpm.__version__]]
        for one in brought:
            kind, digest = one.chksum or (None, None)
            told = [] if kind is None else [hawkey.chksum_name(kind), digest.hex()]
            lines.append([one.reponame, one.name, one.evr, one.arch, one.location or ''] + told)
        here = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(here, '${toldFile}'), 'w') as file:
            file.write(''.join('\\t'.join(line) + '\\n' for line in lines + [end]))
`;
