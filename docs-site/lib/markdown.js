import MarkdownIt from 'markdown-it';
import { createHighlighter } from 'shiki';

const LANGUAGES = ['typescript', 'javascript', 'bash', 'json', 'yaml', 'python', 'java', 'csharp', 'go', 'toml', 'docker'];
const NAMES = { ts: 'typescript', js: 'javascript', sh: 'bash', shell: 'bash', yml: 'yaml', mjs: 'javascript' };

const highlighter = await createHighlighter({ themes: ['github-light', 'github-dark'], langs: LANGUAGES });

export const escapeHtml = text => text.replace(/[&<>"]/g, character => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character]);

/** Code in colors, light and dark by variables of CSS. */
export function highlight(code, language) {
  const lang = NAMES[language] ?? language;
  if (!LANGUAGES.includes(lang)) return `<pre class="shiki" tabindex="0"><code>${escapeHtml(code)}</code></pre>`;
  return highlighter.codeToHtml(code.trimEnd(), { lang, themes: { light: 'github-light', dark: 'github-dark' }, defaultColor: false });
}

/** The anchor of a heading, as GitHub makes it. */
export function slug(text) {
  return text.toLowerCase().replace(/`/g, '').replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-');
}

/**
 * Renders Markdown. `link` says where a link leads, `typeLink` the page of a public type, if code is the name of one, and `translations` the other languages of a snippet.
 * Returns the HTML and the headings.
 */
export function render(text, { link = href => href, typeLink = () => undefined, translations = () => ({}) } = {}) {
  const md = new MarkdownIt({ html: true, linkify: false });
  const headings = [];
  const used = new Map();
  md.renderer.rules.fence = (tokens, i) => fence(tokens[i], translations);
  md.renderer.rules.table_open = () => '<div class="table" tabindex="0"><table>';
  md.renderer.rules.table_close = () => '</table></div>';
  let links = 0;
  md.renderer.rules.code_inline = (tokens, i) => {
    const code = `<code>${escapeHtml(tokens[i].content)}</code>`;
    const target = links === 0 ? typeLink(tokens[i].content) : undefined;
    return target ? `<a class="type" href="${target}">${code}</a>` : code;
  };
  md.renderer.rules.link_open = (tokens, i, options, env, self) => {
    links++;
    tokens[i].attrSet('href', link(tokens[i].attrGet('href')));
    return self.renderToken(tokens, i, options);
  };
  md.renderer.rules.link_close = (tokens, i, options, env, self) => {
    links--;
    return self.renderToken(tokens, i, options);
  };
  const image = md.renderer.rules.image;
  md.renderer.rules.image = (tokens, i, ...rest) => {
    tokens[i].attrSet('src', link(tokens[i].attrGet('src')));
    tokens[i].attrSet('loading', 'lazy');
    return image(tokens, i, ...rest);
  };
  md.renderer.rules.heading_open = (tokens, i) => {
    const title = tokens[i + 1].children.map(({ content }) => content).join('');
    const base = slug(title);
    const id = used.has(base) ? `${base}-${used.get(base)}` : base;
    used.set(base, (used.get(base) ?? 0) + 1);
    headings.push({ level: Number(tokens[i].tag[1]), id, title });
    links++; // no links in headings
    return `<${tokens[i].tag} id="${id}">`;
  };
  md.renderer.rules.heading_close = (tokens, i) => {
    links--;
    const { id } = headings.at(-1);
    return `<a class="anchor" href="#${id}" aria-label="Link to this section">#</a></${tokens[i].tag}>`;
  };
  return { html: md.render(text.replace(/<!--.*?-->\n?/gs, '')), headings };
}

function fence({ info, content }, translations) {
  const language = info.trim().split(/\s+/)[0];
  if (language === 'mermaid') return `<div class="diagram"><pre class="mermaid">${escapeHtml(content)}</pre></div>`;
  const others = Object.entries(language === 'ts' ? translations(content) : {});
  if (others.length === 0) return `<div class="code">${highlight(content, language)}</div>`;
  const tabs = [['typescript', content], ...others];
  const buttons = tabs.map(([name], i) => `<button type="button" role="tab" data-language="${name}" aria-selected="${i === 0}">${LABELS[name]}</button>`).join('');
  const panels = tabs.map(([name, code], i) => `<div class="code" data-language="${name}"${i === 0 ? '' : ' hidden'}>${highlight(code, name)}</div>`).join('');
  return `<div class="tabs"><div role="tablist">${buttons}</div>${panels}</div>`;
}

const LABELS = { typescript: 'TypeScript', python: 'Python', java: 'Java', csharp: 'C#', go: 'Go' };
