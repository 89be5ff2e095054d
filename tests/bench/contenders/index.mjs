// Who takes part: a name, and how it is made. A contender has title, version, start(), stop(), wire(), cpu(), memory()
// and publish(count), as far as its scenarios ask for them.
import { Constant } from './constant.mjs';
import { Floor } from './floor.mjs';
import { Gateway } from './gateway.mjs';
import { Nchan } from './nchan.mjs';
import { Product } from './product.mjs';

export const CONTENDERS = {
    product: (bench, name) => new Product(bench, name),
    'product-idle': (bench, name) => new Product(bench, name),
    gateway: (bench, name) => new Gateway(bench, name, { processes: 1 }),
    'gateway-2': (bench, name) => new Gateway(bench, name, { processes: 2 }),
    nchan: (bench, name) => new Nchan(bench, name),
    floor: (bench, name) => new Floor(bench, name),
    'floor-polling': (bench, name) => new Floor(bench, name, { polling: true }),
    'constant-lighttpd': (bench, name) => new Constant(bench, name, { front: 'lighttpd' }),
    'constant-apache': (bench, name) => new Constant(bench, name, { front: 'apache' }),
};
