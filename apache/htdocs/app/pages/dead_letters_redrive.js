// A redrive: an operator's retry of all records that match, at a pace.
import { html, useState } from '../view.js';
import { useText } from '../text.js';
import { Field } from '../ui.js';
import { TaskDialog } from './task.js';
import { LetterFields } from './dead_letters_filters.js';
import { redriveBody } from './dead_letters_search.js';

export const words = {
    es: {
        title: 'Reintentar en bloque', label: 'Reintento en bloque', start: 'Reintentar',
        about: 'Cada registro vuelve a quedar pendiente, con sus intentos en cero.',
        except: 'Los resueltos y los que alguien está intentando ahora quedan fuera.',
        count: 'Registros que se reintentarán: {count}', rate: 'Registros por segundo', fast: 'sin límite',
        running: 'Hay un reintento en bloque en curso: espere a que termine o deténgalo.',
    },
    en: {
        title: 'Redrive', label: 'Redrive', start: 'Redrive',
        about: 'Each record becomes pending again, its attempts at zero.',
        except: 'What is resolved and what is being tried now is left out.',
        count: 'Records that will be retried: {count}', rate: 'Records a second', fast: 'no limit',
        running: 'A redrive is running: wait for its end, or cancel it.',
    },
};

/** values: the page's fields, to begin with. task: that of useTask(). */
export function RedriveDialog({ values, stats, task, onClose }) {
    const text = useText(words);
    const [fields, setFields] = useState({
        ...values, status: values.status && values.status !== 'resolved' ? values.status : 'failed', ratePerSecond: '',
    });
    const set = (name, value) => setFields((before) => ({ ...before, [name]: value }));
    const body = redriveBody(fields);
    return html`
        <${TaskDialog} title=${text('title')} say=${text} path="/dlq/redrive" task=${task} body=${body}
            counted=${{ filter: body.filter }} onClose=${onClose}>
            <p class="soft">${text('about')} ${text('except')}</p>
            <div class="search">
                <${LetterFields} values=${fields} set=${set} stats=${stats} many withStatus />
                <${Field} label=${text('rate')}>${(id) => html`
                    <input id=${id} type="number" min="1" max="10000" step="1" value=${fields.ratePerSecond}
                        placeholder=${text('fast')}
                        onInput=${({ target }) => set('ratePerSecond', target.value)} />`}<//>
            </div>
        <//>`;
}
