/** Event types are compared like this: RESOURCE_CREATED, bookly.resource-created and resource.created are the same. */
export const normalType = (type) => type.toLowerCase().replace(/[_-]/g, '.').replace(/^bookly\./, '');
