import { useState } from 'react';
import { readToken } from '../../../htdocs/bookly.js';
import { ByBookly } from './ByBookly';
import { BySeed } from './BySeed';

/** Paste a token (make token USER=… ROLES=GENERAL_ADMIN), and see the same twice: by either hook. */
export function App() {
    const [draft, setDraft] = useState('');
    const [token, setToken] = useState('');
    const { user } = readToken(token);
    return (
        <main>
            <h1>Bookly Realtime in React</h1>
            <form onSubmit={(event) => { event.preventDefault(); setToken(draft.trim()); }}>
                <label>Token <input value={draft} onChange={(event) => setDraft(event.target.value)} /></label>
                <button>Connect</button>
                {token && <button type="button" onClick={() => setToken('')}>Disconnect</button>}
            </form>
            {user && <div className="both">
                <BySeed userId={user} token={token} />
                <ByBookly token={token} />
            </div>}
        </main>
    );
}
