// The search of the site, in the reader's browser. The index is loaded when somebody first wants to search.
import MiniSearch from 'minisearch';
import { storedSettings } from './search-settings.ts';

const root = document.documentElement.dataset.root;
const form = document.querySelector('form[role="search"]');
const input = form.querySelector('input');
const results = document.querySelector('#results');
const status = document.querySelector('#found');
let loading;

form.hidden = false;

function load() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${root}search-index.js`;
    script.onload = () => resolve(MiniSearch.loadJSON(globalThis.rootimgSearchIndex, storedSettings));
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

/** Some words around the first place where one of `terms` stands. */
function excerpt(text, terms) {
  const lower = text.toLowerCase();
  const places = terms.map((term) => lower.indexOf(term)).filter((place) => place >= 0);
  const from = Math.max(0, (places.length > 0 ? Math.min(...places) : 0) - 40);
  return `${from > 0 ? '…' : ''}${text.slice(from, from + 140)}${text.length > from + 140 ? '…' : ''}`;
}

function resultOf({ url, title, page, text, terms }) {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = root + url;
  link.textContent = title === page ? title : `${page}: ${title}`;
  const words = document.createElement('p');
  words.textContent = excerpt(text, terms);
  item.append(link, words);
  return item;
}

async function search() {
  const query = input.value.trim();
  const index = await load();
  if (query !== input.value.trim()) return;
  const found =
    query === '' ? [] : index.search(query, { prefix: true, combineWith: 'AND', boost: { title: 3 } });
  results.replaceChildren(...found.slice(0, 12).map(resultOf));
  status.textContent = query === '' ? '' : `${found.length} found`;
}

input.addEventListener('focus', load, { once: true });
input.addEventListener('input', search);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  results.querySelector('a')?.click();
});
