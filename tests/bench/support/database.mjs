// A few connections to a database.
import pg from 'pg';

export class Database {
    constructor(url) {
        this.url = url;
        this.pool = new pg.Pool({ connectionString: url, max: 4 });
        this.pool.on('error', () => {}); // an idle connection lost with its server
    }

    async query(text, values = []) {
        return (await this.pool.query(text, values)).rows;
    }

    end() {
        return this.pool.end();
    }
}
