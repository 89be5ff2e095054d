// Who takes part: a name, and how it is made. A contender has title, version, start(), stop(), wire(), cpu(), memory()
// and publish(count), as far as its scenarios ask for them.
import { Constant } from './constant.mjs';
import { Floor } from './floor.mjs';
import { Gateway } from './gateway.mjs';
import { Nchan } from './nchan.mjs';
import { Product } from './product.mjs';

export const CONTENDERS = {
    product: (bench, name) => new Product(bench, name),
    // nothing to probe: libcurl, which is loaded for it, has 1.4 MB
    'product-idle': (bench, name) => Object.assign(new Product(bench, name), { settings: { FRONT_HEALTH_URL: '' } }),
    gateway: (bench, name) => new Gateway(bench, name, { processes: 1 }),
    'gateway-2': (bench, name) => new Gateway(bench, name, { processes: 2 }),
    nchan: (bench, name) => new Nchan(bench, name),
    floor: (bench, name) => new Floor(bench, name),
    'floor-polling': (bench, name) => new Floor(bench, name, { polling: true }),
    'constant-lighttpd': (bench, name) => new Constant(bench, name, { front: 'lighttpd' }),
    'constant-apache': (bench, name) => new Constant(bench, name, { front: 'apache' }),
};
