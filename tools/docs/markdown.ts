import { posix } from 'node:path';
import GithubSlugger from 'github-slugger';
import type MarkdownIt from 'markdown-it';
import type Token from 'markdown-it/lib/token.mjs';
import { pageOf } from './pages.ts';

/** Address of the page at `url` for one that lies at `from`, both from the root of the site. */
export function relativeTo(from: string, url: string): string {
  return posix.relative(posix.dirname(from), url);
}

/** Where a link of a Markdown file leads on the site: to the page of the other file, at the same heading. */
function siteLink(href: string): string {
  const [, path = '', anchor = ''] = /^([^#]*)(#.*)?$/.exec(href) ?? [];
  if (/^[a-z]+:/.test(path) || !path.endsWith('.md')) return href;
  const page =
    posix.basename(path) === 'README.md' ? posix.join(posix.dirname(path), 'index.html') : pageOf(path);
  return page + anchor;
}

/** The words of the heading, or of the bold beginning of the list entry, that opens with a token. */
function headingOf(tokens: readonly Token[], index: number): string | undefined {
  const textOf = (words: readonly Token[]) => words.map(({ content }) => content).join('');
  switch (tokens[index]?.type) {
    case 'heading_open':
      return textOf(tokens[index + 1]?.children ?? []);
    case 'list_item_open': {
      const words = (tokens[index + 2]?.children ?? []).filter(
        ({ type, content }) => type !== 'text' || content !== '',
      );
      if (words[0]?.type !== 'strong_open') return undefined;
      return textOf(
        words.slice(
          0,
          words.findIndex(({ type }) => type === 'strong_close'),
        ),
      );
    }
    default:
      return undefined;
  }
}

/**
 * Makes Markdown as GitHub shows it fit for the site: headings get the anchors that they have there, entries
 * of a list that begin in bold (the messages) too, links lead to pages, and what may be wider than a narrow
 * screen scrolls in itself, by keyboard too.
 */
export function amendMarkdown(markdown: MarkdownIt): void {
  const { rules } = markdown.renderer;
  const slugger = new GithubSlugger();
  markdown.core.ruler.push('anchors', ({ tokens }) => {
    slugger.reset();
    for (const [index, token] of tokens.entries()) {
      const words = headingOf(tokens, index);
      if (words !== undefined) token.attrSet('id', slugger.slug(words));
    }
  });
  // The corner of a table is no heading.
  rules['th_open'] = (tokens, index) => (tokens[index + 1]?.content === '' ? '<td>' : '<th scope="col">');
  rules['th_close'] = (tokens, index) => (tokens[index - 1]?.content === '' ? '</td>' : '</th>');
  rules['link_open'] = (tokens, index, options, _env, self) => {
    const token = tokens[index]!;
    token.attrSet('href', siteLink(token.attrGet('href') ?? ''));
    return self.renderToken(tokens, index, options);
  };
  rules['table_open'] = () => '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>\n';
  rules['table_close'] = () => '</table></div>\n';
  const code = (text: string) => `<pre tabindex="0"><code>${markdown.utils.escapeHtml(text)}</code></pre>\n`;
  rules['fence'] = rules['code_block'] = (tokens, index) => code(tokens[index]?.content ?? '');
}
