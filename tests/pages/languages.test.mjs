// Spanish and English: each module's words in both, and pages that speak the reader's language.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { withBrowser } from './support/browser.mjs';
import { PAGES } from './support/pages.mjs';
import { visit } from './support/sign_in.mjs';

const app = resolve(dirname(fileURLToPath(import.meta.url)), '../../apache/htdocs/app');
const modules = ['', 'pages'].flatMap((folder) => readdirSync(join(app, folder))
    .filter((name) => name.endsWith('.js'))
    .map((name) => ({ name: join(folder, name), source: readFileSync(join(app, folder, name), 'utf8') })));

/** The dictionary of a module, or undefined. */
function wordsOf(source) {
    const literal = /^(?:export )?const words = (\{[^]*?^\});$/m.exec(source)?.[1];
    return literal && runInNewContext(`(${literal})`);
}

const gaps = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe('words', () => {
    const dictionaries = modules.map((each) => ({ ...each, words: wordsOf(each.source) })).filter(({ words }) => words);

    test('there are some', () => {
        assert.ok(dictionaries.length >= 5, dictionaries.map(({ name }) => name).join());
        const without = modules.filter(({ source }) => /const words\b/.test(source) && !wordsOf(source));
        assert.deepEqual(without.map(({ name }) => name), [], 'a dictionary that this test cannot read');
    });

    for (const { name, source, words } of dictionaries) {
        test(`${name} has the same in both languages, and all that it says`, () => {
            assert.deepEqual(Object.keys(words).sort(), ['en', 'es']);
            assert.deepEqual(Object.keys(words.es).sort(), Object.keys(words.en).sort());
            for (const [key, text] of Object.entries(words.en)) {
                assert.ok(text.trim() && words.es[key].trim(), `${key} is empty`);
                assert.deepEqual(gaps(words.es[key]), gaps(text), `the values in ${key}`);
            }
            const said = [...source.matchAll(/\btext\('([^']+)'/g)].map(([, key]) => key);
            assert.deepEqual(said.filter((key) => !(key in words.en)), [], 'without a word');
        });
    }
});

describe('a page in the reader’s language', () => {
    const open = withBrowser();
    const MENU = {
        es: ['Resumen', 'Eventos', 'Fallidos', 'Avisos', 'Logs'],
        en: ['Overview', 'Events', 'Dead letters', 'Notifications', 'Logs'],
    };

    for (const [locale, language] of [['es-CO', 'es'], ['en-GB', 'en'], ['fr-FR', 'en']]) {
        test(`${locale}: all of it is in ${language}`, async (t) => {
            const page = await open(t, { roles: ['GENERAL_ADMIN'], locale });
            assert.equal(await page.getAttribute('html', 'lang'), language);
            const menu = await page.locator('nav a').allInnerTexts();
            assert.deepEqual(menu.map((text) => text.trim()), MENU[language]);
            for (const name of PAGES) {
                await visit(page, name);
                const shown = await page.locator('body').innerText();
                const other = language === 'es' ? /\b(Yesterday|Filter|Search|Nothing yet|Sign out|Unread)\b/
                    : /\b(Buscar|Filtros?|Nada por ahora|Salir|Sin leer|Ningún)\b/;
                assert.doesNotMatch(shown, other, name);
            }
        });
    }
});
