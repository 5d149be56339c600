(() => {
  const root = document.currentScript.dataset.root;
  const { documentElement } = document;
  const load = file => new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), { src: `${root}assets/${file}`, onload: resolve, onerror: reject });
    document.head.append(script);
  });

  document.getElementById('theme').addEventListener('click', () => {
    const theme = documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    localStorage.setItem('theme', theme);
    documentElement.dataset.theme = theme;
    if (document.querySelector('.mermaid')) location.reload();
  });

  const menuButton = document.getElementById('menu-button');
  menuButton.addEventListener('click', () => {
    menuButton.setAttribute('aria-expanded', String(document.body.classList.toggle('menu-open')));
  });
  document.querySelector('#menu [aria-current]')?.scrollIntoView({ block: 'nearest' });

  // a reader's language holds for all snippets
  const choose = language => {
    for (const tabs of document.querySelectorAll('.tabs')) {
      if (!tabs.querySelector(`button[data-language="${language}"]`)) continue;
      tabs.querySelectorAll('button').forEach(button => button.setAttribute('aria-selected', String(button.dataset.language === language)));
      tabs.querySelectorAll('.code').forEach(code => { code.hidden = code.dataset.language !== language; });
    }
  };
  document.addEventListener('click', ({ target }) => {
    if (!target.matches('.tabs button')) return;
    localStorage.setItem('language', target.dataset.language);
    choose(target.dataset.language);
  });
  choose(localStorage.getItem('language') ?? 'typescript');

  if (document.querySelector('.mermaid')) {
    load('mermaid.js').then(() => {
      const api = window.mermaid.default ?? window.mermaid;
      api.initialize({ startOnLoad: false, theme: documentElement.dataset.theme === 'dark' ? 'dark' : 'default' });
      return api.run();
    });
  }

  const form = document.getElementById('search');
  const input = form.querySelector('input');
  const results = document.getElementById('results');
  let index;
  const ready = () => index ??= Promise.all([load('minisearch.js'), load('search-index.js')]).then(() => {
    const search = new window.MiniSearch({
      fields: ['title', 'page', 'text'],
      storeFields: ['title', 'page', 'text', 'address'],
      // names are found by their parts, too: GlobalTable, global, table
      tokenize: text => text.split(/[^\p{L}\p{N}]+/u).flatMap(word => [...new Set([word, ...word.split(/(?<=[a-z0-9])(?=[A-Z])/)])]).filter(Boolean),
      searchOptions: { prefix: true, fuzzy: 0.15, boost: { title: 4, page: 2 }, combineWith: 'AND' },
    });
    search.addAll(window.searchEntries);
    return search;
  });
  const show = async () => {
    const query = input.value.trim();
    const found = query === '' ? [] : (await ready()).search(query).slice(0, 12);
    if (query !== input.value.trim()) return;
    results.replaceChildren(...found.map(({ title, page, text, address }) => {
      const link = Object.assign(document.createElement('a'), { href: root + address });
      link.append(
        Object.assign(document.createElement('strong'), { textContent: title }),
        Object.assign(document.createElement('small'), { textContent: page }),
        Object.assign(document.createElement('span'), { textContent: text.slice(0, 140) }),
      );
      const item = document.createElement('li');
      item.append(link);
      return item;
    }));
    if (query !== '' && found.length === 0) results.replaceChildren(Object.assign(document.createElement('li'), { textContent: 'Nothing found.', className: 'nothing' }));
    results.hidden = query === '';
  };
  input.addEventListener('focus', ready);
  input.addEventListener('input', show);
  form.addEventListener('submit', event => {
    event.preventDefault();
    results.querySelector('a')?.click();
  });
  document.addEventListener('keydown', event => {
    if (event.key === '/' && !/input|textarea/i.test(document.activeElement.tagName)) {
      event.preventDefault();
      input.focus();
    }
    if (event.key === 'Escape') results.hidden = true;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const links = [...results.querySelectorAll('a')];
      if (results.hidden || links.length === 0) return;
      event.preventDefault();
      const at = links.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1);
      (links[at] ?? input).focus();
    }
  });
  document.addEventListener('click', ({ target }) => {
    if (!form.contains(target)) results.hidden = true;
  });
})();
