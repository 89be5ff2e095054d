// What a reader chooses for this browser: language and colours. Both begin with what the system says.
import { createContext, html, useContext, useEffect, useMemo, useState } from './view.js';
import { firstLanguage, keepLanguage, LANGUAGES, useText } from './text.js';
import { Select } from './ui.js';

const KEPT = 'bookly.theme';
const THEMES = ['system', 'light', 'dark'];

const words = {
    es: { language: 'Idioma', theme: 'Colores', system: 'Del sistema', light: 'Claros', dark: 'Oscuros' },
    en: { language: 'Language', theme: 'Colours', system: 'System', light: 'Light', dark: 'Dark' },
};

export const Preferences = createContext(null);

/** {language, theme, setLanguage, setTheme}, kept in this browser and set on the document. */
export function usePreferences() {
    const [language, setLanguage] = useState(firstLanguage);
    const [theme, setTheme] = useState(() => localStorage.getItem(KEPT) ?? 'system');
    useEffect(() => {
        document.documentElement.lang = language;
        keepLanguage(language);
    }, [language]);
    useEffect(() => {
        document.documentElement.dataset.theme = theme;
        localStorage.setItem(KEPT, theme);
    }, [theme]);
    return useMemo(() => ({ language, theme, setLanguage, setTheme }), [language, theme]);
}

export function PreferenceChoice() {
    const text = useText(words);
    const { language, theme, setLanguage, setTheme } = useContext(Preferences);
    return html`
        <div class="preferences row">
            <${Select} label=${text('language')} value=${language} options=${Object.entries(LANGUAGES)}
                onInput=${setLanguage} />
            <${Select} label=${text('theme')} value=${theme} options=${THEMES.map((name) => [name, text(name)])}
                onInput=${setTheme} />
        </div>`;
}
