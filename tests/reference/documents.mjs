// documents.mjs write|check|validate : apache/docs/openapi.json and asyncapi.json are what the tables in the code say.
// write puts them there, check prints where they differ, validate what their own specifications object to.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { asyncapi, textsThatDiffer } from './asyncapi.mjs';
import { modelNames } from './models.mjs';
import { openapi } from './openapi.mjs';
import { root } from './tables.mjs';

const folder = join(root, 'apache/docs');
const documents = { 'openapi.json': openapi(), 'asyncapi.json': asyncapi() };
const texts = Object.entries(documents).map(([name, document]) => [name, `${JSON.stringify(document, null, 1)}\n`]);

function check() {
    const used = new Set(Object.values(documents).flatMap(({ components }) => Object.keys(components.schemas)));
    modelNames.filter((name) => !used.has(name)).forEach((name) => console.log(`shared/catalogue/models.json: nobody uses ${name}`));
    textsThatDiffer().forEach((line) => console.log(line));
    for (const [name, text] of texts) {
        const lines = readFileSync(join(folder, name), 'utf8').split('\n');
        const line = text.split('\n').findIndex((one, at) => one !== lines[at]);
        if (line >= 0 || lines.length !== text.split('\n').length) {
            console.log(`apache/docs/${name}:${line + 1}: not what the tables say (make docs)`);
        }
    }
}

/** Every $ref of the document that names nothing. */
function dangling(document, value = document) {
    if (typeof value !== 'object' || value === null) {
        return [];
    }
    const inner = Object.values(value).flatMap((one) => dangling(document, one));
    const target = typeof value.$ref === 'string'
        && value.$ref.slice(2).split('/').reduce((at, key) => at?.[key.replace(/~1/g, '/')], document);
    return target === undefined ? [value.$ref, ...inner] : inner;
}

async function validate() {
    for (const [name, document] of Object.entries(documents)) {
        dangling(document).forEach((ref) => console.log(`${name}: there is no ${ref}`));
    }
    const { Validator } = await import('@seriousme/openapi-schema-validator');
    const { default: Ajv } = await import('ajv');
    const told = await new Validator().validate(structuredClone(documents['openapi.json']));
    if (!told.valid) {
        console.log('openapi.json:', JSON.stringify(told.errors, null, 1));
    }
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, meta: false, validateSchema: false });
    const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json');
    const good = ajv.compile(schema);
    if (!good(documents['asyncapi.json'])) {
        console.log('asyncapi.json:', JSON.stringify(good.errors.slice(0, 20), null, 1));
    }
}

const [, , what] = process.argv;
if (what === 'write') {
    mkdirSync(folder, { recursive: true });
    texts.forEach(([name, text]) => writeFileSync(join(folder, name), text));
} else if (what === 'check') {
    check();
} else if (what === 'validate') {
    await validate();
} else {
    console.error('documents.mjs write|check|validate');
    process.exitCode = 2;
}
