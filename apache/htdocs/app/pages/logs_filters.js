// The fields of a search in the log.
import { html } from '../view.js';
import { useText } from '../text.js';
import { Input, Select } from '../ui.js';
import { Filters } from './filters.js';
import { LEVELS } from './logs_filter.js';

const words = {
    es: {
        level: 'Nivel', any: 'todos', service: 'Servicio', context: 'Contexto contiene', services: 'varios: a, b',
        'minLevel:info': 'info y más graves', 'minLevel:warn': 'warn y más graves', 'level:error': 'solo error',
        'level:warn': 'solo warn', 'level:info': 'solo info', 'level:debug': 'solo debug',
    },
    en: {
        level: 'Level', any: 'all', service: 'Service', context: 'Context contains', services: 'several: a, b',
        'minLevel:info': 'info and worse', 'minLevel:warn': 'warn and worse', 'level:error': 'only error',
        'level:warn': 'only warn', 'level:info': 'only info', 'level:debug': 'only debug',
    },
};
const USUAL = ['minLevel:info', 'minLevel:warn', ...LEVELS.map((name) => `level:${name}`)];

/** values: the fields as texts; level and minLevel are chosen as one. */
export function LogFilters({ values, set, reset }) {
    const text = useText(words);
    const { level, minLevel, service, context } = values;
    const chosen = [level && `level:${level}`, minLevel && `minLevel:${minLevel}`].filter(Boolean).join(' ');
    const options = [['', text('any')], ...USUAL.map((name) => [name, text(name)])];
    if (chosen && !USUAL.includes(chosen)) { // a link may say more
        options.push([chosen, [level, minLevel && `≥ ${minLevel}`].filter(Boolean).join(' ')]);
    }
    const choose = (value) => {
        const [key, name] = value.split(':');
        reset({ ...values, level: '', minLevel: '', ...(key && { [key]: name }) });
    };
    const written = (name, placeholder) => html`
        <${Input} label=${text(name)} value=${values[name]} onInput=${(value) => set(name, value)}
            placeholder=${placeholder} autocomplete="off" spellcheck=${false} maxlength="200" />`;
    return html`
        <${Filters} said=${[chosen, service, context].filter(Boolean).length} reset=${reset}>
            <${Select} label=${text('level')} value=${chosen} options=${options} onInput=${choose} />
            ${written('service', text('services'))} ${written('context')}
        <//>`;
}
