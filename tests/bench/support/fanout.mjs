// The cost of handing the same messages to many.

export const MESSAGE_BYTES = 230;
const PAD_MEMBER = '"pad":"",'.length;

/** How many characters fill a member that makes a message so much longer. */
export const padding = (bytes) => Math.max(0, bytes - PAD_MEMBER);

/** Messages of all contenders get the same length. */
async function pad(contender, crowd, publish) {
    if (contender.pad !== undefined && !contender.padded) {
        await crowd.reset();
        await contender.publish(1, publish);
        const { bytes, messages } = await crowd.wait(crowd.clients);
        contender.pad = Math.max(0, MESSAGE_BYTES - Math.round(bytes / messages));
        contender.padded = true;
    }
}

/**
 * `pushes` times: `together` messages at once, and everybody has them before the next. `crowd`: who gets them, or
 * `clients` of the usual kind.
 */
export async function cost(bench, name, { clients, pushes, together, crowd, publish = {} }) {
    const contender = await bench.contender(name);
    const receivers = crowd ?? await bench.crowd(name, clients);
    await pad(contender, receivers, publish);
    await receivers.reset();
    const { cpu_us: generator } = await receivers.report();
    const cpu = contender.cpu();
    let report;
    for (let push = 1; push <= pushes; push += 1) {
        await contender.publish(together, publish);
        report = await receivers.wait(push * together * clients);
    }
    const deliveries = pushes * together * clients;
    faultsOf(report);
    return {
        cpu_us: (contender.cpu() - cpu) / deliveries,
        generator_us: (report.cpu_us - generator) / deliveries,
        bytes: report.bytes / report.messages,
    };
}

/** An error where something came that should not, or did not come. */
export function faultsOf({ lost, repeated, disordered, closed }) {
    if (lost || repeated || disordered || closed) {
        throw new Error(`lost ${lost}, repeated ${repeated}, disordered ${disordered}, closed ${closed}`);
    }
}
