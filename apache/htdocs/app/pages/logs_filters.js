// The filters of the log above its list. They stand in the page's address, so that a link or a reload has them.
import { html, useEffect, useState } from '../view.js';
import { useText } from '../text.js';
import { Input, Select } from '../ui.js';
import { Filters } from './filters.js';
import { LEVELS } from './logs_filter.js';

const words = {
    es: {
        level: 'Nivel', any: 'Todos los niveles', service: 'Servicio', context: 'Contexto contiene',
        services: 'varios: a, b', custom: 'Varios: {levels}',
        'minLevel:info': 'info y más graves', 'minLevel:warn': 'warn y más graves', 'level:error': 'solo error',
        'level:warn': 'solo warn', 'level:info': 'solo info', 'level:debug': 'solo debug',
    },
    en: {
        level: 'Level', any: 'All levels', service: 'Service', context: 'Context contains',
        services: 'several: a, b', custom: 'Several: {levels}',
        'minLevel:info': 'info and worse', 'minLevel:warn': 'warn and worse', 'level:error': 'only error',
        'level:warn': 'only warn', 'level:info': 'only info', 'level:debug': 'only debug',
    },
};
const COMMIT_MS = 400; // after the last key

/** Changes some filters in the address: as they are typed, empty ones go. */
function change(query, changes) {
    const fields = Object.entries({ ...query, ...changes }).filter(([, value]) => value);
    location.replace(`#/logs${fields.length > 0 ? '?' : ''}${new URLSearchParams(fields)}`);
}

/** A text that counts when its writer pauses, or at once by Enter. */
function LateInput({ label, value = '', commit, ...rest }) {
    const [draft, setDraft] = useState(value);
    useEffect(() => setDraft(value), [value]);
    useEffect(() => {
        const timer = draft === value ? 0 : setTimeout(() => commit(draft), COMMIT_MS);
        return () => clearTimeout(timer);
    }, [draft, value]);
    return html`<${Input} label=${label} value=${draft} onInput=${setDraft} maxlength="200" spellcheck="false"
        autocomplete="off" onKeyDown=${({ key }) => key === 'Enter' && commit(draft)} ...${rest} />`;
}

export function LogFilters({ query }) {
    const text = useText(words);
    const { level = '', minLevel = '', service, context } = query;
    const usual = ['minLevel:info', 'minLevel:warn', ...LEVELS.map((name) => `level:${name}`)];
    const chosen = [level && `level:${level}`, minLevel && `minLevel:${minLevel}`].filter(Boolean).join(' ');
    const options = [['', text('any')], ...usual.map((name) => [name, text(name)])];
    if (chosen && !usual.includes(chosen)) { // of a link
        options.push([chosen, text('custom', { levels: [level, minLevel && `≥ ${minLevel}`].filter(Boolean).join(' ') })]);
    }
    const choose = (value) => {
        const [key, name] = value.split(':');
        change(query, { level: '', minLevel: '', ...(key && { [key]: name }) });
    };
    return html`
        <${Filters} said=${[chosen, service, context].filter(Boolean).length} reset=${() => change({}, {})}>
            <${Select} label=${text('level')} value=${chosen} options=${options} onInput=${choose} />
            <${LateInput} label=${text('service')} value=${service} placeholder=${text('services')}
                commit=${(value) => change(query, { service: value })} />
            <${LateInput} label=${text('context')} value=${context}
                commit=${(value) => change(query, { context: value })} />
        <//>`;
}
